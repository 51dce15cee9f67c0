"""Which network addresses a project is open to."""

import pytest

from rolodesk.domain.address_filter import OPEN, AddressFilter, check_networks
from rolodesk.domain.errors import Invalid

OFFICE = ("203.0.113.0/24", "2001:db8::/32", "198.51.100.7")


@pytest.mark.parametrize(
    ("address", "is_within"),
    [
        ("203.0.113.9", True),
        ("::ffff:203.0.113.9", True),
        ("198.51.100.7", True),
        ("2001:db8::1", True),
        ("203.0.114.9", False),
        ("198.51.100.8", False),
        ("2001:db9::1", False),
        ("", False),
        ("testclient", False),
    ],
)
def test_a_list_that_is_on_decides(address, is_within):
    assert AddressFilter(True, OFFICE).refusal(address) == (None if is_within else "not_allowed")
    assert AddressFilter(deny_on=True, denied=OFFICE).refusal(address) == ("denied" if is_within else None)
    both = AddressFilter(True, OFFICE, True, ("203.0.113.9", *OFFICE[1:]))
    assert both.refusal("203.0.113.10") is None
    assert both.refusal("203.0.113.9") == "denied"


@pytest.mark.parametrize(
    "found",
    [
        OPEN,
        AddressFilter(True, ()),
        AddressFilter(False, OFFICE, False, OFFICE),
        AddressFilter(True, (), True),
    ],
)
def test_a_list_that_is_off_or_empty_does_not_count(found):
    assert found.refusal("8.8.8.8") is None
    assert found.refusal("203.0.113.9") is None


def test_lists_are_kept_in_the_common_notation():
    given = [" 203.0.113.9/24 ", "203.0.113.0/24", "198.51.100.7/32", "2001:DB8:0::/32"]
    assert check_networks(given, "ipFilter") == ("203.0.113.0/24", "198.51.100.7", "2001:db8::/32")


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ("203.0.113.9", "ipFilter"),
        ({"$gt": ""}, "ipFilter"),
        (["203.0.113.9"] * 1_001, "ipFilter"),
        (["203.0.113.9", "office"], "ipFilter.1"),
        ([""], "ipFilter.0"),
        ([16843009], "ipFilter.0"),
        ([None], "ipFilter.0"),
        (["203.0.113.0/33"], "ipFilter.0"),
        (["<b>"], "ipFilter.0"),
    ],
)
def test_what_is_no_list_of_addresses_is_named(given, param):
    with pytest.raises(Invalid) as caught:
        check_networks(given, "ipFilter")
    assert [problem.param for problem in caught.value.problems] == [param]
