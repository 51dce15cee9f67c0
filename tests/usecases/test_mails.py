"""Mails: queued with what they are about, claimed by one, shown when they fail, forgotten in time."""

import threading

import pytest
from msgspec import structs

from rolodesk.domain.access import System
from rolodesk.domain.conversation import Draft
from rolodesk.domain.errors import Conflict, Forbidden, Invalid, NotFound
from rolodesk.domain.mail import DAY, HOUR, MINUTE, OF_INSTALLATION, Letter, MailKind, MailState, next_try
from rolodesk.storage import accounts
from rolodesk.storage import mails as stored
from rolodesk.usecases import (  # fmt: skip
    clock,
    contacts,
    conversations,
    correspondence,
    invitations,
    mails,
    merges,
    own_account,
    passwords,
    privacy,
    projects,
    sign_in,
    splits,
)
from rolodesk.usecases.mails import ByMail, Office
from rolodesk.usecases.merges import Ask
from tests.cast import PASSWORD, Cast, filled, make_person, new_request_id, new_visitor, reply, say

OFFICE = Office("https://chat.example.org", "Hearth")
LETTER = Letter("Your cup", "It is ready.\n  Anna")


@pytest.fixture(autouse=True)
def nothing_waits(db):
    """The tests of a module share a database, and a claim takes what is longest due."""
    with db.write(None) as tx:
        tx.run("DELETE FROM mails")


def write(cast: Cast, to="@aldo", subject="A question", text="Look", **more):
    return correspondence.send(cast.db, cast.agent.agent, OFFICE, to, text, subject, **more)


def listed(cast: Cast, **more):
    return mails.listing(cast.db, cast.admin.agent, **more).mails


def events_of(cast: Cast):
    with cast.db.read() as tx:
        rows = tx.all(
            "SELECT name FROM events WHERE project_id = ? AND name LIKE 'email.%' ORDER BY number", cast.id
        )
    return [row["name"] for row in rows]


def begun(cast: Cast, email="vera@example.com", guest=None):
    """A conversation of a visitor who has told an address; its request id."""
    rid = new_request_id(cast.id)
    say(cast, guest or cast.visitor, "Hello", rid, attributes=filled({"userEmail": email} if email else {}))
    return rid


def change(cast: Cast, **columns):
    sets = ", ".join(f"{name} = ?" for name in columns)
    with cast.db.write(None) as tx:
        tx.run(f"UPDATE mails SET {sets}", *columns.values())


# Sending


def test_a_mail_is_claimed_once_and_gone_when_it_is_sent(cast):
    assert write(cast, "anna@example.com") == 1

    mail = mails.claim(cast.db)
    assert (mail.recipient, mail.letter.subject, mail.attempts) == ("anna@example.com", "A question", 1)
    assert mails.claim(cast.db) is None
    assert mails.sent(cast.db, mail)
    assert mails.claim(cast.db) is None
    assert [(m.state, m.kind) for m in listed(cast)] == [(MailState.SENT, MailKind.TEAM)]
    assert events_of(cast) == ["email.queue", "email.sent"]


def test_of_many_who_claim_at_once_each_mail_goes_to_one(cast):
    for number in range(12):
        write(cast, f"anna{number}@example.com")
    claimed = []

    def take():
        while (mail := mails.claim(cast.db)) is not None:
            claimed.append(mail.id)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(claimed) == len(set(claimed)) == 12


def test_whoever_was_killed_leaves_its_mail_to_the_next_and_says_nothing_any_more(cast):
    write(cast, "anna@example.com")
    killed = mails.claim(cast.db)
    change(cast, claimed_until=clock.now() - 1)

    next_one = mails.claim(cast.db)

    assert (next_one.id, next_one.attempts) == (killed.id, 2)
    assert not mails.sent(cast.db, killed)
    assert not mails.failed(cast.db, killed, "late", permanent=True)
    assert mails.sent(cast.db, next_one)
    assert events_of(cast) == ["email.queue", "email.sent"]


def test_what_is_refused_for_now_is_tried_again_for_a_day(cast):
    write(cast, "anna@example.com")
    waits = []
    while True:
        mail = mails.claim(cast.db)
        before = clock.now()
        mails.failed(cast.db, mail, "451 later", permanent=False)
        (now,) = listed(cast)
        if now.state is MailState.FAILED:
            break
        assert (now.state, now.error) == (MailState.WAITING, "451 later")
        assert mails.claim(cast.db) is None
        waits.append(now.next_at - before)
        change(cast, next_at=0, since=now.since - waits[-1])

    assert [round(wait / MINUTE) for wait in waits] == [1, 5, 30, 120, 360, 360, 360]
    assert events_of(cast) == ["email.queue", "email.failed"]
    reset = structs.replace(mail, kind=MailKind.RESET, attempts=3, since=clock.now() - 31 * MINUTE)
    assert next_try(reset, clock.now()) is None
    assert next_try(structs.replace(reset, since=clock.now()), clock.now()) is not None


def test_what_failed_may_be_tried_again_by_the_team(cast):
    rid = begun(cast)
    to = correspondence.send_to_person(cast.db, cast.agent.agent, OFFICE, rid, "Ready", "Cup")
    mails.failed(cast.db, mails.claim(cast.db), "550 no such user", permanent=True)
    (failed,) = listed(cast, state="failed")
    assert (failed.recipient, failed.error, to) == (
        "vera@example.com",
        "550 no such user",
        "vera@example.com",
    )

    for stranger in (cast.stranger, cast.rival):
        with pytest.raises(NotFound):
            mails.again(cast.db, stranger.agent, failed.id)
    with pytest.raises(Forbidden):
        mails.again(cast.db, cast.teammate.agent, failed.id)
    assert mails.again(cast.db, cast.agent.agent, failed.id).state is MailState.WAITING
    with pytest.raises(Conflict, match="not failed"):
        mails.again(cast.db, cast.agent.agent, failed.id)
    assert mails.claim(cast.db).attempts == 1
    for nothing in ("x", "f" * 24, "\x00"):
        with pytest.raises(NotFound):
            mails.again(cast.db, cast.admin.agent, nothing)


def test_only_admins_try_again_what_is_about_no_conversation(cast):
    write(cast, "anna@example.com")
    mails.failed(cast.db, mails.claim(cast.db), "550", permanent=True)
    (failed,) = listed(cast)

    with pytest.raises(Forbidden):
        mails.again(cast.db, cast.agent.agent, failed.id)
    with pytest.raises(Forbidden):
        mails.listing(cast.db, cast.agent.agent)
    mails.again(cast.db, cast.admin.agent, failed.id)


def test_what_has_waited_for_days_without_a_server_is_not_sent_any_more(cast):
    write(cast, "anna@example.com")
    change(cast, since=clock.now() - 3 * DAY)

    assert mails.claim(cast.db) is None
    assert [m.state for m in listed(cast)] == [MailState.FAILED]


def test_a_long_list_is_read_page_by_page(cast):
    for number in range(5):
        write(cast, f"anna{number}@example.com")

    first = listed(cast, limit=3)
    rest = listed(cast, before=first[-1].id)
    assert [m.recipient[4] for m in (*first, *rest)] == list("43210")
    assert mails.listing(cast.db, cast.admin.agent).waiting == 5
    assert mails.listing(cast.db, cast.rival.agent).mails == []


# To whom


def test_a_colleague_is_written_to_by_name_and_a_group_by_its_own(cast):
    aldo, ada = cast.agent.person.email, cast.admin.person.email
    for name in ("@aldo", "@Aldo Agent", "@aldoagent", f"@{aldo.partition('@')[0]}"):
        write(cast, name)
    assert {m.recipient for m in listed(cast)} == {aldo}
    for nobody in (
        "@nobody",
        "@",
        "nobody",
        "",
        None,
        5,
        ["a"],
        "a@b",
        "a@example.com, b@example.com",
        "@sergio",
    ):
        with pytest.raises(Invalid):
            write(cast, nobody)
    again = make_person(cast.db, "Ada", "Another", clock.new_id()[-8:])
    with pytest.raises(Invalid):
        write(cast, f"@{again.name}")
    issued = projects.invite(cast.db, cast.owner.agent, again.email, "agent")
    projects.accept_invitation(cast.db, again, issued.token)
    with pytest.raises(Invalid, match="several"):
        write(cast, "@ada")
    write(cast, "@Ada Admin")
    assert listed(cast)[0].recipient == ada


def test_nothing_becomes_a_header_that_holds_a_line_break(cast):
    for subject, to, replyto in (
        ("a\nBcc: b@example.com", "a@example.com", None),
        ("a\r\nBcc: x", "a@example.com", None),
        ("a\u2028b", "a@example.com", None),
        ("a", "a@example.com\nBcc: b@example.com", None),
        ("a", "a@example.com", "b@example.com\r\nBcc: c@example.com"),
        (" ", "a@example.com", None),
        ("x" * 501, "a@example.com", None),
        (None, "a@example.com", None),
        ("a", "a@example.com", "nobody"),
    ):
        with pytest.raises(Invalid):
            write(cast, to, subject, reply_to=replyto)
    with pytest.raises(Invalid):
        write(cast, "a@example.com", text=" ")
    assert listed(cast) == []


def test_without_a_server_for_mails_nothing_is_queued(cast):
    rid = begun(cast)
    for send in (
        lambda: correspondence.send(cast.db, cast.agent.agent, None, "@aldo", "t", "s"),
        lambda: correspondence.send_to_person(cast.db, cast.agent.agent, None, rid, "t", "s"),
        lambda: passwords.request(cast.db, None, cast.agent.person.email, lambda *_: LETTER),
    ):
        with pytest.raises(Conflict) as refused:
            send()
        assert refused.value.code == "email_off"
    assert listed(cast) == []


def test_who_has_told_no_address_is_not_written_to(cast):
    rid = begun(cast, None)

    with pytest.raises(Conflict) as refused:
        correspondence.send_to_person(cast.db, cast.agent.agent, OFFICE, rid, "t", "s")

    assert refused.value.code == "no_email"
    with pytest.raises(NotFound):
        correspondence.send_to_person(cast.db, cast.stranger.agent, OFFICE, rid, "t", "s")
    with pytest.raises(NotFound):
        correspondence.send(cast.db, cast.stranger.agent, OFFICE, "a@example.com", "t", "s", rid)


def test_the_words_go_to_who_speaks_even_if_others_have_been_merged_into_one(cast):
    """Of two people who are merged by mistake each is answered at the address that it has told itself."""
    other = new_visitor(cast.db, cast.signing, cast.id)
    silent = new_visitor(cast.db, cast.signing, cast.id)
    vera, olga, sil = begun(cast), begun(cast, "olga@example.com", other), begun(cast, None, silent)
    views = [conversations.get(cast.db, cast.agent.agent, rid) for rid in (vera, olga, sil)]
    homes = [view.home_id for view in views]
    contacts.update(cast.db, cast.agent.agent, homes[0], {"email": "front@example.com"})
    contacts.update(cast.db, cast.agent.agent, homes[2], {"email": "sil@example.com"})
    merges.merge(cast.db, cast.agent.agent, Ask(homes[0], (homes[1], homes[2])))

    found = [mails.addresses_of(cast.db, cast.agent.agent, view.identity.id) for view in views]

    assert [known[0] for known in found] == ["vera@example.com", "olga@example.com", "sil@example.com"]
    assert set(found[0]) == set(found[1]) == set(found[2])
    contacts.remove_address(cast.db, cast.agent.agent, homes[0], "email", "olga@example.com")
    assert "olga@example.com" not in mails.addresses_of(cast.db, cast.agent.agent, views[1].identity.id)
    splits.split(cast.db, cast.agent.agent, homes[0], [views[2].identity.id])
    assert "vera@example.com" not in mails.addresses_of(cast.db, cast.agent.agent, views[2].identity.id)


def test_the_newest_address_that_somebody_has_told_comes_first(cast):
    begun(cast)
    rid = begun(cast, "vera.new@example.com")

    view = conversations.get(cast.db, cast.agent.agent, rid)
    assert mails.addresses_of(cast.db, cast.agent.agent, view.identity.id)[0] == "vera.new@example.com"
    with pytest.raises(Forbidden):
        mails.addresses_of(cast.db, cast.teammate.agent, view.identity.id)
    assert mails.addresses_of(cast.db, cast.stranger.agent, view.identity.id) == []


# An answer by mail


def answer(cast: Cast, rid, to="vera@example.com", client_id="c1"):
    return conversations.post(
        cast.db, cast.agent.agent, rid, Draft("Ready", client_id=client_id), by_mail=ByMail(to, LETTER)
    )


def test_an_answer_and_its_mail_are_stored_together_and_once(cast):
    rid = begun(cast)

    posted, again = answer(cast, rid), answer(cast, rid)

    assert (posted.message.id, again.replayed) == (again.message.id, True)
    (mail,) = mails.of_conversation(cast.db, cast.agent.agent, posted.view.conversation.id)
    assert (mail.kind, mail.about_id, mail.letter.text) == (MailKind.ANSWER, posted.message.id, LETTER.text)
    assert mails.of_conversation(cast.db, cast.stranger.agent, posted.view.conversation.id) == []


def test_an_answer_to_an_address_that_is_not_the_persons_is_stored_nowhere(cast):
    rid = begun(cast)

    with pytest.raises(Invalid, match="no address of this contact"):
        answer(cast, rid, "olga@example.com")

    assert listed(cast) == []
    assert [m.text for m in conversations.messages(cast.db, cast.agent.agent, rid)] == ["Hello"]


def test_a_project_signs_its_mails(cast):
    projects.update(
        cast.db,
        cast.owner.agent,
        settings={"email": {"from_name": "The Bakery", "reply_to": "hello@example.com"}},
    )
    write(cast, "a@example.com")
    write(cast, "a@example.com", reply_to="me@example.com")

    assert [(m.from_name, m.letter.reply_to) for m in listed(cast)] == [
        ("The Bakery", "me@example.com"), ("The Bakery", "hello@example.com")
    ]  # fmt: skip
    for wrong in (
        {"from_name": "a\nb"},
        {"reply_to": "nobody"},
        {"from_name": 5},
        "x",
        {"from_name": "x" * 101},
    ):
        with pytest.raises(Invalid):
            projects.update(cast.db, cast.owner.agent, settings={"email": wrong})


def test_the_admins_are_told(cast):
    assert mails.notify_admins(cast.db, System(cast.id), "A webhook\nis off", "It answers 500.") == 2

    told = listed(cast)
    assert {m.recipient for m in told} == {cast.owner.person.email, cast.admin.person.email}
    assert {(m.kind, m.letter.subject) for m in told} == {(MailKind.NOTICE, "A webhook is off")}


# Invitations and passwords


def test_an_invitation_is_sent_and_sent_again_with_another_link(cast):
    first = projects.invite(cast.db, cast.admin.agent, "new@example.com", "agent")
    link = Letter("Join", f"https://x/{first.token}")
    invitations.send(cast.db, cast.admin.agent, OFFICE, first.invitation.id, link)
    mails.failed(cast.db, mails.claim(cast.db), "550 no such user", permanent=True)

    (failed,) = listed(cast)
    assert (failed.letter.text, failed.may_go_again, failed.about_id) == ("", False, first.invitation.id)
    about = mails.about_invitations(cast.db, cast.admin.agent, [first.invitation.id])
    assert about[first.invitation.id].error == "550 no such user"
    second = invitations.renew(cast.db, cast.admin.agent, first.invitation.id)
    assert projects.invitation(cast.db, second.token)[1].email == "new@example.com"
    with pytest.raises(Exception, match="withdrawn"):
        projects.invitation(cast.db, first.token)
    for actor, error in ((cast.agent.agent, Forbidden), (cast.rival.agent, NotFound)):
        with pytest.raises(error):
            invitations.renew(cast.db, actor, first.invitation.id)
        with pytest.raises(error):
            invitations.send(cast.db, actor, OFFICE, first.invitation.id, link)


def asked(cast: Cast, email):
    """The token of a link that was asked for, None if none was sent."""
    tokens = []

    def letter(language, name, address):
        tokens.append(address.rpartition("/")[2])
        return Letter("Set a new password", address)

    passwords.request(cast.db, OFFICE, email, letter)
    mail = mails.claim(cast.db)
    if mail is None:
        return None
    assert (mail.project_id, mail.kind, mail.recipient) == (OF_INSTALLATION, MailKind.RESET, email.lower())
    mails.sent(cast.db, mail)
    with cast.db.read() as tx:
        assert stored.get(tx, OF_INSTALLATION, mail.id).letter.text == ""
        assert tokens[0] not in str([dict(row) for row in tx.all("SELECT * FROM password_resets")])
    return tokens[0]


def test_a_link_sets_a_password_once_and_ends_every_session(cast):
    email = cast.agent.person.email
    token, other = asked(cast, email.upper()), asked(cast, email)

    assert passwords.owner(cast.db, token).email == email
    with pytest.raises(Invalid):
        passwords.reset(cast.db, OFFICE, token, "short", lambda *_: LETTER)
    passwords.reset(cast.db, OFFICE, token, "another good one", lambda *_: LETTER)

    assert sign_in.check_credentials(cast.db, email, "another good one").email == email
    with pytest.raises(Exception, match="Unauthorized"):
        sign_in.person_of_session(cast.db, cast.agent.secret)
    for used in (token, other, "none", "\ud800", ""):
        with pytest.raises(NotFound):
            passwords.owner(cast.db, used)
        with pytest.raises(NotFound):
            passwords.reset(cast.db, OFFICE, used, "yet another one", lambda *_: LETTER)
    changed = mails.claim(cast.db)
    assert (changed.kind, changed.recipient, changed.project_id) == (MailKind.CHANGED, email, OF_INSTALLATION)


def test_a_password_that_is_changed_otherwise_makes_links_void(cast):
    email = cast.agent.person.email
    changes = (
        lambda: sign_in.change_password(cast.db, cast.agent.person, PASSWORD, "another good one"),
        lambda: sign_in.reset_password(cast.db, email, "yet another one"),
    )
    for change_it in changes:
        token = asked(cast, email)
        change_it()
        with pytest.raises(NotFound):
            passwords.owner(cast.db, token)


def test_a_name_that_is_changed_meanwhile_does_not_bring_the_former_password_back(cast):
    stale = sign_in.account(cast.db, cast.agent.person.email)
    sign_in.reset_password(cast.db, stale.email, "another good one")
    with cast.db.write(None) as tx:
        accounts.update_user(tx, structs.replace(stale, lastname="Other"))

    user = sign_in.check_credentials(cast.db, stale.email, "another good one")
    assert user.lastname == "Other"


def test_a_link_that_has_run_out_while_nobody_sent_it_is_not_sent(cast):
    passwords.request(cast.db, OFFICE, cast.agent.person.email, lambda *_: LETTER)
    change(cast, since=clock.now() - HOUR - MINUTE)

    assert mails.claim(cast.db) is None
    with cast.db.read() as tx:
        (row,) = tx.all("SELECT state, text FROM mails")
        assert (row["state"], row["text"]) == ("failed", "")


def test_who_leaves_for_good_leaves_no_address_among_the_installations_mails(cast):
    passwords.request(cast.db, OFFICE, cast.agent.person.email, lambda *_: LETTER)
    own_account.delete_account(cast.db, cast.agent.person)

    with cast.db.read() as tx:
        assert tx.all("SELECT * FROM mails") == []


def test_a_link_holds_for_an_hour(cast):
    token = asked(cast, cast.agent.person.email)
    with cast.db.write(None) as tx:
        tx.run("UPDATE password_resets SET expires_at = expires_at - ?", HOUR)

    with pytest.raises(NotFound):
        passwords.reset(cast.db, OFFICE, token, "another good one", lambda *_: LETTER)
    assert sign_in.check_credentials(cast.db, cast.agent.person.email, PASSWORD)


def test_for_an_address_without_an_account_nothing_is_sent_and_nothing_stays(cast):
    assert asked(cast, "nobody@example.com") is None

    with cast.db.read() as tx:
        assert tx.all("SELECT * FROM password_resets WHERE user_id IS NULL") == []
        assert tx.all("SELECT * FROM mails") == []
    for wrong in (None, "", "x", 5, "a@example.com\nBcc: b@example.com"):
        with pytest.raises(Invalid):
            passwords.request(cast.db, OFFICE, wrong, lambda *_: LETTER)


# Privacy


def test_an_erased_person_leaves_no_mail(cast):
    rid = begun(cast, "zanzibarrel@example.com")
    kept = begun(cast, "olga@example.com", cast.other_visitor)
    answer(cast, rid, "zanzibarrel@example.com")
    write(cast, "aldo@example.com", "About zanzibarrel", request_id=rid)
    write(cast, "Zanzibarrel@Example.com", "Hello")
    answer(cast, kept, "olga@example.com")
    contact = conversations.get(cast.db, cast.agent.agent, rid).contact

    privacy.erase(cast.db, cast.owner.agent, contact.id)

    assert [m.recipient for m in listed(cast)] == ["olga@example.com"]
    with cast.db.read() as tx:
        assert "zanzibarrel" not in str([dict(row) for row in tx.all("SELECT * FROM mails")]).lower()


def test_a_deleted_conversation_takes_its_mails_along(cast):
    rid = begun(cast)
    answer(cast, rid)

    conversations.delete(cast.db, cast.owner.agent, rid)

    assert listed(cast) == []


def test_texts_are_forgotten_after_thirty_days(cast):
    rid = begun(cast)
    answer(cast, rid)
    mails.sent(cast.db, mails.claim(cast.db))
    reply(cast, rid)
    write(cast, "waiting@example.com")
    change(cast, created_at=clock.now() - 31 * DAY)

    assert mails.forget_old(cast.db) == 1

    kept = {m.recipient: (m.letter.text, m.letter.subject, m.state) for m in listed(cast)}
    assert kept == {
        "vera@example.com": ("", "", MailState.SENT),
        "waiting@example.com": ("Look", "A question", MailState.WAITING),
    }
    assert mails.forget_old(cast.db) == 0
