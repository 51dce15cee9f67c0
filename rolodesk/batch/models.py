"""The model that is shipped, and what makes a model usable."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from itertools import pairwise

import msgspec

from rolodesk.domain.matching import COMPARISONS, Model


class Untrained(Exception):
    """A model that lacks a weight: what it says would be wrong in silence."""


@cache
def shipped() -> Model:
    """The ready model, made from synthetic populations (bench/model.py)."""
    return read(files("rolodesk.batch").joinpath("model.json").read_bytes())


def read(text: bytes) -> Model:
    """A model from JSON. Raises Untrained."""
    try:
        model = msgspec.json.decode(text, type=Model)
    except msgspec.DecodeError as error:
        raise Untrained(f"is no model: {error}") from error
    check(model)
    return model


def check(model: Model) -> None:
    """Raise Untrained unless every level of every comparison has a weight, and more bits never mean a lower
    probability."""
    for comparison in COMPARISONS:
        wanted = [*(level.name for level in comparison.levels), "different"]
        found = model.levels.get(comparison.name, {})
        if sorted(wanted) != sorted(found):
            odd = sorted(set(wanted) ^ set(found))
            raise Untrained(
                f"{comparison.name}: {', '.join(odd)} is not in both the model and the comparison"
            )
        for name, weight in found.items():
            if not (0 < weight.m < 1 and 0 < weight.u < 1):
                raise Untrained(f"{comparison.name}.{name}: m and u must be between 0 and 1")
    for (low, p), (high, q) in pairwise(model.calibration):
        if low >= high or p > q:
            raise Untrained(f"calibration falls or stands still at {high} bits")
