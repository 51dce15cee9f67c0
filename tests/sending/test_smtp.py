"""Handing mails to a real SMTP server, and what its answers mean."""

import contextlib
import re
import socket
from urllib.parse import quote

import pytest
from msgspec import structs

from rolodesk.sending import smtp
from rolodesk.sending.smtp import NotSent, Outgoing, Server, parse_sender, parse_server
from tests.mailbox import CERTIFICATE, PASSWORD, USER, body, mailbox

TO = "anna@example.com"
MAIL = Outgoing(
    "<1@example.org>", 1_795_000_000_000, "desk@example.org", "Hearth & Clay", TO, "Your cup", "Hello\n\n<b>Anna</b>\n"
)  # fmt: skip
ACCOUNT = f"{USER}:{quote(PASSWORD, safe='')}"


def refused(server: Server, mail: Outgoing = MAIL) -> NotSent:
    with pytest.raises(NotSent) as error:
        smtp.send(server, mail)
    return error.value


@pytest.fixture
def trusted(monkeypatch):
    """The servers' certificate counts as a known one."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


def test_a_mail_arrives_as_it_was_written():
    text = "Grüße,\r\nAnna 🙂\n\n  <b>not bold</b>\n" + "long " * 400
    with mailbox() as box:
        mail = structs.replace(
            MAIL, text=text, subject="Tazza \u2615 für " + "ä" * 300, reply_to="ada@example.org",
            thread="<t@example.org>", sender_name='O"Brien, Zoë',
        )  # fmt: skip
        smtp.send(parse_server(box.url), mail)

        (taken,) = box.mails
        assert body(taken).strip() == text.replace("\r\n", "\n").strip()
        assert (taken["Subject"], taken["Message-ID"]) == (mail.subject, "<1@example.org>")
        assert (taken["Reply-To"], taken["References"]) == ("ada@example.org", "<t@example.org>")
        assert taken["From"].addresses[0].display_name == 'O"Brien, Zoë'
        assert taken["From"].addresses[0].addr_spec == "desk@example.org"
        assert (taken["To"], taken["Auto-Submitted"]) == (TO, None)
        assert taken.get_content_type() == "text/plain"
        assert taken["Date"].datetime.timestamp() == 1_795_000_000
        assert (box.envelopes[0].mail_from, box.envelopes[0].rcpt_tos) == ("desk@example.org", [TO])
        assert max(map(len, box.envelopes[0].content.split(b"\r\n"))) < 999  # type: ignore[union-attr,arg-type]


def test_what_a_machine_writes_says_so_and_a_domain_goes_as_every_server_knows_it():
    with mailbox() as box:
        smtp.send(
            parse_server(box.url), structs.replace(MAIL, automatic=True, recipient="anna@bücher.example")
        )

        assert box.mails[0]["Auto-Submitted"] == "auto-generated"
        assert box.envelopes[0].rcpt_tos == ["anna@xn--bcher-kva.example"]


@pytest.mark.parametrize(
    ("rule", "at_data", "permanent", "said"),
    [
        ("550 no such user", False, True, "550 no such user"),
        ("451 try later", False, False, "451 try later"),
        ("452 full", True, False, "452 full"),
        ("554 we do not like it", True, True, "554 we do not like it"),
        (ConnectionError, False, False, ""),
        (ConnectionError, True, False, ""),
        (30.0, False, False, "does not answer"),
    ],
)
def test_what_a_refusal_means(rule, at_data, permanent, said):
    with mailbox() as box:
        (box.data_rules if at_data else box.rules)[TO] = [rule]

        late = 0.4 if isinstance(rule, float) else 15
        error = refused(structs.replace(parse_server(box.url), timeout=late))

    assert (error.permanent, box.mails) == (permanent, [])
    assert said in str(error)


def test_a_server_that_is_away_or_says_nothing_is_tried_again():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        error = refused(Server("127.0.0.1", port, timeout=0.2))
        assert (error.permanent, "does not answer" in str(error)) == (False, True)
    error = refused(Server("127.0.0.1", port, timeout=0.2))
    assert (error.permanent, "cannot be reached" in str(error)) == (False, True)


def test_an_address_that_the_server_cannot_take_is_refused_for_good():
    with mailbox() as box:
        assert refused(parse_server(box.url), structs.replace(MAIL, recipient="änna@example.com")).permanent


@pytest.mark.parametrize("field", ["subject", "sender_name", "recipient", "reply_to", "message_id", "thread"])
def test_no_line_break_gets_into_a_header(field):
    with mailbox() as box:
        for injected in (
            "x\r\nBcc: evil@example.com",
            "x\nBcc: evil@example.com",
            "x@example.com\r\n\r\nevil",
        ):
            with contextlib.suppress(NotSent):
                smtp.send(parse_server(box.url), structs.replace(MAIL, **{field: injected}))
        for mail, envelope in zip(box.mails, box.envelopes, strict=True):
            assert (mail["Bcc"], envelope.rcpt_tos, body(mail)) == (None, [TO], MAIL.text)


# The library decodes these and writes the line break that is in them.
ENCODED = (
    "=?utf-8?q?=0d=0aBcc:_evil@example.com?=,",
    "=?utf-8?q?a=0d=0a=0d=0aevil?=,",
    "=?utf-8?b?DQpCY2M6IHg=?=",
)


@pytest.mark.parametrize("field", ["subject", "sender_name", "recipient", "reply_to"])
def test_an_encoded_line_break_gets_into_no_header_either(field):
    with mailbox() as box:
        for word in ENCODED:
            given = f"{re.sub('[@:,]', '', word)}@example.com" if field.startswith("re") else word
            with contextlib.suppress(NotSent):
                smtp.send(parse_server(box.url), structs.replace(MAIL, **{field: given}))
        if field in ("subject", "sender_name"):
            assert len(box.mails) == len(ENCODED)
        for mail, envelope in zip(box.mails, box.envelopes, strict=True):
            assert (mail["Bcc"], envelope.rcpt_tos, body(mail)) == (None, [TO], MAIL.text)
            head = bytes(envelope.content).partition(b"\r\n\r\n")[0].split(b"\r\n")  # type: ignore[arg-type]
            names = {line.partition(b":")[0] for line in head if not line[:1].isspace()}
            assert names <= {*map(str.encode, mail.keys())} - {b"Bcc", b"evil"}


@pytest.mark.parametrize(
    ("typed", "goes_to"),
    [
        ("anna@straße.example", "anna@xn--strae-oqa.example"),
        ("anna@σς.example", "anna@xn--3xab.example"),
        ("anna＠example.com", "anna@example.com"),
        ("Ａnna@example.com", "Anna@example.com"),
        ("anna@x。example", "anna@x.example"),
    ],
)
def test_it_goes_to_the_address_that_was_typed_and_to_no_other_domain(typed, goes_to):
    with mailbox() as box:
        smtp.send(parse_server(box.url), structs.replace(MAIL, recipient=typed, reply_to=typed))

        assert box.envelopes[0].rcpt_tos == [goes_to]
        assert box.mails[0]["To"] == box.mails[0]["Reply-To"] == goes_to


def test_tls_is_used_when_it_is_offered_and_the_password_is_sent_over_it(trusted):
    with mailbox(starttls=True, required=True, auth=True) as box:
        smtp.check(parse_server(f"smtp://{ACCOUNT}@localhost:{box.port}"))
        smtp.send(parse_server(f"smtp://{ACCOUNT}@localhost:{box.port}?starttls=require"), MAIL)
        assert box.encrypted == [True]

        wrong = refused(parse_server(f"smtp://{USER}:wrong@localhost:{box.port}"))
        assert (wrong.permanent, "wrong" in str(wrong)) == (False, False)
        assert not refused(parse_server(f"smtp://localhost:{box.port}?starttls=never")).permanent
    with mailbox(tls=True) as box:
        smtp.send(parse_server(f"smtps://localhost:{box.port}"), MAIL)
        assert len(box.mails) == 1


def test_a_certificate_that_nobody_knows_is_refused():
    with mailbox(starttls=True) as box:
        error = refused(parse_server(f"smtp://localhost:{box.port}"))
        assert (error.permanent, "certificate" in str(error)) == (False, True)


def test_no_password_goes_in_the_clear_unless_it_is_said():
    with mailbox(auth=True) as box:
        error = refused(parse_server(f"smtp://{ACCOUNT}@127.0.0.1:{box.port}"))
        assert (error.permanent, "STARTTLS" in str(error)) == (False, True)
        smtp.send(parse_server(f"smtp://{ACCOUNT}@127.0.0.1:{box.port}?starttls=never"), MAIL)
        assert box.encrypted == [False]
    with mailbox() as box:
        assert "STARTTLS" in str(refused(parse_server(f"{box.url}?starttls=require")))


def test_a_server_is_read_from_its_address():
    assert parse_server("smtp://mail.example.com") == Server("mail.example.com", 587)
    assert parse_server("smtps://u%40x:p%2F%3A@h/") == Server("h", 465, True, "offered", "u@x", "p/:")
    assert parse_server("smtp://h:25?starttls=never") == Server("h", 25, starttls="never")
    assert "p%2F" not in repr(parse_server("smtps://u:p%2F@h"))
    assert parse_sender("Hearth <a@b.example>") == ("Hearth", "a@b.example")


@pytest.mark.parametrize(
    "url",
    [
        *(
            "smtp://",
            "http://u:geheim@h",
            "u:geheim@h",
            "smtp://u:geheim@h:x",
            "smtp://u:geheim@h/path",
            "smtp://u@h",
        ),
        *("smtp://u:geheim@h?starttls=perhaps", "smtps://u:geheim@h?starttls=require", "smtp://u:ge[heim@h"),
        *("smtp://u:geheim@h?x=1", "smtp://u:geheim#h", "smtp://u:geheim/x@h"),
    ],
)
def test_a_malformed_address_is_told_without_its_password(url):
    with pytest.raises(ValueError) as error:
        parse_server(url)

    assert "heim" not in str(error.value)


@pytest.mark.parametrize(
    "sender", ["x", "a@b@c d", "A <a b@c.example>", "a@b.example\nBcc: c@d", "ä@b.example"]
)
def test_a_sender_that_is_none_is_refused(sender):
    with pytest.raises(ValueError, match="must be an address"):
        parse_sender(sender)
