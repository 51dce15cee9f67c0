"""From pairs that look like one person to groups of contacts that do: never by a chain of weak likenesses."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import TypeVar

MAX_GROUP = 10
SURE = 0.99
LEAST = 0.5

Pair = tuple[str, str]
Id = TypeVar("Id", str, int)


def groups(
    edges: Iterable[tuple[Id, Id, float]],
    apart: Set[tuple[Id, Id]] = frozenset(),
    sure: float = SURE,
    least: float = LEAST,
    most: int = MAX_GROUP,
) -> list[tuple[Id, ...]]:
    """Groups of two and more, each in id order, from (low id, high id, probability). No group holds a pair in `apart`
    (low, high) nor more than `most`."""
    joined: dict[Id, list[Id]] = {}
    ranked = sorted(
        (edge for edge in edges if edge[2] >= least), key=lambda edge: (-edge[2], edge[0], edge[1])
    )
    known = {(low, high): p for low, high, p in ranked}
    for low, high, p in ranked:
        one, other = joined.setdefault(low, [low]), joined.setdefault(high, [high])
        if one is other or len(one) + len(other) > most:
            continue
        pairs = [(min(a, b), max(a, b)) for a in one for b in other]
        if any(pair in apart for pair in pairs):
            continue
        if p < sure and sum(known.get(pair, 0.0) for pair in pairs) / len(pairs) < least:
            continue
        one += other
        for member in other:
            joined[member] = one
    found = {id(group): tuple(sorted(group)) for group in joined.values() if len(group) > 1}
    return sorted(found.values())
