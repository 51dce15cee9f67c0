"""The pages of emails: answering somebody who has left, what failed, invitations, a forgotten password."""

import re
from collections.abc import Iterator
from html import unescape

import pytest

from rolodesk.config import Brand
from rolodesk.domain.access import Person
from rolodesk.domain.mail import MailKind
from rolodesk.usecases import contacts, conversations, correspondence, mails, projects, sign_in
from rolodesk.usecases.mails import Office
from tests.api.client import Api, serving
from tests.cast import Cast, filled, make_cast, new_request_id, say
from tests.databases import Databases
from tests.web.world import anonymous_cookies, cookies

MAIL_ON = {
    "smtp_url": "smtp://mail.example.org",
    "brand": Brand(name="Hearth", sender="desk@example.org"),
    "public_url": "https://chat.example.org",
}


@pytest.fixture(scope="module")
def api(databases: Databases) -> Iterator[Api]:
    with databases.lend("sqlite") as url, serving(url, **MAIL_ON) as api:
        yield api


@pytest.fixture
def cast(api: Api) -> Cast:
    with api.db.write(None) as tx:
        tx.run("DELETE FROM mails")
    return make_cast(api.db)


class Pages:
    """A browser without scripts."""

    def __init__(self, api: Api, cast: Cast, secret: str | None) -> None:
        self.client, self.root = api.client, f"/p/{cast.id}"
        self.headers = dict(cookies(cast, secret) if secret else anonymous_cookies(cast))

    def get(self, path: str, status: int = 200, **headers: str) -> str:
        self.answer = self.client.get(path, headers={**self.headers, **headers}, follow_redirects=False)
        assert self.answer.status_code == status, self.answer.text[:500]
        return unescape(self.answer.text)

    def post(self, path: str, status: int = 303, **form: str) -> str:
        self.answer = self.client.post(path, data=form, headers=self.headers, follow_redirects=False)
        assert self.answer.status_code == status, self.answer.text[:500]
        return unescape(self.answer.text)


@pytest.fixture
def page(api, cast):
    return Pages(api, cast, cast.owner.secret)


def begun(cast: Cast, left: bool = True, email="vera@example.com", **more):
    rid = new_request_id(cast.id)
    say(cast, cast.visitor, "Hello", rid, attributes=filled({"userEmail": email} if email else {}), **more)
    if left:
        leave(cast)
    return rid


def leave(cast: Cast):
    with cast.db.write(None) as tx:
        tx.run("UPDATE identities SET last_seen = last_seen - 180000 WHERE project_id = ?", cast.id)


def is_ticked(text: str) -> bool:
    return bool(re.search(r'id="by-email"[^>]* checked', text))


def queued(cast: Cast):
    mail = mails.claim(cast.db)
    assert mail is not None
    return mail


def test_an_answer_to_who_has_left_goes_by_mail_too(cast, page):
    rid = begun(
        cast, subject="My\ncup", source_page="https://shop.example.com/cups?token=1#x", language="it-IT"
    )
    thread = f"{page.root}/inbox/{rid}"
    shown = page.get(thread)
    assert is_ticked(shown)
    assert "Also send by email to vera@example.com" in shown

    form = {
        "text": "Ready,\r\n<b>Anna</b>",
        "by_email": "yes",
        "email_to": "vera@example.com",
        "client_id": "1",
    }
    page.post(f"{thread}/messages", **form)
    page.post(f"{thread}/messages", **form)

    mail = queued(cast)
    assert (mail.recipient, mail.letter.subject) == ("vera@example.com", "Re: My cup")
    assert mail.letter.reply_to == cast.owner.person.email
    assert mail.letter.text == (
        "Ready,\n<b>Anna</b>\n\n-- \nOlivia Owner\nBakery\n\n"
        "Puoi rispondere a questa email, o continuare la chat su https://shop.example.com/cups\n"
    )
    assert "Waiting to go to vera@example.com by email" in page.get(thread)
    mails.failed(cast.db, mail, "451 later", permanent=False)
    assert "451 later" in page.get(thread)
    with cast.db.write(None) as tx:
        tx.run("UPDATE mails SET next_at = 0")
    mails.failed(cast.db, queued(cast), "550 <no> such user", permanent=True)
    assert "could not be delivered by email to vera@example.com: 550 <no> such user" in page.get(thread)
    assert "&lt;no&gt;" in page.answer.text
    page.post(f"{thread}/mails/{mail.id}/again")
    mails.sent(cast.db, queued(cast))
    assert "Sent by email to vera@example.com" in page.get(thread)
    assert mails.claim(cast.db) is None


def test_an_email_is_suggested_only_to_who_has_left_and_never_of_a_note(cast, page):
    rid = begun(cast, left=False)
    thread = f"{page.root}/inbox/{rid}"
    assert not is_ticked(page.get(thread))
    page.post(f"{thread}/messages", text="Hello", email_to="vera@example.com")
    page.post(f"{thread}/messages", text="A note", mode="note", by_email="yes", email_to="vera@example.com")
    assert mails.claim(cast.db) is None
    leave(cast)
    page.headers["HX-Request"] = "true"
    unticked = page.post(f"{thread}/messages", 200, text="Once more", email_to="vera@example.com")
    assert not is_ticked(unticked)
    ticked = page.post(f"{thread}/messages", 200, text="And", by_email="yes", email_to="vera@example.com")
    assert is_ticked(ticked)


def test_the_agent_chooses_among_the_addresses_and_none_else(cast, page):
    rid = begun(cast)
    view = conversations.get(cast.db, cast.owner.agent, rid)
    contacts.update(cast.db, cast.owner.agent, view.contact.id, {"email": "work@example.com"})
    thread = f"{page.root}/inbox/{rid}"
    shown = page.get(thread)
    options = re.findall(r"<option[^>]*>([^<]*@[^<]*)</option>", shown)
    assert options == ["vera@example.com", "work@example.com"]

    page.post(f"{thread}/messages", text="Ready", by_email="yes", email_to="work@example.com")
    assert queued(cast).recipient == "work@example.com"
    refused = page.post(
        f"{thread}/messages", 422, text="To nobody", by_email="yes", email_to="evil@example.com"
    )
    assert "This is no address of this contact." in refused
    assert "To nobody</textarea>" in refused
    begun(cast, email=None)
    silent = new_request_id(cast.id)
    say(cast, cast.other_visitor, "Hello", silent)
    assert 'id="by-email"' not in page.get(f"{page.root}/inbox/{silent}")


@pytest.mark.parametrize(
    ("page_of_chat", "allowed", "told"),
    [
        ("https://shop.example.com/a?b=c", None, "https://shop.example.com/a"),
        ("https://shop.example.com/a", ["https://shop.example.com"], "https://shop.example.com/a"),
        ("https://evil.example/a", ["https://shop.example.com"], None),
        ("javascript:alert(1)", None, None),
        ("https://shop.example.com@evil.example/", None, None),
        ("https://shop.example.com/\nBcc: x", None, None),
        (None, None, None),
    ],
)
def test_only_a_page_of_the_site_is_told_in_a_mail(cast, page, page_of_chat, allowed, told):
    projects.update(cast.db, cast.owner.agent, settings={"allowed_origins": allowed})
    rid = begun(cast, source_page=page_of_chat)

    page.post(f"{page.root}/inbox/{rid}/messages", text="Ready", by_email="yes", email_to="vera@example.com")

    text = queued(cast).letter.text
    assert re.findall(r"\S+://\S+", text) == ([told] if told else [])


def test_what_a_program_has_sent_stands_in_the_conversation(cast, page):
    rid = begun(cast)
    office = Office("https://chat.example.org", "Hearth")
    correspondence.send_to_person(cast.db, cast.agent.agent, office, rid, "<i>Ready</i>", "Your cup")
    shown = page.get(f"{page.root}/inbox/{rid}")
    assert "Your cup" in shown
    assert "&lt;i&gt;Ready&lt;/i&gt;" in page.answer.text
    mails.failed(cast.db, queued(cast), "550 no such user", permanent=True)
    assert "This email could not be delivered to vera@example.com" in page.get(f"{page.root}/inbox/{rid}")


def test_what_was_sent_and_what_failed_is_listed_for_admins(api, cast, page):
    page.post(f"{page.root}/settings/emails", from_name="The Bakery", reply_to="hello@example.com")
    assert 'value="The Bakery"' in page.get(f"{page.root}/settings/emails")
    assert "No emails here" in page.get(f"{page.root}/settings/emails?show=failed")
    wrong = page.post(f"{page.root}/settings/emails", 422, from_name="x", reply_to="nobody")
    assert "This is not an email address." in wrong
    rid = begun(cast)
    page.post(f"{page.root}/inbox/{rid}/messages", text="Ready", by_email="yes", email_to="vera@example.com")
    mail = queued(cast)
    assert (mail.from_name, mail.letter.reply_to) == ("The Bakery", "hello@example.com")
    mails.failed(cast.db, mail, "550 no such user", permanent=True)

    shown = page.get(f"{page.root}/settings/emails?show=failed")
    assert "550 no such user" in shown
    page.post(f"{page.root}/settings/emails/{mail.id}/again", show="failed")
    assert page.answer.headers["location"].endswith("/settings/emails?show=failed")
    assert queued(cast).id == mail.id
    page.post(f"{page.root}/settings/emails/{mail.id}/again")
    agent = Pages(api, cast, cast.agent.secret)
    agent.get(f"{page.root}/settings/emails", 403)
    agent.post(f"{page.root}/settings/emails/{mail.id}/again", 403)


def test_an_invitation_is_sent_and_sent_again(cast, page):
    ready = page.post(f"{page.root}/settings/team/invite", 200, email="new@example.com", role="agent")
    mail = queued(cast)
    link = re.search(r"https://chat\.example\.org/invite/\S+", mail.letter.text)
    assert link
    assert link[0] in ready
    assert "on its way to new@example.com" in ready
    mails.failed(cast.db, mail, "550 no such user", permanent=True)
    shown = page.get(f"{page.root}/settings/team")
    assert "The email could not be delivered: 550 no such user" in shown

    page.post(f"{page.root}/settings/team/invitations/{mail.about_id}/again", 200)

    again = queued(cast)
    assert (again.recipient, again.kind) == ("new@example.com", MailKind.INVITATION)
    page.get(link[0].removeprefix("https://chat.example.org"), 410)
    page.get(re.search(r"/invite/\S+", again.letter.text)[0])


def test_a_forgotten_password_in_the_browser_and_in_the_language_of_the_account(api, cast):
    anyone = Pages(api, cast, None)
    person: Person = cast.agent.person
    sign_in.update_account(cast.db, person, {"language": "it"})
    assert 'href="/forgot"' in anyone.get("/signin")
    assert "Send the link" in anyone.get("/forgot")
    known = anyone.post("/forgot", 200, email=person.email)
    mail = queued(cast)
    unknown = anyone.post("/forgot", 200, email="nobody@example.com")
    assert known.replace(person.email, "x") == unknown.replace("nobody@example.com", "x")
    assert mails.claim(cast.db) is None
    assert "not an email address" in anyone.post("/forgot", 422, email="nobody")
    assert mail.letter.subject == "Imposta una nuova password"
    assert "un'ora" in mail.letter.text

    link = re.search(r"https://chat\.example\.org(/reset/\S+)", mail.letter.text)[1]
    assert person.email in anyone.get(link, referer="https://elsewhere.example/")
    assert anyone.answer.headers["referrer-policy"] == "no-referrer"
    assert "at least 8 characters" in anyone.post(link, 422, password="short")
    anyone.post(link, password="another good one")
    assert sign_in.check_credentials(cast.db, person.email, "another good one")
    assert "holds no longer" in anyone.get(link, 404)
    assert "holds no longer" in anyone.post(link, 404, password="yet another one")
    changed = queued(cast)
    assert (changed.kind, changed.letter.subject) == (MailKind.CHANGED, "La tua password è stata cambiata")


def test_without_a_mail_server_the_pages_say_so(file_api, file_cast):
    anyone = Pages(file_api, file_cast, None)
    assert 'href="/forgot"' not in anyone.get("/signin")
    assert "rolodesk reset-password" in anyone.get("/forgot")
    anyone.post("/forgot", 409, email=file_cast.agent.person.email)
    page = Pages(file_api, file_cast, file_cast.owner.secret)
    rid = begun(file_cast)
    assert 'id="by-email"' not in page.get(f"{page.root}/inbox/{rid}")
    form = {"text": "Ready", "by_email": "yes", "email_to": "vera@example.com"}
    assert "no mail server is set up" in page.post(f"{page.root}/inbox/{rid}/messages", 422, **form)
    assert "ROLODESK_SMTP_URL" in page.get(f"{page.root}/settings/emails")
    ready = page.post(f"{page.root}/settings/team/invite", 200, email="new@example.com", role="agent")
    assert "Send this link." in ready
    assert mails.claim(file_cast.db) is None
