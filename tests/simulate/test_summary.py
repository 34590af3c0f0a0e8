"""What the demo says of a seat that lost something."""

import pytest

from hub.simulate.summary import TOO_BUSY, _why_seat

SEAT = {"seat": 2, "stored": 6000, "duplicates": 0, "unplaced": 0,
        "clock_error_ms": {"p50": 0.1, "p99": 0.2, "claimed": 1.0}}  # fmt: skip


@pytest.mark.parametrize(("lost", "unread", "said"), [
    (0, 0, []),
    (7, 7, [f"seat 2: 7 samples lost: {TOO_BUSY}"]),
    (7, 5, ["seat 2: 7 samples lost"]),  # a busy machine does not explain them all
])  # fmt: skip
def test_a_loss_says_why_where_it_was_the_machine(lost, unread, said):
    assert _why_seat(SEAT | {"lost": lost, "unread": unread}, 25.0) == said
