"""What a team's own yes and no say about bits: a rising calibration, as far as they reach.

Isotonic regression by pooling adjacent violators (Ayer and others, "An Empirical Distribution Function for Sampling
with Incomplete Information", 1955).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

from msgspec import Struct

Steps = tuple[tuple[float, float], ...]
# What bits are by themselves, for a model that is not calibrated.
BY_ODDS: Steps = tuple((float(bits), 1 / (1 + 2**-bits)) for bits in range(-40, 41, 2))


class Block(Struct, frozen=True):
    """Neighbours with one mean: from `low` to `high` bits, so many, of which so many are yes."""

    low: float
    high: float
    count: int
    yes: int

    @property
    def mean(self) -> float:
        return self.yes / self.count


def pooled(decisions: Iterable[tuple[float, bool]]) -> list[Block]:
    """The blocks of (bits, yes or no), whose means rise."""
    blocks: list[Block] = []
    for bits, same in groupby(sorted(decisions), key=itemgetter(0)):
        said = [yes for _, yes in same]
        block = Block(bits, bits, len(said), sum(said))
        while blocks and blocks[-1].mean >= block.mean:
            before = blocks.pop()
            block = Block(before.low, block.high, before.count + block.count, before.yes + block.yes)
        blocks.append(block)
    return blocks


def recalibrated(steps: Steps, decisions: Sequence[tuple[float, bool]]) -> Steps:
    """The calibration `steps` with what was decided in its place, from the least bits that were decided on to the most.

    Where all said yes or all no, that is less than certain: Laplace's rule, unless `steps` was surer already.
    """
    blocks = pooled(decisions)
    if not blocks:
        return steps
    steps = steps or BY_ODDS
    made: list[tuple[float, float]] = []
    for block in blocks:
        p = _less_than_certain(block, steps)
        made += [(bits, p) for bits in dict.fromkeys((block.low, block.high))]
    below = [(bits, min(p, made[0][1])) for bits, p in steps if bits < blocks[0].low]
    above = [(bits, max(p, made[-1][1])) for bits, p in steps if bits > blocks[-1].high]
    return _rising([*below, *made, *above])


def _less_than_certain(block: Block, steps: Steps) -> float:
    inside = [p for bits, p in steps if block.low <= bits <= block.high]
    if block.yes == block.count:
        return max([*inside[:1], (block.count + 1) / (block.count + 2)])
    if block.yes == 0:
        return min([*inside[-1:], 1 / (block.count + 2)])
    return block.mean


def _rising(steps: Iterable[tuple[float, float]]) -> Steps:
    found: list[tuple[float, float]] = []
    for bits, p in steps:
        found.append((bits, max(p, found[-1][1]) if found else p))
    return tuple(found)
