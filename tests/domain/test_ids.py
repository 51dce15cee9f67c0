import pytest

from rolodesk.domain.ids import is_object_id, object_id


def test_an_id_is_24_hexadecimal_digits_with_the_seconds_first():
    made = object_id(1_700_000_000_999, b"\x00\x01\x02\x03\x04\x05\x06\xff")

    assert made == "6553f100" + "00010203040506ff"
    assert is_object_id(made)


def test_ids_sort_by_the_second_in_which_they_were_made():
    noise = b"\xff" * 8

    assert object_id(1_700_000_000_000, noise) < object_id(1_700_000_001_000, bytes(8))


def test_an_id_stays_24_digits_long_after_2106():
    assert len(object_id(2**32 * 1000 + 5_000, bytes(8))) == 24


@pytest.mark.parametrize(
    "text",
    ["", "6553f100", "6553F1000001020304050607", "6553f100000102030405060g", "6553f1000001020304050607\n"],
)
def test_anything_else_is_no_id(text):
    assert not is_object_id(text)
