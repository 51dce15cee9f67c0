"""What a team's own yes and no make of bits: a calibration that rises and is the mean of what was said."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolodesk.batch.models import check, shipped
from rolodesk.domain.calibrating import pooled, recalibrated

bits = st.integers(-40, 60).map(lambda n: n / 2)
decisions = st.lists(st.tuples(bits, st.booleans()), min_size=1, max_size=120)


@given(decisions)
def test_means_rise_and_every_decision_is_in_one_block(said):
    blocks = pooled(said)

    assert all(low.mean < high.mean and low.high < high.low for low, high in pairwise(blocks))
    assert sum(block.count for block in blocks) == len(said)
    for block in blocks:
        inside = [yes for at, yes in said if block.low <= at <= block.high]
        assert (block.count, block.yes) == (len(inside), sum(inside))


@given(decisions)
def test_no_rising_step_function_comes_nearer_to_what_was_said(said):
    """Of a least-squares fit each beginning of a block lies above its mean, else it would be a block of its own."""
    for block in pooled(said):
        at = sorted({one for one, _ in said if block.low <= one <= block.high})
        for end in at[:-1]:
            first = [yes for one, yes in said if block.low <= one <= end]
            assert sum(first) / len(first) >= block.mean


@given(decisions, st.sampled_from(((), shipped().calibration)))
def test_the_calibration_rises_and_leaves_alone_what_lies_beyond(steps_said, steps):
    made = recalibrated(steps, steps_said)

    assert all(low[0] < high[0] and low[1] <= high[1] for low, high in pairwise(made))
    assert all(0 < p < 1 for _, p in made)
    least, most = min(at for at, _ in steps_said), max(at for at, _ in steps_said)
    own = {at: p for at, p in made if least <= at <= most}
    for block in pooled(steps_said):
        if 0 < block.yes < block.count and own[block.low] != pytest.approx(block.mean):
            # Only what the blocks before are surer of lifts one above its mean.
            assert own[block.low] > block.mean
    for at, p in steps:
        if at < least:
            assert dict(made)[at] <= p
        elif at > most:
            assert dict(made)[at] >= p


def test_a_made_calibration_is_one_that_a_model_may_have():
    import msgspec

    said = [(n / 100, n % 7 > 2) for n in range(-500, 1_000)]
    check(msgspec.structs.replace(shipped(), calibration=recalibrated(shipped().calibration, said)))


def test_nothing_said_changes_nothing():
    assert recalibrated(shipped().calibration, []) == shipped().calibration


def test_who_all_agree_are_not_certain_of_more_than_they_have_seen():
    assert recalibrated((), [(5.0, True)] * 8)[-1][1] > 0.9
    at_five = dict(recalibrated(((0.0, 0.1), (5.0, 0.4)), [(5.0, True)] * 8))[5.0]
    assert at_five == pytest.approx(9 / 10)
    assert dict(recalibrated(((0.0, 0.1), (5.0, 0.4)), [(5.0, False)] * 8))[5.0] == pytest.approx(1 / 10)
