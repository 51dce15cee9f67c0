import csv
import itertools
from collections import defaultdict

import pytest
from msgspec.structs import replace

from bench import people
from bench.people import COLUMNS, MIXTURES, Contact, names, population, summary

ROWS = 5_000
ROLES = ("info", "sales", "support", "office", "contact", "admin", "billing", "hello", "orders", "booking")


@pytest.fixture(scope="module")
def made():
    return {name: list(population(ROWS, 7, mixture)) for name, mixture in MIXTURES.items()}


def by(contacts, key):
    groups = defaultdict(list)
    for contact in contacts:
        if value := key(contact):
            groups[value].append(contact)
    return groups


def whole(contact: Contact) -> str:
    return contact.fullname or f"{contact.firstname} {contact.lastname}".strip()


def held_by_more(contacts, key):
    """What more than one person typed."""
    return {value for value, group in by(contacts, key).items() if len({c.person for c in group}) > 1}


@pytest.mark.parametrize("name", MIXTURES)
def test_a_seed_makes_the_same_people_each_time_and_another_seed_others(name):
    once = list(population(500, 7, MIXTURES[name]))

    assert list(population(500, 7, MIXTURES[name])) == once
    assert list(population(500, 8, MIXTURES[name])) != once


@pytest.mark.parametrize("name", MIXTURES)
def test_the_rates_are_about_what_was_asked(name, made):
    told = summary(made[name])

    assert told.contacts == ROWS
    assert 0.2 <= told.repeated <= 0.4
    assert 0.25 <= told.equal_neither <= 0.65
    assert told.equal_email > told.equal_phone > 0.08


@pytest.mark.parametrize("name", MIXTURES)
def test_nobody_has_more_than_eight_contacts(name, made):
    assert max(map(len, by(made[name], lambda contact: contact.person).values())) in range(3, 9)


def test_a_name_fills_one_field_or_the_other_two(made):
    contacts = list(itertools.chain(*made.values()))

    assert not [c for c in contacts if c.fullname and (c.firstname or c.lastname)]
    assert any(c.fullname for c in contacts)
    assert any(c.firstname and c.lastname for c in contacts)
    assert any(c.email and not whole(c) for c in contacts)
    assert any(whole(c) and not (c.email or c.phone) for c in contacts)


def test_a_household_shares_an_address_or_a_mailbox_and_stays_several_persons(made):
    families = [
        email
        for email in held_by_more(made["shop"], lambda c: c.email.lower())
        if email.startswith("family.")
    ]
    homes = held_by_more(made["shop"], lambda c: c.street_address and (c.street_address, c.zipcode))

    assert families
    assert homes


def test_colleagues_share_switchboard_office_company_and_role_mailboxes(made):
    contacts = made["business"]
    mailboxes = held_by_more(contacts, lambda c: c.email.lower())
    offices = held_by_more(contacts, lambda c: c.street_address and (c.street_address, c.zipcode))

    assert {email.partition("@")[0] for email in mailboxes} & set(ROLES)
    assert len(held_by_more(contacts, lambda c: c.company)) > 50
    assert len(held_by_more(contacts, lambda c: c.phone)) > 50
    assert offices


def test_namesakes_are_different_persons(made):
    assert held_by_more(made["europe"], lambda c: " " in whole(c) and whole(c).lower())


def test_a_personal_address_is_of_one_person_unless_somebody_else_types_it():
    honest = replace(MIXTURES["europe"], impersonation=0.0, household=0.0, colleague=0.0, emails={})

    assert held_by_more(population(ROWS, 7, honest), lambda c: c.email) == set()


def test_impersonation_types_the_address_of_another_person():
    liars = replace(MIXTURES["europe"], impersonation=0.2, household=0.0, colleague=0.0, emails={}, names={})
    groups = by(population(ROWS, 7, liars), lambda c: c.email)
    stolen = [group for group in groups.values() if len({c.person for c in group}) > 1]

    assert len(stolen) > 100
    assert sum(len({whole(c) for c in group}) > 1 for group in stolen) > 0.8 * len(stolen)


def test_the_gates_know_names_that_no_other_mixture_knows(made):
    for language in [*people.LATIN, *people.RULED, *people.PAIRED]:
        for kind in ("men", "women", "surnames"):
            pool, held_out = (
                {name.native for name in names(language, kind, held)[0]} for held in (False, True)
            )
            assert pool
            assert held_out
            assert not pool & held_out
    assert all((mixture.held_out > 0) == name.startswith("gate_") for name, mixture in MIXTURES.items())


def test_names_come_in_several_scripts(made):
    text = "".join(map(whole, made["world"]))

    for letter in ("а", "α", "م", "ה", "子", "ç"):
        assert letter in text


def test_frequent_names_are_frequent_and_the_tail_is_long():
    pool, sums = names("it", "surnames", False)

    assert pool[0].native == "Rossi"
    assert 0.005 < sums[0] / sums[-1] < 0.02
    assert sum(len(names(language, "surnames", False)[0]) for language in people.LATIN) > 30_000


def test_the_file_has_a_heading_and_a_row_for_each_contact(made, tmp_path):
    people.write(made["latin"][:100], tmp_path / "people.csv")

    with (tmp_path / "people.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == list(COLUMNS)
    assert [tuple(row) for row in rows[1:]] == [
        (*contact[:-1], str(contact.person)) for contact in made["latin"][:100]
    ]
