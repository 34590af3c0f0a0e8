"""The account of a kit on a seat, where it came from another seat and goes on recording."""

import numpy as np
import pytest

from hub.records import NS, OVERFLOW
from hub.results.ledger import Account
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
