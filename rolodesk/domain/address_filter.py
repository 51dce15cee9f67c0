"""Which network addresses a project is open to."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from msgspec import Struct

from rolodesk.domain.errors import Invalid, Problem
from rolodesk.domain.json import Json

MAX_NETWORKS = 1_000


class AddressFilter(Struct, frozen=True):
    """Lists of addresses and of networks, as `203.0.113.0/24`. Each counts while it is on and not empty."""

    allow_on: bool = False
    allowed: tuple[str, ...] = ()
    deny_on: bool = False
    denied: tuple[str, ...] = ()

    def refusal(self, address: str) -> str | None:
        """Why a caller is kept out: `not_allowed` or `denied`. What is no address is in no network."""
        if self.allow_on and self.allowed and not _is_within(address, self.allowed):
            return "not_allowed"
        return "denied" if self.deny_on and _is_within(address, self.denied) else None


OPEN = AddressFilter()


def check_networks(given: Json, param: str) -> tuple[str, ...]:
    """The addresses and networks of a list, each once, in the common notation. Raises Invalid, which
    says the place in the list, from 0: `ipFilter.2`."""
    if not isinstance(given, list) or len(given) > MAX_NETWORKS:
        raise Invalid(Problem(f"must be a list of at most {MAX_NETWORKS} addresses", param))
    return tuple(dict.fromkeys(_checked(one, f"{param}.{i}") for i, one in enumerate(given)))


def _checked(given: Json, param: str) -> str:
    try:
        if not isinstance(given, str):
            raise ValueError
        network = ip_network(given.strip(), strict=False)
    except ValueError:
        raise Invalid(Problem("must be an address or a network, as 203.0.113.0/24", param)) from None
    return str(network.network_address if network.num_addresses == 1 else network)


def _is_within(address: str, networks: tuple[str, ...]) -> bool:
    try:
        parsed = _plain(ip_address(address))
    except ValueError:
        return False
    return any(parsed in ip_network(network) for network in networks)


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """An address of the old kind as itself, where a socket of both kinds tells it as one of the new."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
