"""Which addresses of the network may be called: what somebody types must not reach what only this machine can."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
PRIVATE = "the address is not on the public internet"
UNKNOWN = "the name is not known"


class Refused(Exception):
    """Why an address is not called, in one of the sentences above."""


def is_public(text: str) -> bool:
    """Whether an address is on the public internet, and so is the IPv4 address that it stands for, if it does."""
    address: Address = ipaddress.ip_address(text.split("%", 1)[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if address.teredo or address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, as this machine knows them. Raises Refused."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refused(UNKNOWN) from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def allowed(
    host: str, port: int, timeout: float, private: bool = False, resolver: Resolver = resolve
) -> list[str]:
    """The addresses of a host, every one of which may be called. Raises Refused, TimeoutError.

    One private address among public ones refuses them all: which of them is called would be for somebody else to
    choose.
    """
    found = _in_time(lambda: resolver(host, port), timeout)
    if not found:
        raise Refused(UNKNOWN)
    if not private and not all(map(is_public, found)):
        raise Refused(PRIVATE)
    return found


def check(url: str, private: bool, timeout: float = 3.0, resolver: Resolver = resolve) -> None:
    """Raise Refused if a URL leads to where it must not by now. A name that is not known yet may be known later: it is
    looked at again at each call."""
    parts = urlsplit(url)
    try:
        allowed(parts.hostname or "", port_of(url), timeout, private, resolver)
    except TimeoutError:
        return
    except Refused as refused:
        if str(refused) != UNKNOWN:
            raise


def port_of(url: str) -> int:
    """The port of a web address."""
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def _in_time(work: Callable[[], list[str]], timeout: float) -> list[str]:
    """What the system's resolver says, which itself knows no time limit. Raises what it raises, or TimeoutError."""
    said: list[list[str]] = []
    failed: list[Exception] = []

    def ask() -> None:
        try:
            said.append(work())
        except Exception as error:  # noqa: BLE001 - handed to who waits
            failed.append(error)

    thread = threading.Thread(target=ask, name="resolver", daemon=True)
    thread.start()
    thread.join(max(0.0, timeout))
    if failed:
        raise failed[0]
    if not said:
        raise TimeoutError()
    return said[0]
