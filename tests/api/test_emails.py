"""Emails and forgotten passwords over the API."""

import json
from collections.abc import Iterator

import pytest

from rolodesk.config import Brand
from rolodesk.usecases import mails
from tests.api.client import Api, serving
from tests.cast import PASSWORD, filled, make_cast, new_request_id, say
from tests.databases import Databases

MAIL_ON = {
    "smtp_url": "smtp://mail.example.org",
    "brand": Brand(name="Hearth", sender="desk@example.org"),
    "public_url": "https://chat.example.org",
}


@pytest.fixture(scope="module")
def mailing_api(module_database_url: str) -> Iterator[Api]:
    with serving(module_database_url, **MAIL_ON) as api:
        yield api


@pytest.fixture
def people(mailing_api):
    with mailing_api.db.write(None) as tx:
        tx.run("DELETE FROM mails")
    return make_cast(mailing_api.db)


def queued(api: Api):
    """The mails that wait, oldest first."""
    found = []
    while (mail := mails.claim(api.db)) is not None:
        found.append(mail)
    return found


def begun(cast, email="vera@example.com"):
    rid = new_request_id(cast.id)
    say(cast, cast.visitor, "Hello", rid, attributes=filled({"userEmail": email} if email else {}))
    return rid


def test_an_agent_writes_to_colleagues_and_others(mailing_api, people):
    path, body = f"/{people.id}/emails/internal/send", {"text": "Look\nhere", "subject": "A question"}
    rid = begun(people)

    for to in ("@aldo", "anna@example.com"):
        sent = {**body, "to": to, "request_id": rid, "replyto": "me@example.com", "unknown": {"$gt": 1}}
        assert mailing_api.ok(people.agent, "POST", path, sent) == {"queued": True}
    first, second = queued(mailing_api)
    assert (first.recipient, second.recipient) == (people.agent.person.email, "anna@example.com")
    assert (second.letter.text, second.letter.reply_to) == ("Look\nhere", "me@example.com")
    assert first.conversation_id

    for wrong in (
        {**body, "to": "@nobody"}, {**body, "to": "nobody"}, body, {**body, "to": ["@aldo"]}, {"to": "@aldo"},
        {**body, "to": "@aldo", "subject": "a\nBcc: b@example.com"}, {**body, "to": "@aldo", "text": {"$ne": 1}},
    ):  # fmt: skip
        answer = mailing_api(people.agent, "POST", path, wrong)
        assert (answer.status_code, answer.json()["success"]) == (422, False)
        assert answer.json()["errors"]
    assert (
        mailing_api(people.agent, "POST", path, {**body, "to": "@aldo", "request_id": "x"}).status_code == 404
    )
    for who, status in ((None, 401), (people.teammate, 403), (people.visitor, 403), (people.stranger, 403)):
        assert mailing_api(who, "POST", path, {**body, "to": "@aldo"}).status_code == status
    assert queued(mailing_api) == []


def test_a_group_is_written_to_by_its_name(mailing_api, people):
    users = [people.agent.person.user_id, people.admin.person.user_id]
    mailing_api.ok(people.admin, "POST", f"/{people.id}/groups", {"name": "Ovens", "members": users})

    body = {"to": "ovens", "text": "Hot", "subject": "S"}
    assert mailing_api.ok(people.agent, "POST", f"/{people.id}/emails/internal/send", body) == {
        "queued": True
    }

    to = {mail.recipient for mail in queued(mailing_api)}
    assert to == {people.agent.person.email, people.admin.person.email}


def test_an_agent_writes_to_the_person_of_a_conversation(mailing_api, people):
    body = {"text": "Your cup is ready", "subject": "Cup", "replyto": "shop@example.com"}
    path = f"/{people.id}/requests/{begun(people)}/email/send"

    assert mailing_api.ok(people.agent, "POST", path, body) == {"queued": True}

    (mail,) = queued(mailing_api)
    assert (mail.recipient, mail.letter.reply_to) == ("vera@example.com", "shop@example.com")
    silent = f"/{people.id}/requests/{new_request_id(people.id)}"
    assert mailing_api(people.agent, "POST", f"{silent}/email/send", body).status_code == 404
    rid = new_request_id(people.id)
    say(people, people.other_visitor, "Hello", rid)
    refused = mailing_api(people.agent, "POST", f"/{people.id}/requests/{rid}/email/send", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_email")
    for who, status in ((None, 401), (people.teammate, 403), (people.visitor, 403), (people.stranger, 403)):
        assert mailing_api(who, "POST", path, body).status_code == status


def test_an_agent_cannot_write_without_end(databases: Databases):
    with databases.lend("sqlite") as url, serving(url, **MAIL_ON, rate_emails=2, rate_resets=1) as api:
        cast = make_cast(api.db)
        path, body = f"/{cast.id}/emails/internal/send", {"to": "@aldo", "text": "t", "subject": "s"}
        told = [api(cast.agent, "POST", path, body) for _ in range(3)]
        assert [answer.status_code for answer in told] == [200, 200, 429]
        assert int(told[-1].headers["Retry-After"]) > 0
        forgotten = [
            api(None, "PUT", "/auth/requestresetpsw", {"email": email}).status_code
            for email in ("a@example.com", "A@example.com ", " " * 312 + "a@example.com", "b@example.com")
        ]
        assert forgotten == [200, 429, 429, 200]


def test_without_a_mail_server_it_says_so(api, cast):
    rid = begun(cast)
    for who, method, path in (
        (cast.agent, "POST", f"/{cast.id}/emails/internal/send"),
        (cast.agent, "POST", f"/{cast.id}/requests/{rid}/email/send"),
        (None, "PUT", "/auth/requestresetpsw"),
    ):
        answer = api(
            who, method, path, {"to": "@aldo", "text": "t", "subject": "s", "email": "a@example.com"}
        )
        body = answer.json()
        assert (answer.status_code, body["success"], body["code"]) == (409, False, "email_off")
        assert "mail server" in body["msg"]


def test_an_invitation_goes_out_by_mail_and_the_admin_has_the_link_all_the_same(mailing_api, people):
    answer = mailing_api.ok(
        people.admin,
        "POST",
        f"/{people.id}/project_users/invite",
        {"email": "new@example.com", "role": "agent"},
    )

    (mail,) = queued(mailing_api)
    assert answer["link"] in mail.letter.text
    assert mail.recipient == "new@example.com"
    assert "Bakery" in mail.letter.subject


def test_a_forgotten_password_is_set_anew_by_a_link(mailing_api, people):
    email = people.agent.person.email
    known = mailing_api(None, "PUT", "/auth/requestresetpsw", {"email": email.upper()})
    (mail,) = queued(mailing_api)
    unknown = mailing_api(None, "PUT", "/auth/requestresetpsw", {"email": "nobody@example.com"})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert known.json()["success"]
    assert queued(mailing_api) == []
    address = next(line for line in mail.letter.text.splitlines() if line.startswith("http"))
    assert address.startswith("https://chat.example.org/reset/")
    key = address.rpartition("/")[2]
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    mailing_api(None, "PUT", "/auth/requestresetpsw", {"email": email}, headers=headers)
    assert "evil" not in queued(mailing_api)[0].letter.text

    checked = mailing_api.ok(None, "GET", f"/auth/checkpswresetkey/{key}")
    assert (checked["message"], checked["user"]["email"]) == ("Valid password reset key", email)
    assert "password" not in json.dumps(checked["user"])
    for wrong in ({}, {"password": "short"}, {"password": 5}, {"password": None}):
        assert mailing_api(None, "PUT", f"/auth/resetpsw/{key}", wrong).status_code == 422
    done = mailing_api.ok(None, "PUT", f"/auth/resetpsw/{key}", {"password": "another good one"})
    assert done["message"] == "Password change successful"
    signed_in = {"email": email, "password": "another good one"}
    assert mailing_api(None, "POST", "/auth/signin", signed_in).status_code == 200
    assert mailing_api(None, "POST", "/auth/signin", {**signed_in, "password": PASSWORD}).status_code == 401
    assert mailing_api(people.agent, "GET", "/users").status_code == 401
    for method, path in (("GET", "checkpswresetkey"), ("PUT", "resetpsw")):
        for used in (key, "x", "%00", "x" * 3000):
            answer = mailing_api(None, method, f"/auth/{path}/{used}", {"password": "another good one"})
            assert answer.status_code == 404
            assert answer.json()["msg"] == "Invalid password reset key"
