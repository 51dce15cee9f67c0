"""What is compared of a contact, and the keys by which contacts meet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolodesk.domain.contact import email_key
from rolodesk.domain.evidence import MAX_KEY, Evidence, Rules, email_of, evidence, keys, phone_of, typed

RULES = Rules("IT", ("customer_number",))


def of(**fields: str) -> Evidence:
    return evidence(typed(fields, RULES), RULES)


def meet(one: Evidence, other: Evidence) -> bool:
    return not set(keys(one)).isdisjoint(keys(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"email": "andrea.rossi@gmail.com"}, {"email": "AndreaRossi+shop@googlemail.com"}),
        ({"email": "andrea.rossi77@gmail.com"}, {"email": "andrea.rossi77@libero.it"}),
        ({"email": "andrea.rossi@gmial.com"}, {"email": "andrea.rossi@gmail.com"}),
        ({"email": "andrea.rossi@libero.it"}, {"email": "andrea.rosi@libero.it"}),
        ({"email": "info@studio-nord.it"}, {"email": "INFO@studio-nord.it"}),
        ({"phone": "+39 333 248 6713"}, {"phone": "0039333/2486713"}),
        ({"phone": "333 2486713"}, {"phone": "+39 333 2486713"}),
        ({"phone": "+55 11 98123 7746"}, {"phone": "+55 11 8123 7746"}),
        ({"phone": "+54 9 11 4471 9263"}, {"phone": "+54 11 4471 9263"}),
        ({"fullname": "Andrea Rossi"}, {"fullname": "ROSSI, Andrea"}),
        ({"fullname": "Andrea Rossi"}, {"firstname": "Andrea", "lastname": "Rossi"}),
        ({"fullname": "Dott. Andrea Rossi"}, {"fullname": "andrea  rossi"}),
        ({"fullname": "José García"}, {"fullname": "Jose Garcia"}),
        ({"fullname": "Алексей Петров"}, {"fullname": "Aleksei Petrov"}),
        ({"fullname": "王伟"}, {"fullname": "Wei Wang"}),
        ({"fullname": "Beppe Bianchi", "city": "Roma"}, {"fullname": "Giuseppe Bianchi", "city": "ROMA"}),
        ({"fullname": "Philipp Schmidt", "city": "Köln"}, {"fullname": "Filip Schmitt", "city": "Koln"}),
        ({"email": "fedor.rogkov@wp.pl"}, {"fullname": "Fedor Rogkov"}),
        ({"properties.customer_number": "C-77"}, {"properties.customer_number": "c77"}),
    ],
)
def test_who_may_be_one_person_meets_by_a_key(one: dict[str, str], other: dict[str, str]) -> None:
    assert meet(of(**one), of(**other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"email": "info@acme.it"}, {"email": "info@nord.it"}),
        ({"email": "test@test.com"}, {"email": "test@test.com"}),
        ({"email": "somebody@mailinator.com"}, {"email": "somebody@mailinator.com"}),
        ({"phone": "0000000"}, {"phone": "0000000"}),
        ({"phone": "+39 333 1234567"}, {"phone": "+39 333 1234567"}),
        ({"fullname": "test"}, {"fullname": "test"}),
        ({"fullname": "asdf"}, {"fullname": "asdf"}),
        ({"fullname": "Andrea"}, {"fullname": "Andrea"}),
        ({"fullname": ""}, {"fullname": ""}),
        ({"city": "Roma"}, {"city": "Roma"}),
        ({"company": "Acme"}, {"company": "Acme"}),
        ({"properties.colour": "red"}, {"properties.colour": "red"}),
    ],
)
def test_what_says_nothing_is_no_key(one: dict[str, str], other: dict[str, str]) -> None:
    assert not meet(of(**one), of(**other))


def test_a_role_or_a_family_is_not_a_person() -> None:
    assert of(email="info@acme.it").mailboxes == ()
    assert of(email="info@acme.it").roles == ("info@acme.it",)
    assert of(email="familie.schmidt@web.de").roles == ("familie.schmidt@web.de",)
    assert of(email="andrea@acme.it").mailboxes == ("andrea@acme.it",)


def test_people_of_one_address_are_told_apart_by_their_initials() -> None:
    assert of(fullname="Andrea Rossi").signature == of(fullname="Rossi Andrea").signature
    assert of(fullname="Anna Bianchi").signature != of(fullname="Marco Bianchi").signature
    assert of(email="a@b.it").signature == ""


TEXTS = st.text(max_size=60)


@given(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS)
def test_anything_typed_is_taken(
    name: str, last: str, email: str, phone: str, city: str, company: str
) -> None:
    one = of(fullname=name, lastname=last, email=email, phone=phone, city=city, company=company)

    assert all(len(key) <= MAX_KEY and key.isprintable() for key in keys(one))
    assert len(set(keys(one))) == len(keys(one)) < 60
    assert one == of(fullname=name, lastname=last, email=email, phone=phone, city=city, company=company)


@given(st.emails())
def test_the_short_way_to_an_address_is_the_long_one(email: str) -> None:
    assert email_of(email) == email_key(email)


def test_a_number_of_no_known_country_is_its_digits() -> None:
    assert phone_of("0333-248 6713", None) == "3332486713"
    assert phone_of("+39 333 2486713", None) == "+393332486713"
    assert phone_of("call me", "IT") is None
    assert phone_of("", "IT") is None
