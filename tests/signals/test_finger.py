"""What a person's own finger sends back, second by second."""

import math

from hub.signals.finger import ANOTHER_S, OWN_SHARE, Finger


def after(seconds: int, counts: float = 100_000.0) -> Finger:
    finger = Finger()
    finger.least([counts] * seconds, [1.0] * seconds)
    return finger


def least_then(finger: Finger, high: float, covered: float = 0.0) -> float:
    return finger.least([high], [covered])[0]


def test_nothing_is_known_before_there_were_beats() -> None:
    assert Finger().least([100_000.0] * 3, [0.0] * 3) == [0.0] * 3


def test_a_finger_sends_back_a_part_of_what_it_did_at_least() -> None:
    assert least_then(after(5), 30_000.0) == OWN_SHARE * 100_000.0


def test_what_sends_back_far_less_does_not_become_the_finger_but_by_beats_for_long() -> None:
    table, another = after(20), after(20)
    assert table.least([30_000.0] * 60, [0.0] * 60) == [40_000.0] * 60
    found = another.least([30_000.0] * 20, [1.0] * 20)
    assert found == [40_000.0] * ANOTHER_S + [12_000.0] * (20 - ANOTHER_S)


def test_it_follows_a_finger_that_sends_back_less_little_by_little() -> None:
    finger = after(40)
    for counts in (80_000.0, 60_000.0, 45_000.0, 30_000.0):
        found = finger.least([counts] * 40, [1.0] * 40)
        assert all(least < counts for least in found)


def test_after_a_pause_it_may_be_another() -> None:
    finger = after(20)
    finger.least([math.nan] * 2, [0.0] * 2)
    assert least_then(finger, 30_000.0) == 0.0


def test_one_short_lift_is_not_often() -> None:
    assert Finger().often_off([False, True, False, False]) == [False] * 4
    assert Finger().often_off([True, True, True, False]) == [False, False, True, False]


def test_how_the_seconds_are_cut_makes_no_difference() -> None:
    highs, covered = [100_000.0] * 15 + [30_000.0] * 15, [1.0] * 30
    whole, cut = Finger(), Finger()
    parts = [least for k in range(0, 30, 7)
             for least in cut.least(highs[k : k + 7], covered[k : k + 7])]
    assert parts == whole.least(highs, covered)
