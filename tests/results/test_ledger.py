"""What is missing: in the account of a kit on a seat, and in what the signals are given."""

import numpy as np
import pytest

from hub.records import NS, OVERFLOW
from hub.results.ledger import Account
from hub.results.pipeline import BRIDGED_S, _with_gap
from hub.results.stream import Samples

RATE_HZ = 100
MOVED_S = 10


def samples(first_s, lost=0, boot=1, seq=10):
    """One second of them."""
    index = round(first_s * RATE_HZ)
    times = first_s * NS + np.arange(RATE_HZ) * NS // RATE_HZ
    nothing = np.zeros(RATE_HZ, np.int64)
    return Samples("kit-1", boot, 0, index, times, nothing, nothing > 0, 1 / RATE_HZ, lost, 0.0,
                   seq, seq)


@pytest.mark.parametrize(("came", "cause"), [
    (samples(13, lost=500, seq=13), "frames lost"),
    (samples(13, lost=500), OVERFLOW),
    (samples(13, boot=2, seq=0), "restart"),
], ids=["frames lost", "overflow", "restart"])  # fmt: skip
def test_of_a_kit_that_moves_the_new_seat_has_lost_what_is_missing_since_and_why(came, cause):
    """Also where some of it was missing before."""
    old = Account(1, "kit-1", 0)
    old.add(samples(7, seq=9))
    gap = Account(2, "kit-1", MOVED_S * NS, before=old).add(came)
    assert (gap.start_ns, gap.end_ns, gap.cause) == (MOVED_S * NS, 13 * NS, cause)
    assert gap.samples == 3 * RATE_HZ - 1


def test_of_a_kits_first_samples_that_are_missing_frames_were_lost_and_nothing_stopped():
    gap = Account(1, "kit-1", 0).add(samples(1, lost=RATE_HZ))
    assert (gap.start_ns, gap.end_ns, gap.samples) == (0, NS, RATE_HZ)
    assert gap.cause == "frames lost"


@pytest.mark.parametrize(("first_s", "lost_s", "bridged_s"), [
    (100, 1, 1), (100, BRIDGED_S, BRIDGED_S), (100, BRIDGED_S + 1, 0), (1, 1, 0)])  # fmt: skip
def test_a_minute_at_most_is_bridged_and_nothing_before_the_first_sample(
    first_s, lost_s, bridged_s
):
    """An index that leaps by years must not fill the memory."""
    there = np.ones(RATE_HZ)
    values, start_s, _ = _with_gap(there, first_s, samples(first_s, lost=round(lost_s * RATE_HZ)))
    assert start_s == first_s - bridged_s
    assert np.isnan(values[:-RATE_HZ]).all() and len(values) == RATE_HZ * (1 + bridged_s)
