"""The group's curve: median over the valid seats, said again when a late seat changes it."""

from hub.records import Second, Value
from hub.results.group import KEPT_S, SETTLE_S, GroupCurve

NS = 1_000_000_000


def second(seat, time_s, value):
    reason = None if value else "no contact"
    return Second(seat, time_s * NS, {"arousal": Value(value, 1.0, reason)})


def test_a_second_is_given_once_the_slower_seats_had_their_time():
    curve = GroupCurve()
    for seat, value in enumerate((1.0, 2.0, 9.0), start=1):
        curve.add(second(seat, 100, value))
    assert curve.settled((100 + SETTLE_S - 1) * NS) == []
    (group,) = curve.settled((100 + SETTLE_S) * NS)
    assert (group.n, group.median, group.time_ns) == (3, 2.0, 100 * NS)
    assert curve.settled((101 + SETTLE_S) * NS) == []


def test_each_side_of_arousal_says_of_how_many_seats_it_is():
    """From the skin alone there is a sympathetic side and no other."""
    curve = GroupCurve()
    sides = {"arousal_sympathetic": Value(1.0, 1.0), "arousal_parasympathetic": Value(None, 0.0)}
    for seat in (1, 2):
        curve.add(Second(seat, 100 * NS, sides))
    (group,) = curve.settled(200 * NS)
    assert (group.n, group.sympathetic_n, group.parasympathetic_n) == (0, 2, 0)


def test_a_late_seat_makes_its_seconds_be_said_again():
    curve = GroupCurve()
    curve.add(second(1, 100, 1.0))
    assert curve.settled(200 * NS)[0].n == 1
    curve.add(second(2, 100, 3.0))
    (again,) = curve.settled(201 * NS)
    assert (again.n, again.median) == (2, 2.0)


def test_a_second_without_a_valid_seat_says_so():
    curve = GroupCurve()
    curve.add(second(1, 100, None))
    (group,) = curve.settled(200 * NS)
    assert (group.n, group.median, group.reason) == (0, None, "no valid seat")


def test_the_curve_remembers_half_an_hour_and_no_more():
    """Memory stays flat over hours; who comes later than that changes nothing that was given."""
    curve = GroupCurve()
    for k in range(3 * 3600):
        curve.add(second(1, k, 1.0))
        curve.settled(k * NS)
    assert len(curve._by_second) <= KEPT_S + SETTLE_S + 1
    curve.add(second(2, 100, 3.0))
    assert all(group.time_ns > 100 * NS for group in curve.settled(4 * 3600 * NS))
