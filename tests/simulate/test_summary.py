"""What the demo says of a seat that lost something."""

import pytest

from hub.simulate.summary import TOO_BUSY, _why_seat, text

SEAT = {"seat": 2, "stored": 6000, "duplicates": 0, "unplaced": 0,
        "clock_error_ms": {"p50": 0.1, "p99": 0.2, "claimed": 1.0}}  # fmt: skip


@pytest.mark.parametrize(("lost", "unread", "said"), [
    (0, 0, []),
    (7, 7, [f"seat 2: 7 samples lost: {TOO_BUSY}"]),
    (7, 5, ["seat 2: 7 samples lost"]),  # a busy machine does not explain them all
])  # fmt: skip
def test_a_loss_says_why_where_it_was_the_machine(lost, unread, said):
    assert _why_seat(SEAT | {"lost": lost, "unread": unread}, 25.0) == said


def test_the_tables_have_the_units_and_the_names_that_verify_has():
    figures = {"hr": {"mean": 70.0, "unit": "1/min"}, "scl": {"mean": 2.0, "unit": "uS"}}
    seat = SEAT | {"kit": "kit-2", "expected": 6000, "late": 0, "lost": 0, "repeats_dropped": 3,
                   "source": "model", "features": {"baseline": figures}}
    said = {"seconds": 60.0, "protocol": "demo", "seats": [seat], "session": "s", "truth": "t",
            "presses": {"count": 0, "ack_ms": {"p50": 1, "p95": 2}}, "ok": True, "why": []}
    head, line, *_ = [one for one in text(said).splitlines() if "kit" in one]
    assert head.split()[4:7] == ["late", "lost", "repeats"] and line.split()[4:7] == ["0", "0", "3"]
    names, units, _ = text(said).partition("median over seats")[2].splitlines()[:3]
    assert names.split()[:3] == ["hr", "rmssd", "scl"] and units.split() == ["1/min", "uS"]
