"""A model without a weight for a level would score in silence: it is refused."""

from __future__ import annotations

import msgspec
import pytest

from rolodesk.batch.models import Untrained, check, read, shipped
from rolodesk.domain.matching import COMPARISONS, Model, Weight, calibrated, prior


def test_the_shipped_model_is_whole() -> None:
    check(shipped())


@pytest.mark.parametrize("comparison", [comparison.name for comparison in COMPARISONS])
def test_an_untrained_level_is_refused(comparison: str) -> None:
    for level in shipped().levels[comparison]:
        levels = {name: dict(found) for name, found in shipped().levels.items()}
        del levels[comparison][level]
        with pytest.raises(Untrained, match=level):
            check(msgspec.structs.replace(shipped(), levels=levels))


@pytest.mark.parametrize("weight", [Weight(0.0, 0.1), Weight(0.5, 0.0), Weight(1.5, 0.1)])
def test_a_weight_out_of_bounds_is_refused(weight: Weight) -> None:
    levels = {**shipped().levels, "phone": {**shipped().levels["phone"], "same": weight}}
    with pytest.raises(Untrained, match=r"phone\.same"):
        check(msgspec.structs.replace(shipped(), levels=levels))


def test_a_falling_calibration_is_refused() -> None:
    with pytest.raises(Untrained, match="calibration"):
        check(msgspec.structs.replace(shipped(), calibration=((0.0, 0.5), (1.0, 0.4))))


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b'{"name": 1}'])
def test_what_is_no_model_is_refused(text: bytes) -> None:
    with pytest.raises(Untrained):
        read(text)


def test_more_bits_are_never_less_probable() -> None:
    said = [calibrated(shipped(), bits / 10) for bits in range(-300, 400)]

    assert said == sorted(said)
    assert said[0] < 0.01
    assert said[-1] > 0.999


def test_without_a_calibration_bits_are_odds() -> None:
    plain: Model = msgspec.structs.replace(shipped(), calibration=())

    assert calibrated(plain, 0.0) == 0.5
    assert calibrated(plain, 1.0) == pytest.approx(2 / 3)
    assert calibrated(plain, 1e9) <= 1.0


def test_the_prior_moves_with_the_size_of_the_project() -> None:
    model = msgspec.structs.replace(shipped(), prior=-5.0, prior_contacts=100_000, growth=-0.5)

    assert prior(model, 200_000) == prior(model, 100_000) - 0.5
    assert prior(model, 0) == prior(model, 10_000)
