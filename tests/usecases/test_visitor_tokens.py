"""Tokens of visitors: ours for browsers, the customer's for signed-in users."""

import jwt
import pytest

from rolodesk.domain.conversation import Draft
from rolodesk.domain.errors import BadProject, Forbidden, Invalid, NotFound, Unauthenticated
from rolodesk.storage import identities
from rolodesk.usecases import clock, conversations, privacy, projects, sign_in
from rolodesk.usecases.sign_in import DAY, HOUR
from tests.cast import new_request_id, new_visitor, say, the_contact, user_token

SECONDS_A_DAY = 86_400


def let_in(cast, token, project_id=None):
    return sign_in.visitor(cast.db, cast.signing, project_id or cast.id, token)


# Browsers.


def test_a_browser_is_somebody_new_each_time(cast):
    first, second = (new_visitor(cast.db, cast.signing, cast.id) for _ in range(2))

    assert first.key != second.key
    assert first.visitor.kind == "anonymous"
    assert not first.visitor.verified


def test_a_browser_may_bring_a_name(cast):
    guest = new_visitor(cast.db, cast.signing, cast.id, firstname="Vera", lastname="V", email="vera@x.com")

    assert guest.visitor.claims == {"firstname": "Vera", "lastname": "V", "email": "vera@x.com"}


@pytest.mark.parametrize(
    "given", [{"firstname": 5}, {"email": ["x"]}, {"lastname": "\x00"}, {"firstname": "x" * 201}]
)
def test_a_name_that_is_none_is_refused(cast, given):
    with pytest.raises(Invalid):
        sign_in.sign_in_anonymously(cast.db, cast.signing, cast.id, given)


@pytest.mark.parametrize(
    ("project_id", "error"), [(None, Invalid), ("", Invalid), (5, Invalid), ("f" * 24, NotFound)]
)
def test_a_browser_needs_a_project(cast, project_id, error):
    with pytest.raises(error):
        sign_in.sign_in_anonymously(cast.db, cast.signing, project_id, {})


def test_a_browsers_token_holds_in_its_project_alone(cast):
    with pytest.raises(Unauthenticated):
        let_in(cast, cast.visitor.token, cast.other_project.id)


def test_signing_out_makes_every_token_of_the_browser_void(cast):
    refreshed = sign_in.refresh(cast.db, cast.signing, cast.visitor.token).token
    assert let_in(cast, refreshed).key == cast.visitor.key

    sign_in.sign_out_visitor(cast.db, cast.signing, cast.visitor.token)

    for token in (cast.visitor.token, refreshed):
        with pytest.raises(Unauthenticated):
            let_in(cast, token)
        with pytest.raises(Unauthenticated):
            sign_in.refresh(cast.db, cast.signing, token)
    assert let_in(cast, cast.other_visitor.token)


def test_a_browsers_token_ends_after_a_year(cast, monkeypatch):
    long_ago = clock.now() - 366 * DAY
    monkeypatch.setattr(sign_in, "now", lambda: long_ago)
    token = sign_in.sign_in_anonymously(cast.db, cast.signing, cast.id, {}).token
    monkeypatch.undo()

    with pytest.raises(Unauthenticated):
        let_in(cast, token)


def test_only_listed_sites_use_the_widget_if_any_is_listed(cast):
    sites = ["https://Bakery.example/", "http://localhost:3000/path"]
    projects.update(cast.db, cast.owner.agent, settings={"allowed_origins": sites})

    for origin in ("https://bakery.example", "http://localhost:3000", "HTTPS://BAKERY.EXAMPLE/"):
        token = sign_in.sign_in_anonymously(cast.db, cast.signing, cast.id, {}, origin).token
        assert sign_in.visitor(cast.db, cast.signing, cast.id, token, origin)
    for origin in (None, "", "null", "https://evil.example", "https://bakery.example.evil.example"):
        with pytest.raises(Forbidden):
            sign_in.sign_in_anonymously(cast.db, cast.signing, cast.id, {}, origin)
        with pytest.raises(Forbidden):
            sign_in.visitor(cast.db, cast.signing, cast.id, cast.user.token, origin)
    assert sign_in.refresh(cast.db, cast.signing, cast.visitor.token)
    sign_in.sign_out_visitor(cast.db, cast.signing, cast.visitor.token)


def test_a_blocked_browser_or_user_is_kept_out(cast):
    for guest in (cast.visitor, cast.user):
        identity = say(cast, guest).view.identity
        with cast.db.write(cast.id) as tx:
            identities.block(tx, cast.id, identity.id, clock.now())
        with pytest.raises(Unauthenticated) as refused:
            let_in(cast, guest.token)
        assert refused.value.code == "blocked"
        with cast.db.write(cast.id) as tx:
            identities.block(tx, cast.id, identity.id, None)
        assert let_in(cast, guest.token)


# Users whom the site has signed in.


def test_a_users_token_says_who_it_is(cast):
    claims = {
        "firstname": "Ugo",
        "lastname": "",
        "email": "ugo@x.com",
        "role": "boss",
        "attributes": {"plan": "pro"},
    }
    visitor = let_in(cast, user_token(cast.id, cast.secret, 42, **claims))

    assert (visitor.kind, visitor.key, visitor.verified) == ("user", "42", True)
    assert visitor.claims == {"firstname": "Ugo", "email": "ugo@x.com", "attributes": {"plan": "pro"}}


@pytest.mark.parametrize(
    "aud", ["{}", "https://tiledesk.com/projects/{}", "https://bakery.example/projects/{}/", "https://tiledesk.com",
            "https://www.tiledesk.com/", ["x", "{}"]],
)  # fmt: skip
def test_a_token_may_name_its_project_in_several_ways(cast, aud):
    named = [name.format(cast.id) for name in aud] if isinstance(aud, list) else aud.format(cast.id)

    assert let_in(cast, user_token(cast.id, cast.secret, "u", aud=named)).key == "u"


@pytest.mark.parametrize(
    "aud", [None, "", "x", 5, [], "f" * 24, "projects", "https://tiledesk.com/projects/" + "f" * 24]
)
def test_a_token_for_another_audience_is_refused(cast, aud):
    with pytest.raises(Unauthenticated) as refused:
        let_in(cast, user_token(cast.id, cast.secret, "u", aud=aud))
    assert refused.value.code == "wrong_audience"


@pytest.mark.parametrize(
    ("age", "claims"),
    [
        (SECONDS_A_DAY + 60, {"exp": None}),
        (SECONDS_A_DAY + 60, {"exp": 4_000_000_000}),
        (7_200, {}),  # exp is an hour after iat
        (0, {"iat": None, "exp": None}),
        (0, {"iat": None, "exp": 4_000_000_000}),
        (-3_600, {}),
        (0, {"iat": "yesterday"}),
        (0, {"exp": "tomorrow"}),
        (0, {"iat": float("inf")}),
        (0, {"exp": float("inf")}),
        (0, {"iat": float("nan")}),
    ],
)
def test_a_token_without_a_term_or_beyond_it_is_refused(cast, age, claims):
    with pytest.raises(Unauthenticated):
        let_in(cast, user_token(cast.id, cast.secret, "u", age=age, **claims))


@pytest.mark.parametrize("claims", [{"exp": None}, {"exp": 4_000_000_000}])
def test_a_token_holds_for_24_hours_from_its_issue(cast, claims):
    assert let_in(cast, user_token(cast.id, cast.secret, "u", age=SECONDS_A_DAY - 60, **claims))


def test_a_token_without_iat_holds_with_a_near_end(cast):
    assert let_in(cast, user_token(cast.id, cast.secret, "u", iat=None))


def test_a_token_signed_by_another_secret_is_refused(cast):
    theirs = projects.rotate_secret(cast.db, cast.rival.agent)

    for secret in (theirs, "guessed" * 8, cast.secret + "x"):
        with pytest.raises(Unauthenticated):
            let_in(cast, user_token(cast.id, secret, "u"))
    with pytest.raises(Unauthenticated):
        let_in(cast, user_token(cast.id, cast.secret, "u"), cast.other_project.id)


def test_a_rotated_secret_holds_for_24_hours_more(cast, monkeypatch):
    new = projects.rotate_secret(cast.db, cast.owner.agent)
    old_token, new_token = (user_token(cast.id, secret, "u", exp=None) for secret in (cast.secret, new))
    assert let_in(cast, old_token)
    assert let_in(cast, new_token)
    assert [secret.secret for secret in projects.secrets_in_force(cast.db, cast.owner.agent)] == ["", ""]

    for hours, holds in ((23.9, True), (24.1, False)):
        ahead = clock.now() + int(hours * HOUR)
        monkeypatch.setattr(sign_in, "now", lambda ahead=ahead: ahead)
        monkeypatch.setattr(projects, "now", lambda ahead=ahead: ahead)
        with monkeypatch.context() as inner:
            inner.setattr(sign_in, "_check_custom", lambda claims, project_id: None)
            if holds:
                assert let_in(cast, old_token)
            else:
                with pytest.raises(Unauthenticated):
                    let_in(cast, old_token)
            assert let_in(cast, new_token)
    assert len(projects.secrets_in_force(cast.db, cast.owner.agent)) == 1


def test_no_signature_is_no_token(cast):
    claims = {"_id": "u", "aud": cast.id, "iat": clock.now() // 1000}
    for token in (
        jwt.encode(claims, None, "none"),
        jwt.encode(claims, None, "none", headers={"kid": sign_in.KEY_ID}),
        jwt.encode(claims, cast.secret, "HS512"),
        ".".join([*user_token(cast.id, cast.secret, "u").split(".")[:2], ""]),
    ):
        with pytest.raises(Unauthenticated):
            let_in(cast, token)


def test_a_token_of_the_site_that_poses_as_ours_is_refused(cast):
    at = clock.now() // 1000
    for sub in ("guest", "user", "ticket", "userexternal"):
        claims = {"_id": cast.visitor.key, "jti": "x", "aud": cast.id, "sub": sub, "iat": at, "exp": at + 60}
        posing = jwt.encode(claims, cast.secret, "HS256", headers={"kid": sign_in.KEY_ID})
        for entry in (
            lambda token: let_in(cast, token),
            lambda token: sign_in.sign_in_with_custom_token(cast.db, cast.signing, token, cast.id),
            lambda token: sign_in.person_of_token(cast.db, cast.signing, token),
            lambda token: sign_in.refresh(cast.db, cast.signing, token),
            lambda token: sign_in.sign_out_visitor(cast.db, cast.signing, token),
            lambda token: sign_in.redeem_ticket(cast.db, cast.signing, token),
        ):
            with pytest.raises(Unauthenticated):
                entry(posing)


def test_a_token_of_ours_without_its_name_is_the_sites_and_so_none(cast):
    claims = jwt.decode(cast.visitor.token, options={"verify_signature": False})

    for key in (cast.signing.visitor, cast.signing.team):
        with pytest.raises(Unauthenticated):
            let_in(cast, jwt.encode(claims, key, "HS256"))


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "é", "\x00", "\ud800", "." * 10, "e30.e30.e30", "x" * 100_000]
)
def test_what_is_no_token_is_refused(cast, token):
    assert not sign_in.is_ours(token)
    assert not sign_in.is_for_team(token)
    with pytest.raises(Unauthenticated):
        let_in(cast, token)
    with pytest.raises(Unauthenticated):
        sign_in.sign_in_with_custom_token(cast.db, cast.signing, token, cast.id)


def test_signing_in_with_a_custom_token_finds_the_project_in_it_or_is_told(cast):
    named = user_token(cast.id, cast.secret, "u")
    generic = user_token(cast.id, cast.secret, "u", aud="https://tiledesk.com")

    assert sign_in.sign_in_with_custom_token(cast.db, cast.signing, named).token == named
    assert sign_in.sign_in_with_custom_token(cast.db, cast.signing, generic, cast.id).claims["_id"] == "u"
    for token, project_id in (
        (generic, None),
        (generic, "x"),
        (generic, cast.other_project.id),
        (generic, 5),
    ):
        with pytest.raises(Unauthenticated):
            sign_in.sign_in_with_custom_token(cast.db, cast.signing, token, project_id)


def test_a_user_sees_its_conversations_with_any_of_its_tokens(cast):
    request_id = say(cast, cast.user).view.conversation.request_id
    again = let_in(cast, user_token(cast.id, cast.secret, "ugo-1"))

    assert conversations.get(cast.db, again, request_id)
    with pytest.raises(NotFound):
        conversations.get(cast.db, let_in(cast, user_token(cast.id, cast.secret, "ugo-2")), request_id)


def test_a_project_that_is_none_is_bad_before_the_token_is_looked_at(cast):
    with pytest.raises(BadProject):
        let_in(cast, "x", "f" * 24)


def test_a_token_that_does_not_say_when_it_was_issued_is_void_once_its_user_is_erased(cast):
    token = user_token(cast.id, cast.secret, "u", iat=None)
    conversations.post(cast.db, let_in(cast, token), new_request_id(cast.id), Draft("Hello"))
    privacy.erase(cast.db, cast.owner.agent, the_contact(cast).id)

    with pytest.raises(Unauthenticated):
        let_in(cast, token)
