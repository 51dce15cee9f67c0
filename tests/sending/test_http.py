"""Posting to servers that behave badly, and to addresses that must not be called."""

import socket
import ssl
import threading
import time
from pathlib import Path

import pytest

from rolodesk.sending import addresses, http
from rolodesk.sending.addresses import PRIVATE, UNKNOWN, Refused, check, is_public
from rolodesk.sending.http import Poster
from tests.sending.receiver import close, drip, hang, ok, raw, receiving, status

SHORT = 1.0
LONG = 30
# For hooks.example, signed by itself, of no use anywhere else.
CERTIFICATE = Path(__file__).with_name("hooks.example.pem")
# Begins to answer and never comes to the end.
ENDLESS = drip(b"HTTP/1.1 200 OK\r\n\r\n")
PRIVATE_ADDRESSES = [
    *("127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255"),
    *("192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1"),
    *("203.0.113.1", "224.0.0.1", "239.1.1.1", "224.0.1.1", "240.0.0.1", "255.255.255.255"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::7f00:1"),
    *("2002:7f00:1::", "2002:a00:1::", "2002:c0a8:101::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
    *("64:ff9b:1::1", "2001:0:7f00:1::", "100::1", "2001:10::1"),
]
PUBLIC_ADDRESSES = [
    *("8.8.8.8", "93.184.216.34", "172.32.0.1", "100.63.255.255", "2606:4700::1111", "2a00:1450:4001::1"),
    *("::ffff:8.8.8.8", "2002:808:808::1", "64:ff9b::808:808"),
]


@pytest.fixture
def poster():
    poster = Poster(private=True, timeout=LONG)
    yield poster
    poster.end()


@pytest.fixture
def hasty():
    poster = Poster(private=True, timeout=SHORT)
    yield poster
    poster.end()


def test_what_is_posted_arrives_as_it_was_given(poster):
    with receiving() as receiver:
        answer = poster.post(f"{receiver.url}?a=%20b", {"X-Name": "value"}, b'{"a":1}')
        [got] = receiver.got

    assert (answer.status, answer.error, answer.ok, answer.text) == (200, None, True, '{"ok":true}')
    assert (got.path, got.content, got.headers["x-name"]) == ("/hook?a=%20b", b'{"a":1}', "value")
    assert got.headers["host"] == f"127.0.0.1:{receiver.server_port}"
    assert set(got.headers) == {"host", "connection", "content-length", "x-name"}


@pytest.mark.parametrize(
    ("behave", "code", "error"),
    [
        (status(204), 204, None),
        (status(299), 299, None),
        (status(500), 500, http.STATUS),
        (status(404), 404, http.STATUS),
        (status(410), 410, http.STATUS),
        (status(301, Location="/other"), 301, http.REDIRECT),
        (status(307, Location="http://127.0.0.1:1/"), 307, http.REDIRECT),
        (close, None, http.BROKEN),
        (raw(b"SSH-2.0-OpenSSH\r\n\r\n"), None, http.NO_HTTP),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"), 200, None),
        (hang, None, http.LATE),
        (drip(), None, http.LATE),
        (drip(b"HTTP/1.1 200 OK\r\nX-A: "), None, http.LATE),
        (ENDLESS, 200, None),
        (
            raw(b"HTTP/1.1 100 Continue\r\n\r\n" * 50 + b"HTTP/1.1 202 OK\r\nContent-Length: 0\r\n\r\n"),
            202,
            None,
        ),
    ],
)
def test_whatever_the_other_side_does_it_takes_no_longer(poster, hasty, behave, code, error):
    """Who comes to an end in time is given it, so that a busy machine is not taken for a late answer."""
    poster = hasty if error == http.LATE or behave is ENDLESS else poster
    begun = time.monotonic()
    with receiving(behave) as receiver:
        answer = poster.post(receiver.url, {}, b"x" * 300_000)
        assert len(receiver.got) == 1

    assert (answer.status, answer.error) == (code, error)
    # Far above the limit, and far below what a test that hangs takes: a busy machine fails nothing here.
    assert time.monotonic() - begun < 10
    assert error != http.LATE or answer.duration >= SHORT * 1_000 - 50
    assert not poster._open


def test_of_an_endless_answer_a_little_is_read(poster):
    def endless(request, got):
        request.raw(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            request.raw("è".encode() * 32_768)

    with receiving(endless) as receiver:
        answer = Poster(private=True, timeout=LONG).post(receiver.url, {}, b"{}")

    assert (answer.status, answer.error) == (200, None)
    assert answer.text == "è" * http.EXCERPT
    assert answer.duration < 10_000


def test_a_receiver_that_takes_nothing_ends_in_time(hasty):
    """The window is full after a while, and nothing is read."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        answer = hasty.post(f"http://127.0.0.1:{port}/", {}, b"x" * 30_000_000)

    assert answer.error == http.LATE


def test_nobody_there(poster):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert poster.post(f"http://127.0.0.1:{port}/", {}, b"{}").error == http.NO_CONNECTION
    assert poster.post("http://no-such-name.invalid/", {}, b"{}").error == UNKNOWN


def test_what_is_on_its_way_can_be_broken_off(poster):
    patient, answers = Poster(private=True, timeout=60), []
    with receiving(hang) as receiver:
        thread = threading.Thread(target=lambda: answers.append(patient.post(receiver.url, {}, b"{}")))
        thread.start()
        receiver.received(1)
        patient.end()
        thread.join(LONG)
        assert answers[0].error in (http.BROKEN, http.NO_HTTP)
        assert patient.post(receiver.url, {}, b"{}").error == http.NO_CONNECTION
        assert len(receiver.got) == 1


# Addresses.


@pytest.mark.parametrize("address", PRIVATE_ADDRESSES)
def test_an_address_that_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC_ADDRESSES)
def test_a_public_address(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        *(
            "127.0.0.1",
            "localhost",
            "LOCALHOST",
            "localhost.",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "127.1",
        ),
        *("[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0", "0.0.0.0", "[::]"),
    ],
)
def test_no_way_of_writing_this_machine_reaches_it(host):
    with receiving() as receiver:
        answer = Poster(timeout=LONG).post(f"http://{host}:{receiver.server_port}/", {}, b"{}")
        assert answer.error in (PRIVATE, UNKNOWN)
        assert receiver.got == []


def test_one_private_address_among_public_ones_refuses_them_all():
    called = []
    poster = Poster(timeout=LONG, resolver=lambda host, port: called.append(host) or ["8.8.8.8", "10.0.0.1"])

    assert poster.post("http://both.example/", {}, b"{}").error == PRIVATE
    assert called == ["both.example"]


def test_the_address_that_was_checked_is_the_one_that_is_called(monkeypatch):
    """DNS rebinding: the name says a public address when it is looked at and another a moment later."""
    said = [["93.184.216.34"], ["127.0.0.1"], ["127.0.0.1"]]
    dialled = []

    def connect(address, timeout):
        dialled.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(http.socket, "create_connection", connect)
    answer = Poster(timeout=LONG, resolver=lambda host, port: said.pop(0)).post(
        "http://rebind.example/", {}, b"{}"
    )

    assert dialled == [("93.184.216.34", 80)]
    assert len(said) == 2
    assert answer.error == http.NO_CONNECTION


def test_a_resolver_that_hangs_ends_in_time():
    poster = Poster(timeout=SHORT, resolver=lambda host, port: time.sleep(5) or [])

    answer = poster.post("http://slow.example/", {}, b"{}")

    assert (answer.error, answer.duration < 4_000) == (http.LATE, True)


def test_a_target_is_looked_at_before_it_is_kept():
    check("http://93.184.216.34/", private=False)
    check("http://no-such-name.invalid/", private=False)
    check("http://localhost/", private=True)
    check("http://slow.example/", False, timeout=0.05, resolver=lambda host, port: time.sleep(1) or [])
    for refused in ("http://127.0.0.1/", "https://localhost:8443/", "http://[fe80::1]/", "http://10.1.2.3/"):
        with pytest.raises(Refused, match=PRIVATE):
            check(refused, private=False)
    with pytest.raises(Refused):
        addresses.allowed("empty.example", 80, 1, resolver=lambda host, port: [])


def test_certificates_are_checked_against_the_name_while_the_address_is_pinned():
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(CERTIFICATE)
    trust = ssl.create_default_context(cafile=str(CERTIFICATE))
    with receiving(ok) as receiver:
        receiver.socket = own.wrap_socket(receiver.socket, server_side=True)
        port = receiver.server_port
        trusting = Poster(True, LONG, lambda host, port: ["127.0.0.1"], trust)
        assert trusting.post(f"https://hooks.example:{port}/", {}, b"{}").status == 200
        assert trusting.post(f"https://other.example:{port}/", {}, b"{}").error == http.NO_TRUST
        wary = Poster(True, LONG, lambda host, port: ["127.0.0.1"])
        assert wary.post(f"https://hooks.example:{port}/", {}, b"{}").error == http.NO_TRUST
        assert len(receiver.got) == 1
