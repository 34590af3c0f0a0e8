"""What a team sees: never fewer than five, never at once, never anybody by their step."""

import re

import pytest

from hub.phases import fold
from hub.pipeline import CourseChanged, Ledgers
from hub.records import Event, Second, Value
from hub.store.team import FIRST_S, HOLD_S, STATUS, TeamMaker
from tests.rows import NS, OPEN_NS, protocol_text

LATE_S = 60


def press(name, at_s, kind="phase", **data):
    return Event(name, kind, OPEN_NS + at_s * NS, "console", data, OPEN_NS + at_s * NS)


class Room:
    """A session in seconds; `values(seat, second)` gives the arousal, None where it is withheld."""

    def __init__(self, values, seats=6, live=True):
        self.team = TeamMaker("s", "r", "one", live)
        self.values, self.seats = values, range(1, seats + 1)
        self.events = [Event("o", "open", OPEN_NS, "hub", {"protocol": protocol_text()}, OPEN_NS)]
        self.said: list[str] = []

    def press(self, *events):
        self.events += events
        self.said += self.team.lines(CourseChanged(fold(self.events)))

    def go(self, begin, end):
        for second in range(begin, end):
            now_ns = OPEN_NS + second * NS
            for seat in self.seats:
                value = Value(self.values(seat, second), 1.0)
                said = Second(seat, now_ns, {"arousal": value, "arousal_sympathetic": value})
                self.said += self.team.lines(said)
            self.said += self.team.lines(Ledgers(now_ns, ()))
        return self

    def shown(self):
        """second -> (n, median) of what was written, the last word of each."""
        return {
            (int(line.split()[-1]) - OPEN_NS) // NS: tuple(
                float(re.search(rf"\b{name}=([^,i ]+)", line)[1]) for name in ("n", "median"))
            for line in self.said if line.startswith("room,")
        }

    def status(self):
        return [re.search(r'code="(\w+)"', line)[1] for line in self.said if "status," in line]


def steady(seat, second):
    return float(seat)


def gone(who, since, until=10**9):
    return lambda seat, second: None if seat == who and since <= second < until else float(seat)


def test_the_curve_is_a_minute_late_and_the_median_of_all():
    room = Room(steady)
    room.press(press("a", 1, phase="baseline"))
    room.go(1, 100)
    assert max(room.shown()) == 99 - LATE_S
    assert set(room.shown().values()) == {(6.0, 3.5)}


def test_of_four_nothing_is_shown_and_it_says_why():
    room = Room(steady, seats=4)
    room.press(press("a", 1, phase="baseline"))
    room.go(1, 200)
    assert room.shown() == {} and set(room.status()) == {"few"}
    assert "Fewer than 5" in STATUS["few"]


def test_who_is_missing_for_a_moment_is_held_and_for_long_stops_the_curve():
    room = Room(gone(6, 100, 200))
    room.press(press("a", 1, phase="baseline"))
    room.go(1, 300)
    shown = room.shown()
    assert {100, 100 + HOLD_S - 1, 200} <= set(shown)
    assert not set(range(100 + HOLD_S, 200)) & set(shown)
    assert {n for n, _ in shown.values()} == {6.0}, "a median of the other five is never shown"
    assert "membership" in room.status()


def test_who_comes_later_is_not_let_in_before_the_next_phase():
    """Else the step in the curve would be theirs."""
    room = Room(gone(6, 0, 90))
    room.press(press("a", 1, phase="baseline"))
    room.go(1, 150)
    room.press(press("b", 150, phase="presentation"))
    room.go(150, 300)
    shown = room.shown()
    assert {shown[s] for s in range(2, 150)} == {(5.0, 3.0)}
    assert {shown[s] for s in range(151, 235)} == {(6.0, 3.5)}


def test_what_was_shown_is_never_written_anew():
    """Two readings would show, by their difference, who changed sides."""
    room = Room(gone(6, 0, 90))
    room.press(press("a", 1, phase="baseline"))
    room.go(1, 200)
    before = len([line for line in room.said if line.startswith("room,")])
    to_ns = OPEN_NS + 95 * NS
    room.press(press("b", 200, phase="presentation"), press("r", 201, "retime", target="b",
                                                            to_ns=to_ns))
    room.go(200, 205)
    times = [line.split()[-1] for line in room.said if line.startswith("room,")]
    assert len(times) == len(set(times)) == before + 5


def test_a_late_backlog_changes_nothing_that_was_shown():
    room = Room(steady)
    room.press(press("a", 1, phase="baseline"))
    room.go(1, 150)
    before = dict(room.shown())
    room.team.lines(Second(6, OPEN_NS + 30 * NS, {"arousal": Value(99.0, 1.0)}))
    room.go(150, 155)
    assert {s: room.shown()[s] for s in before} == before


def test_after_the_session_means_nothing_before():
    room = Room(steady, live=False)
    room.press(press("a", 1, phase="baseline"))
    room.go(1, 200)
    assert room.shown() == {} and set(room.status()) == {"after"}
    room.said += room.team.finish(OPEN_NS + 200 * NS)
    assert len(room.shown()) >= 198


def test_between_phases_nothing_is_shown():
    room = Room(steady).go(1, 100)
    assert room.shown() == {} and set(room.status()) == {"between"}


def test_a_short_phase_has_no_members_and_no_curve():
    room = Room(steady)
    room.press(press("a", 1, phase="baseline"), press("b", 1 + FIRST_S // 3, phase="presentation"))
    room.go(1, 100)
    assert min(room.shown()) >= 1


@pytest.mark.parametrize("word", ["seat", "role", "presenter", "speaker"])
def test_no_line_names_a_seat_or_a_role(word):
    room = Room(steady)
    room.press(press("a", 1, phase="baseline"), press("p", 2, "presenter", seat=1))
    room.go(1, 150)
    assert room.said and not any(re.search(rf"\b{word}=", line) for line in room.said)
