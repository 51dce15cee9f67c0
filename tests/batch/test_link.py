"""One contact at a time and all at once: the two roads score every pair alike."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from bench.people import MIXTURES, population
from rolodesk.batch.evaluate import evidence_of
from rolodesk.batch.link import Edge, Linked, link
from rolodesk.batch.models import shipped
from rolodesk.batch.settings import DUCKDB, SPARK, conditions
from rolodesk.domain.evidence import CROWD, OWN, Evidence, Rules, keys, most_holders
from rolodesk.domain.matching import COMPARISONS, Side, levels, score, side

RULES = Rules("IT", ("customer_number", "date_of_birth"))


def people(contacts: int, seed: int, mixture: str) -> list[tuple[str, Evidence]]:
    columns = [
        "fullname",
        "firstname",
        "lastname",
        "email",
        "phone",
        "company",
        "streetAddress",
        "city",
        "zipcode",
        "country",
    ]
    columns += ["customer_number", "date_of_birth"]
    return [
        (f"{n:06}", evidence_of(dict(zip(columns, one, strict=False)), RULES))
        for n, one in enumerate(population(contacts, seed, MIXTURES[mixture]))
    ]


def odd_people(contacts: int, seed: int) -> list[tuple[str, Evidence]]:
    """People of few words, so that all levels are met, and crowds."""
    rng = random.Random(seed)
    given = [
        "Andrea",
        "Anna",
        "Beppe",
        "Giuseppe",
        "Bob",
        "Robert",
        "Aleksandr",
        "Sasha",
        "A",
        "José",
        "Pepe",
        "Zoë",
    ]
    family = ["Rossi", "Russo", "Rosi", "Bianchi", "Smith", "Smyth", "Petrov", "García", "López"]

    def one() -> dict[str, str]:
        first, last, number = rng.choice(given), rng.choice(family), rng.randint(1, rng.choice((9, 40, 900)))
        name = rng.choice(
            (f"{first} {last}", f"{last}, {first}", first, f"{first[0]}. {last}", "", f"Maria {first} {last}")
        )
        local = rng.choice(
            (f"{first}.{last}{number}", f"{first}{last}", "info", f"night{number}owl", f"{first[0]}{last}")
        )
        host = rng.choice(("gmail.com", "gmail.com", "libero.it", "acme.it", "nord.it"))
        return {
            "fullname": rng.choice((name, name, "محمد علي", "王伟")),
            "email": rng.choice(("", f"{local}@{host}".lower(), f"{local}+x@{host}".lower())),
            "phone": rng.choice(("", *(f"{code}333 {2_000_000 + number}" for code in ("+39 ", "", "+1 ")))),
            "company": rng.choice(("", "Acme srl", "Acmee", "Nord GmbH")),
            "streetAddress": rng.choice(("", "Via Roma 1", "via roma, 1", "Via Rma 1")),
            "city": rng.choice(("", "Roma", "Milano", "Romma")),
            "zipcode": rng.choice(("", "00100", "20100")),
            "customer_number": rng.choice(("", "", str(1000 + number))),
            "date_of_birth": rng.choice(("", f"19{rng.randint(50, 99)}-01-{rng.randint(10, 28)}", f"1980-{number}")),
        }  # fmt: skip

    return [(f"{n:06}", evidence_of(one(), RULES)) for n in range(contacts)]


def one_at_a_time(
    rows: list[tuple[str, Evidence]], linked: Linked
) -> tuple[dict[str, Side], set[tuple[str, str]]]:
    """The sides as the online road makes them, and who meets by a key."""
    held: dict[str, list[str]] = defaultdict(list)
    known = dict(rows)
    for contact, one in rows:
        for key in keys(one):
            held[key].append(contact)
    crowded = {
        key
        for key, holders in held.items()
        if key.startswith(OWN) and len({known[holder].signature for holder in holders} - {""}) >= CROWD
    }
    met = {
        (a, b)
        for key, holders in held.items()
        if len(holders) <= most_holders(key)
        for a in holders
        for b in holders
        if a < b
    }
    model = shipped()
    return {contact: side(one, model, linked.frequencies, crowded) for contact, one in rows}, met


def compare(rows: list[tuple[str, Evidence]]) -> list[Edge]:
    linked = link(rows, shipped(), least=0.0)
    sides, met = one_at_a_time(rows, linked)

    assert {(edge.low, edge.high) for edge in linked.edges} == met
    for edge in linked.edges:
        one, other = sides[edge.low], sides[edge.high]
        likeness = score(shipped(), len(rows), one, other)
        assert levels(one, other) == edge.levels, (one, other)
        assert likeness.bits == pytest.approx(edge.bits, abs=1e-6), (one, other)
        assert likeness.probability == pytest.approx(edge.probability, abs=1e-6), (one, other)
        assert likeness == score(shipped(), len(rows), other, one), "it does not matter who is asked first"
    return linked.edges


def test_both_roads_meet_the_same_pairs_and_score_them_alike() -> None:
    edges = compare(odd_people(2_200, 2))

    met = {
        (comparison.name, level)
        for edge in edges
        for comparison, level in zip(COMPARISONS, edge.levels, strict=True)
    }
    every = {(comparison.name, level.name) for comparison in COMPARISONS for level in comparison.levels}
    # Any level of which nobody has ever seen a pair would be equal by chance alone.
    assert every - met <= {
        ("name", "crossed"),
        ("name", "initials"),
        ("phone", "digit"),
        ("place", "near_city"),
    }


@pytest.mark.parametrize("mixture", ["europe", "world", "business"])
def test_both_roads_agree_on_people_as_they_are(mixture: str) -> None:
    assert len(compare(people(3_000, 5, mixture))) > 300


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_both_roads_agree_on_a_million_pairs() -> None:
    pairs = 0
    for seed in range(40):
        pairs += len(compare(odd_people(4_000, seed)))
        if pairs > 1_000_000:
            break
    assert pairs > 1_000_000


def test_each_level_has_a_condition_for_each_engine() -> None:
    for engine in (DUCKDB, SPARK):
        found = conditions(engine)
        for comparison in COMPARISONS:
            assert list(found[comparison.name]) == ["null", *(level.name for level in comparison.levels)]


def test_nobody_is_nothing_to_link() -> None:
    linked = link([], shipped())

    assert (linked.contacts, linked.candidates, linked.edges) == (0, 0, [])


def test_progress_is_told() -> None:
    said: list[tuple[str, float]] = []

    link(odd_people(50, 3), shipped(), say=lambda step, done: said.append((step, done)))

    assert [done for _, done in said] == sorted(done for _, done in said)
    assert {step for step, _ in said} >= {"reading", "comparing", "scoring"}
