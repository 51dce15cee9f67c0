"""Groups: what is likely is put together, chains and what is held apart are not."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from rolodesk.domain.grouping import LEAST, MAX_GROUP, groups

IDS = [f"c{n:02}" for n in range(14)]
PAIRS = list(combinations(IDS, 2))
EDGES = st.dictionaries(st.sampled_from(PAIRS), st.floats(0, 1), max_size=60)


def listed(edges: dict[tuple[str, str], float]) -> list[tuple[str, str, float]]:
    return [(low, high, p) for (low, high), p in edges.items()]


def test_two_that_are_alike_are_a_group() -> None:
    assert groups([("a", "b", 0.7), ("c", "d", 0.4)]) == [("a", "b")]


def test_a_chain_of_weak_likenesses_is_no_group() -> None:
    chain = [("a", "b", 0.8), ("b", "c", 0.79), ("c", "d", 0.78)]

    assert groups(chain) == [("a", "b"), ("c", "d")]


def test_near_certainty_joins_at_once() -> None:
    assert groups([("a", "b", 0.999), ("b", "c", 0.995)]) == [("a", "b", "c")]


def test_one_joins_those_that_it_is_like_on_the_average() -> None:
    assert groups([("a", "b", 0.999), ("a", "c", 0.9), ("b", "c", 0.6)]) == [("a", "b", "c")]
    assert groups([("a", "b", 0.999), ("a", "c", 0.9)], least=0.6) == [("a", "b")]


def test_who_is_held_apart_is_in_no_group_together_even_by_way_of_others() -> None:
    edges = [("a", "b", 0.999), ("b", "c", 0.998), ("a", "c", 0.99)]

    assert groups(edges, apart=frozenset([("a", "c")])) == [("a", "b")]


def test_no_group_grows_without_bound() -> None:
    crowd = [(low, high, 0.9999) for low, high in combinations([f"{n:03}" for n in range(40)], 2)]

    assert max(map(len, groups(crowd))) <= MAX_GROUP


@given(EDGES, st.sets(st.sampled_from(PAIRS), max_size=10))
def test_groups_hold_what_they_promise(
    edges: dict[tuple[str, str], float], apart: set[tuple[str, str]]
) -> None:
    found = groups(listed(edges), apart=apart)

    everybody = [member for group in found for member in group]
    assert len(everybody) == len(set(everybody))
    for group in found:
        assert 2 <= len(group) <= MAX_GROUP
        assert list(group) == sorted(group)
        inside = set(combinations(group, 2))
        assert not inside & apart
        for member in group:
            assert any(edges.get(pair, 0) >= LEAST for pair in inside if member in pair)


@given(EDGES, st.randoms())
def test_the_order_of_what_is_told_does_not_matter(edges: dict[tuple[str, str], float], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = listed(edges)
    random.shuffle(shuffled)

    assert groups(shuffled) == groups(listed(edges))
