"""What the demo says of a seat that lost something."""

import pytest

from hub.simulate.summary_text import text
from hub.simulate.verdict import TOO_BUSY, why_presses, why_seat

SKIN = {"expected": 994, "stored": 990, "fits": 0.99, "hole_s": 0.1}
SEAT = {"seat": 2, "stored": 6000, "lost": 0, "unread": 0, "duplicates": 0, "unplaced": 0,
        "clock_error_ms": {"p50": 0.1, "p99": 0.2, "claimed": 1.0}, "skin": SKIN,
        "heart": {"off": 0.1, "phase_off": 0.5, "f1": 0.99}}  # fmt: skip


@pytest.mark.parametrize(("lost", "unread", "said"), [
    (0, 0, []),
    (7, 7, [f"seat 2: 7 samples lost: {TOO_BUSY}"]),
    (7, 5, ["seat 2: 7 samples lost"]),  # a busy machine does not explain them all
])  # fmt: skip
def test_a_loss_says_why_where_it_was_the_machine(lost, unread, said):
    assert why_seat(SEAT | {"lost": lost, "unread": unread}, 25.0) == said


def test_a_heart_without_a_rate_is_told_and_one_that_is_not_known_is_not():
    assert why_seat(SEAT | {"heart": {"off": None, "phase_off": None, "f1": 0.9}}, 25.0) == [
        "seat 2: no heart rate"]
    assert why_seat(SEAT | {"heart": None}, 25.0) == []


def test_a_press_that_is_nowhere_near_its_time_is_told():
    said = {"box": 3, "pressed_on_box": 3, "off_ms": 480.0}
    assert why_presses(said | {"off_ms": 24.0}) == why_presses(said | {"off_ms": None}) == []
    assert why_presses(said) == ["a press on the box is 480.0 ms away from its time"]


def test_the_tables_have_the_units_and_the_names_that_verify_has():
    figures = {"hr": {"mean": 70.0, "unit": "1/min"}, "scl": {"mean": 2.0, "unit": "uS"}}
    seat = SEAT | {"kit": "kit-2", "expected": 6000, "late": 0, "repeats_dropped": 3,
                   "source": "recording: heartpy data3.csv", "features": {"baseline": figures}}
    said = {"seconds": 60.0, "protocol": "demo", "seats": [seat], "session": "s", "truth": "t",
            "presses": {"count": 10, "ack_ms": {"p50": 30.1, "p95": 164.2}, "off_ms": 24.2},
            "ok": True, "why": []}
    head, line, *_ = [one for one in text(said).splitlines() if "kit" in one]
    assert head.split()[4:7] == ["late", "lost", "repeats"] and line.split()[4:7] == ["0", "0", "3"]
    names, units, _ = text(said).partition("median over seats")[2].splitlines()[:3]
    assert names.split()[:3] == ["hr", "rmssd", "scl"] and units.split() == ["1/min", "uS"]
    assert max(map(len, text(said).splitlines())) <= 80, text(said)
    assert "Not checked: RMSSD" in text(said)
    assert "presses 10, acknowledged after 30.1 ms (95 %: 164.2), off by 24.2 ms\n" in text(said)
    for presses, line in {
        (2, 12.4, 15.1): "presses 2, acknowledged after 12.4 ms (95 %: 15.1)",  # on the console
        (0, None, None): "presses 0",
    }.items():
        count, *ack = presses
        known = {"count": count, "ack_ms": dict(zip(("p50", "p95"), ack, strict=True))}
        assert line in text(said | {"presses": known | {"off_ms": None}}).splitlines()
