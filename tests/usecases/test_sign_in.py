"""Accounts and sessions of the team."""

import threading

import pytest

from rolodesk.domain.errors import Conflict, Invalid, NotFound, Unauthenticated
from rolodesk.usecases import clock, projects, sign_in
from rolodesk.usecases.sign_in import HOUR
from tests.cast import CHEAP, PASSWORD, colleague, make_person

NEW = "another good password"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch):
    monkeypatch.setattr(sign_in, "_hasher", CHEAP)


@pytest.fixture
def later(monkeypatch):
    """Set the clock of sign-in forward: `later(hours)`."""

    def at(hours):
        ahead = clock.now() + int(hours * HOUR)
        monkeypatch.setattr(sign_in, "now", lambda: ahead)

    return at


@pytest.fixture
def person(db):
    return make_person(db, "Paula", "Person", clock.new_id())


# Accounts.


def test_an_account_can_be_made_and_signed_in_to(db, person):
    for email in (person.email, f"  {person.email.upper()} "):
        signed_in = sign_in.sign_in(db, email, PASSWORD, "page", "a browser")
        assert signed_in.person.user_id == person.user_id
        assert sign_in.person_of_session(db, signed_in.secret) == signed_in.person


def test_an_email_has_one_account_whatever_its_case(db, person):
    with pytest.raises(Conflict) as taken:
        sign_in.sign_up(db, person.email.upper(), PASSWORD, "P", "P")
    assert taken.value.code == "email_taken"


def test_every_wrong_value_of_an_account_is_named(db):
    with pytest.raises(Invalid) as wrong:
        sign_in.sign_up(db, "x", "short", "", "\x00", phone=5)
    assert {p.param for p in wrong.value.problems} == {"email", "firstname", "lastname", "password"}


@pytest.mark.parametrize("password", ["", "1234567", "x" * 201, None, 12345678, ["x"] * 8, "\ud800" * 8])
def test_a_password_has_a_length_and_is_a_text(db, password):
    with pytest.raises(Invalid):
        sign_in.sign_up(db, "new@example.com", password, "N", "N")


@pytest.mark.parametrize(
    "password", ["", "wrong", PASSWORD.upper(), PASSWORD + " ", "\x00", "\ud800", "x" * 100_000]
)
def test_a_wrong_password_is_refused(db, person, password):
    with pytest.raises(Unauthenticated) as refused:
        sign_in.check_credentials(db, person.email, password)
    assert refused.value.code == "wrong_password"


@pytest.mark.parametrize("email", ["", "nobody@example.com", "a\x00@b.com", "\ud800", "' OR 1=1 --"])
def test_an_unknown_email_is_refused(db, email):
    with pytest.raises(Unauthenticated) as refused:
        sign_in.check_credentials(db, email, PASSWORD)
    assert refused.value.code == "unknown_user"


def test_of_two_who_set_up_at_once_one_is_the_owner(fresh_db):
    answers = []
    start = threading.Barrier(4)

    def set_up(n):
        start.wait()
        try:
            answers.append(
                sign_in.sign_up(fresh_db, f"o{n}@example.com", PASSWORD, "O", "O", first=True).email
            )
        except Conflict as error:
            answers.append(error.code)

    assert not sign_in.has_accounts(fresh_db)
    threads = [threading.Thread(target=set_up, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers.count("already_set_up") == 3
    assert sign_in.has_accounts(fresh_db)
    (owner,) = [answer for answer in answers if "@" in answer]
    with pytest.raises(Conflict):
        sign_in.sign_up(fresh_db, "late@example.com", PASSWORD, "L", "L", first=True)
    assert sign_in.account(fresh_db, owner)


def test_the_keys_of_an_installation_stay_and_differ_by_purpose(db):
    keys = sign_in.keys(db)

    assert sign_in.keys(db) == keys
    assert len({keys.team, keys.visitor, keys.csrf}) == 3


# Sessions.


def test_a_session_slides_while_it_is_used_and_ends_when_it_is_not(db, person, later):
    secret = sign_in.sign_in(db, person.email, PASSWORD, "page").secret
    for hours in (0.2, 11, 22, 33):
        later(hours)
        assert sign_in.person_of_session(db, secret).email == person.email

    later(33 + 11.9)
    assert sign_in.person_of_live_session(db, sign_in.person_of_session(db, secret).session_id)
    later(33 + 11.9 + 12.1)
    with pytest.raises(Unauthenticated):
        sign_in.person_of_session(db, secret)


def test_looking_whether_a_session_lives_does_not_make_it_live_longer(db, person, later):
    signed_in = sign_in.sign_in(db, person.email, PASSWORD, "page")
    for hours in (4, 8, 11):
        later(hours)
        sign_in.person_of_live_session(db, signed_in.person.session_id)

    later(12.1)
    with pytest.raises(Unauthenticated):
        sign_in.person_of_live_session(db, signed_in.person.session_id)


@pytest.mark.parametrize("secret", ["", "x", "x" * 10_000, "é"])
def test_an_unknown_session_is_nobodys(db, secret):
    with pytest.raises(Unauthenticated):
        sign_in.person_of_session(db, secret)


def test_signing_out_ends_the_session_that_speaks_and_no_other(db, person):
    first, second = (sign_in.sign_in(db, person.email, PASSWORD, "page") for _ in range(2))
    sign_in.sign_out(db, first.person)

    with pytest.raises(Unauthenticated):
        sign_in.person_of_session(db, first.secret)
    assert sign_in.person_of_session(db, second.secret)


def test_a_new_password_ends_every_other_session(db, person):
    mine, other = (sign_in.sign_in(db, person.email, PASSWORD, "page") for _ in range(2))
    with pytest.raises(Unauthenticated):
        sign_in.change_password(db, mine.person, "wrong", NEW)
    with pytest.raises(Invalid):
        sign_in.change_password(db, mine.person, PASSWORD, "short")
    assert sign_in.person_of_session(db, other.secret)

    sign_in.change_password(db, mine.person, PASSWORD, NEW)

    assert sign_in.person_of_session(db, mine.secret)
    with pytest.raises(Unauthenticated):
        sign_in.person_of_session(db, other.secret)
    with pytest.raises(Unauthenticated):
        sign_in.check_credentials(db, person.email, PASSWORD)
    assert sign_in.check_credentials(db, person.email, NEW)


def test_a_password_reset_by_the_operator_ends_every_session(db, person):
    secret = sign_in.sign_in(db, person.email, PASSWORD, "page").secret
    sign_in.reset_password(db, f" {person.email.upper()} ", NEW)

    with pytest.raises(Unauthenticated):
        sign_in.person_of_session(db, secret)
    assert sign_in.check_credentials(db, person.email, NEW)
    with pytest.raises(NotFound):
        sign_in.reset_password(db, "nobody@example.com", NEW)


def test_an_account_changes_what_is_given(db, person):
    changed = sign_in.update_account(
        db, person, {"firstname": "Pia", "phone": "", "language": "it", "email": "x"}
    )

    assert (changed.firstname, changed.lastname, changed.phone, changed.language) == (
        "Pia",
        "Person",
        None,
        "it",
    )
    assert sign_in.get_account(db, person) == changed
    assert changed.email == person.email
    with pytest.raises(Invalid):
        sign_in.update_account(db, person, {"firstname": 5})


# The team's tokens.


def test_a_team_token_is_its_session(db, person):
    signing = sign_in.keys(db)
    signed_in = sign_in.sign_in(db, person.email, PASSWORD, "api")
    token = sign_in.team_token(signing, signed_in)

    assert sign_in.is_ours(token)
    assert sign_in.is_for_team(token)
    assert sign_in.person_of_token(db, signing, token) == signed_in.person
    sign_in.sign_out(db, signed_in.person)
    with pytest.raises(Unauthenticated):
        sign_in.person_of_token(db, signing, token)


def test_a_visitors_token_is_no_team_token(cast):
    for token in (
        cast.visitor.token,
        cast.user.token,
        "",
        "x",
        "a.b.c",
        "é",
        "\ud800",
        cast.agent.token[:-4] + "AAAA",
    ):
        with pytest.raises(Unauthenticated):
            sign_in.person_of_token(cast.db, cast.signing, token)
    for token in (cast.agent.token, cast.agent.secret):
        with pytest.raises(Unauthenticated):
            sign_in.visitor(cast.db, cast.signing, cast.id, token)


def test_the_last_changed_project_is_the_one_of_a_token_without_a_project(cast):
    assert sign_in.project_of_token(cast.db, cast.signing, cast.owner.token) == cast.id
    alone = sign_in.sign_in(cast.db, make_person(cast.db, "Al", "One", cast.id).email, PASSWORD, "api")
    with pytest.raises(Unauthenticated):
        sign_in.project_of_token(cast.db, cast.signing, sign_in.team_token(cast.signing, alone))


def test_somebody_removed_from_the_team_is_no_agent_any_more(cast):
    projects.remove_member(cast.db, cast.owner.agent, cast.agent.agent.member_id)

    person = sign_in.person_of_token(cast.db, cast.signing, cast.agent.token)
    with pytest.raises(sign_in.Forbidden):
        sign_in.agent(cast.db, person, cast.id)


# Tickets for sockets.


def test_a_ticket_lets_its_agent_in_once(cast):
    ticket = sign_in.ticket(cast.signing, cast.agent.agent, cast.agent.person)

    agent, session_id = sign_in.redeem_ticket(cast.db, cast.signing, ticket)
    assert (agent, session_id) == (cast.agent.agent, cast.agent.person.session_id)
    with pytest.raises(Unauthenticated):
        sign_in.redeem_ticket(cast.db, cast.signing, ticket)


def test_a_ticket_is_worth_nothing_after_half_a_minute_or_after_signing_out(cast, later):
    late = sign_in.ticket(cast.signing, cast.agent.agent, cast.agent.person)
    out = colleague(cast.db, cast.signing, cast.agent.person, cast.id)
    signed_out = sign_in.ticket(cast.signing, out.agent, out.person)
    sign_in.sign_out(cast.db, out.person)
    with pytest.raises(Unauthenticated):
        sign_in.redeem_ticket(cast.db, cast.signing, signed_out)

    later(-1)
    expired = sign_in.ticket(cast.signing, cast.agent.agent, cast.agent.person)
    for ticket in (expired, cast.agent.token, cast.visitor.token, "x"):
        with pytest.raises(Unauthenticated):
            sign_in.redeem_ticket(cast.db, cast.signing, ticket)
    assert late != expired
