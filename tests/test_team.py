"""What a team is told: never of fewer than five, never at once, never anybody by their step. Each
test is somebody who knows who sits in the circle, and watches."""

import statistics
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import trim_mean

from hub.course.phases import fold
from hub.policy import GROUP_MIN
from hub.records import Event, Ledger, Received, Second, Value
from hub.results.pipeline import CourseChanged, Ledgers
from hub.team.curve import STATUS, STATUS_NS, Coverage, Said, Team, over_at, team_of
from hub.team.figures import SPREAD_MIN, Shown, middle, shown
from hub.team.kept import Kept
from hub.team.members import may_be_shown, who_counts
from tests.rows import NS, OPEN_NS, protocol_text

LATE_S, APART_S, BRIDGE_S = 60, 60, 30
LEVELS = (-2.0, -0.8, 0.0, 0.5, 1.4, 2.2, 3.0, 4.1, 5.5)  # of seats 1 to 9


def press(name, at_s, kind="phase", **data):
    return Event(name, kind, OPEN_NS + at_s * NS, "console", data, OPEN_NS + at_s * NS)


class Room:
    """A session in seconds; `values(seat, second)` gives the arousal, None where it is withheld;
    `lost(seat, second)`: nothing of that second came."""

    def __init__(self, values, seats=6, late=True, lost=lambda seat, second: False, **how):
        self.team = Team(late, **how)
        self.values, self.lost, self.seats = values, lost, range(1, seats + 1)
        self.stored = dict.fromkeys(self.seats, 0)
        self.events = [Event("o", "open", OPEN_NS, "hub", {"protocol": protocol_text()}, OPEN_NS)]
        self.told = []
        self.press(*(press(f"s{n}", 0, "seat", seat=n, kit=f"kit-{n}") for n in self.seats))

    def press(self, *events):
        self.events += events
        self.told += self.team.feed(CourseChanged(fold(self.events)))

    def go(self, begin, end):
        for second in range(begin, end):
            now_ns = OPEN_NS + second * NS
            for seat in self.seats:
                value = Value(self.values(seat, second), 1.0)
                values = {"arousal": value, "arousal_sympathetic": value}
                self.told += self.team.feed(Second(seat, now_ns, values))
            self.told += self.team.feed(Ledgers(now_ns, self.accounts(second)))
        return self

    def accounts(self, second):
        for seat in self.seats:
            self.stored[seat] += 0 if self.lost(seat, second) else 100
        return tuple(account(seat, second * 100, self.stored[seat]) for seat in self.seats)

    def finish(self, second):
        self.told += self.team.finish(OPEN_NS + second * NS)
        return self

    def of(self, kind):
        return [one for one in self.told if isinstance(one, kind)]

    def shown(self):
        """second -> the middle that was shown."""
        return {(one.time_ns - OPEN_NS) // NS: one.middle for one in self.of(Shown)}

    def codes(self):
        """second -> the last word of it, as a database has it."""
        return {(one.time_ns - OPEN_NS) // NS: one.code for one in self.of(Said)}


def account(seat, expected, stored, kit=None):
    return Ledger(seat, kit or f"kit-{seat}", expected, stored, 0, 0, 0, None, False, None, None,
                  None, None)


def steady(seat, second):
    return LEVELS[seat - 1]


def gone(who, since, until=10**9):
    return lambda seat, second: None if seat == who and since <= second < until else steady(
        seat, second)


def mid(*seats):
    return middle([LEVELS[seat - 1] for seat in seats])


def at_rest(values=steady, **how):
    room = Room(values, **how)
    room.press(press("a", 1, phase="baseline"))
    return room


# -- the figures ----------------------------------------------------------------------------------


@given(st.lists(st.floats(-4, 4), min_size=GROUP_MIN, max_size=14, unique=True))
def test_no_figure_is_one_persons(values):
    """Move anybody as far as you like: no figure goes along with more than a third of it."""
    spread = len(values) >= SPREAD_MIN
    before = shown(0, [(v, None, None) for v in values], spread)
    for k in range(len(values)):
        moved = [(v + 0.9 * (i == k), None, None) for i, v in enumerate(values)]
        after = shown(0, moved, spread)
        for name in ("middle", "low", "high"):
            if getattr(before, name) is not None:
                assert abs(getattr(after, name) - getattr(before, name)) <= 0.3 + 0.1 + 1e-9


def test_of_five_the_middle_is_not_the_third_nor_the_quartiles_second_and_fourth():
    values = (-2.0, -0.7, 0.0, 0.4, 2.2)
    found = shown(0, [(v, v, None) for v in values], spread=False)
    assert found == Shown(0, -0.1, None, None, -0.1, None)
    assert statistics.median(values) == 0.0


def test_an_edge_of_nine_is_nobodys_quartile():
    found = shown(0, [(v, None, None) for v in LEVELS], spread=True)
    assert (found.low, found.high) == (-0.1, 3.1)
    quartiles = statistics.quantiles(LEVELS, n=4, method="inclusive")
    assert quartiles[0] in LEVELS and quartiles[2] in LEVELS, "those would have been somebody's"


@given(st.lists(st.floats(-9, 9), min_size=GROUP_MIN, max_size=14))
def test_the_middle_is_a_trimmed_mean(values):
    """Against scipy's."""
    assert middle(values) == pytest.approx(trim_mean(values, 0.25), abs=0.0501)


def test_who_is_far_from_all_others_does_not_move_it():
    assert middle([0.1, 0.2, 0.3, 0.4, 5.0]) == middle([0.1, 0.2, 0.3, 0.4, 500.0]) == 0.3


def test_of_a_second_is_known_what_was_said_of_it_and_nothing_of_one_that_is_not_kept():
    kept, there = Kept(), (*range(100, 175), *range(178, 200))
    figures = {second: (second + 0.5, None, -1.0) for second in there}
    for second in (*figures, 90, 98, 99):
        kept.put(1, second * NS, figures.get(second, (9.0, 9.0, 9.0)))
    kept.put(1, 180 * NS, (None, 2.0, 3.0))  # its arousal is not known after all
    kept.forget(170 * NS)
    known = {second: kept.at(1, second * NS) for second in range(90, 210)}
    assert known == {second: figures.get(second) if second >= 170 and second != 180 else None
                     for second in known}


# -- when -----------------------------------------------------------------------------------------


def test_the_curve_is_a_minute_late_and_of_all():
    room = at_rest().go(1, 100)
    assert max(room.shown()) == 99 - LATE_S
    assert room.codes()[1] == "shown", "said at once"
    assert set(room.shown().values()) == {mid(1, 2, 3, 4, 5, 6)}


def test_of_four_nothing_is_shown_and_it_says_why():
    room = at_rest(seats=4).go(1, 200)
    assert room.shown() == {} and set(room.codes().values()) == {"between", "few"}
    assert "Fewer than 5 seats have a kit" in STATUS["few"]


def test_who_is_missing_for_a_moment_is_bridged_and_for_long_stops_the_curve():
    moment, long = (at_rest(gone(6, 100, until)).go(1, 300) for until in (99 + BRIDGE_S, 200))
    assert set(moment.shown()) == set(range(1, 240))
    assert set(long.shown()) == set(range(1, 100)) | set(range(200, 240))
    values = {*moment.shown().values(), *long.shown().values()}
    assert values == {mid(1, 2, 3, 4, 5, 6)}, "one of the other five is never shown"
    assert "not-now" in long.codes().values()


def changed_while_gone(seat, second, until=120):
    """Seat 4 rises from the third place of six to the fifth while its hand is off."""
    if seat == 4 and 100 <= second < until:
        return None
    return 4.0 if seat == 4 and second >= until else steady(seat, second)


def test_who_comes_back_does_not_show_what_changed_meanwhile():
    """Held until then, all of it would come in one second, while all others go on as ever."""
    shown = at_rest(changed_while_gone).go(1, 200).shown()
    assert shown[99] != shown[120] and set(range(99, 121)) <= set(shown)
    assert max(abs(shown[s + 1] - shown[s]) for s in range(99, 120)) <= 0.1 + 1e-9


def test_every_second_that_is_shown_has_five_figures_of_that_second():
    """Bridged ones do not count: of five of whom one is missing there is nothing, at once."""
    room = at_rest(gone(3, 100, 120), seats=5).go(1, 200)
    assert not set(range(100, 120)) & set(room.shown())
    assert {99, 120} <= set(room.shown())


def test_the_edges_are_shown_from_eight_on_who_can_be_measured_now():
    few, many = at_rest(seats=7).go(1, 100), at_rest(gone(2, 30, 35), seats=8).go(1, 100)
    assert few.of(Shown) and {one.low for one in few.of(Shown)} == {None}
    without = {(one.time_ns - OPEN_NS) // NS for one in many.of(Shown) if one.low is None}
    assert without == set(range(30, 35))


def away(*who):
    """These seats are away within these seconds: (seats, since, until)."""
    return lambda seat, second: None if any(
        seat in seats and since <= second < until for seats, since, until in who) else steady(
        seat, second)


def in_two_phases(values, seats):
    room = at_rest(values, seats=seats).go(1, 150)
    room.press(press("b", 150, phase="presentation"))
    return room.go(150, 400)


def test_three_who_come_later_are_let_in_together_but_not_before_the_next_phase():
    """Else the step in the curve would be theirs."""
    shown = in_two_phases(away(((6, 7, 8), 0, 90)), seats=8).shown()
    assert {shown[s] for s in range(2, 150)} == {mid(1, 2, 3, 4, 5)}
    assert min(s for s in shown if s >= 150) == 150 + APART_S
    assert {shown[s] for s in range(150 + APART_S, 340)} == {mid(*range(1, 9))}


@pytest.mark.parametrize("late", [(6,), (6, 7)])
def test_one_or_two_who_come_later_wait_for_others(late):
    """The curve goes on with those who were shown: the difference would be theirs."""
    shown = in_two_phases(away((late, 0, 90)), seats=max(late)).shown()
    assert sorted(shown) == list(range(1, 340))
    assert set(shown.values()) == {mid(1, 2, 3, 4, 5)}


def test_where_one_is_gone_the_others_go_on_and_the_one_is_not_let_in_again():
    """Else one who comes and goes with the phases would be the difference, time and again."""
    room = in_two_phases(away(((9,), 140, 260)), seats=9)
    room.press(press("c", 400, phase="questions"))
    room.go(400, 600)
    shown = room.shown()
    assert {shown[s] for s in range(1, 140)} == {mid(*range(1, 10))}
    assert not set(range(140, 150 + APART_S)) & set(shown)
    assert {shown[s] for s in range(150 + APART_S, 540)} == {mid(*range(1, 9))}
    assert set(room.codes().values()) <= {"between", "shown", "not-now"}, "who is not said"


def test_of_five_where_one_is_gone_nothing_is_shown_until_all_are_back():
    shown = in_two_phases(away(((5,), 140, 260)), seats=5).shown()
    assert sorted(shown) == [*range(1, 140), *range(260, 340)]
    assert set(shown.values()) == {mid(*range(1, 6))}


SEATS = st.sets(st.integers(1, 14), min_size=GROUP_MIN).map(lambda seats: tuple(sorted(seats)))


@given(st.lists(SEATS, min_size=2, max_size=8))
@example([tuple(range(1, 9)), tuple(range(1, 8)), (1, 2, 3, 4, 5, 8), (1, 2, 3, 4, 5)])
def test_nobody_who_comes_or_comes_back_is_the_difference_to_any_earlier_phase(phases):
    """Whoever is there at the beginning of each phase. One or two may leave; never more often."""
    before = []
    for there in phases:
        who = who_counts(there, before)
        assert may_be_shown(who, before) and (set(who) <= set(there) or who == before[-1])
        before = [*(one for one in before if one != who), who]
    for person in set().union(*before):
        ever = [person in who for who in before]
        since = ever[ever.index(True) :]
        assert since == sorted(since, reverse=True), "once left out, never in again"
    for earlier, later in combinations(before, 2):
        assert set(later) < set(earlier) or len(set(earlier) ^ set(later)) >= 3


def seated(*seats):
    return tuple((seat, f"kit-{seat}") for seat in seats)


def test_who_was_left_out_is_not_shown_again_in_company_either():
    """Eight, then five of them: the three who left are looked for together, too."""
    eight, five = seated(*range(1, 9)), seated(*range(1, 6))
    assert may_be_shown(five, [eight])
    assert not may_be_shown(eight, [eight, five])
    others = seated(9, 10, 11)
    assert who_counts((*eight, *others), [eight, five]) == (*five, *others)


def test_where_one_who_stays_would_be_a_difference_the_others_go_on_without():
    """Three joined five, and two of them left: the third alone would be the difference."""
    five, eight = seated(*range(1, 6)), seated(*range(1, 9))
    assert who_counts(seated(*range(1, 7)), [five, eight]) == five


@pytest.mark.parametrize("at_s", [95, 150], ids=["in a phase", "between two"])
def test_a_seat_with_another_kit_may_be_another_person_and_is_not_let_in(at_s):
    """Who leaves gives the seat to who comes late: their difference would be a step."""
    room = at_rest(lambda seat, second: 1.9 if seat == 4 and second >= at_s else steady(
        seat, second)).go(1, at_s)
    room.press(press("k", at_s, "seat", seat=4, kit="kit-9"))
    room.go(at_s, 300).press(press("b", 300, phase="presentation"))
    shown = room.go(300, 500).shown()
    assert {shown[s] for s in range(1, at_s)} == {mid(*range(1, 7))}
    assert [s for s in shown if s >= at_s] == list(range(300 + APART_S, 440))
    assert {shown[s] for s in range(300 + APART_S, 440)} == {mid(1, 2, 3, 5, 6)}


def test_nobody_is_bridged_to_who_has_their_seat_now():
    room = at_rest(gone(4, 90, 105), seats=6).go(1, 100)
    room.press(press("k", 100, "seat", seat=4, kit="kit-9"))
    assert max(room.go(100, 300).shown()) == 89


def test_the_same_members_go_on_without_a_gap():
    room = at_rest().go(1, 150)
    room.press(press("b", 150, phase="presentation"))
    room.go(150, 300)
    assert sorted(room.shown()) == list(range(1, 240))


def test_a_phase_pressed_to_and_fro_brings_different_members_no_nearer():
    """b (without seat 9) is undone and done again: its minute is not over because it
    began then."""
    room = at_rest(gone(9, 140, 185), seats=9).go(1, 150)
    room.press(press("b", 150, phase="presentation"))
    room.go(150, 250)  # shown up to 189
    room.press(press("u", 249, "undo", target="b"))
    room.go(250, 290)  # a again: shown up to 229
    room.press(press("v", 289, "undo", target="u"))
    room.go(290, 500)
    shown = room.shown()
    all_nine, eight = mid(*range(1, 10)), mid(*range(1, 9))
    last = max(s for s, value in shown.items() if value == all_nine)
    assert last > 200 and min(s for s, v in shown.items() if v == eight) >= last + APART_S


def test_who_was_chosen_before_others_were_shown_is_looked_at_again():
    """b was undone before anybody saw it; its eight differ by two from those seen in c."""
    room = at_rest(away(((9,), 140, 185), ((1,), 290, 335)), seats=9).go(1, 150)
    room.press(press("b", 150, phase="presentation"))
    room.go(150, 250)
    room.press(press("u", 249, "undo", target="b"))
    room.go(250, 300)
    room.press(press("c", 300, phase="questions"))
    room.go(300, 450)
    room.press(press("v", 449, "undo", target="c"), press("w", 449, "undo", target="u"))
    room.go(450, 700)
    assert set(room.shown().values()) == {mid(*range(1, 10)), mid(*range(2, 10))}
    assert max(room.shown()) == 389 and mid(*range(1, 9)) not in room.shown().values()


def test_a_phase_that_is_moved_in_time_keeps_its_members():
    """Decided anew, in the middle of what is shown, they would be others: seat 6 is back."""
    room = at_rest(gone(6, 0, 60)).go(1, 200)
    room.press(press("r", 200, "retime", target="a", to_ns=OPEN_NS + 20 * NS))
    room.go(200, 300)
    assert set(room.shown().values()) == {mid(1, 2, 3, 4, 5)}


def test_what_was_shown_is_never_written_anew():
    """Two readings would show, by their difference, who changed sides."""
    room = at_rest(gone(6, 0, 90)).go(1, 200)
    before = room.shown()
    to_ns = OPEN_NS + 95 * NS
    room.press(press("b", 200, phase="presentation"), press("r", 201, "retime", target="b",
                                                            to_ns=to_ns))
    room.go(200, 400)
    times = [one.time_ns for one in room.of(Shown)]
    assert len(times) == len(set(times))
    assert before.items() <= room.shown().items()


def test_what_was_corrected_after_the_session_changes_nothing_that_teams_saw():
    """A replay then would be a second reading, with other members at other times."""
    def whole(**how):
        room = at_rest(gone(6, 0, 90), late=False, **how).go(1, 150)
        room.press(press("b", 150, phase="presentation"))
        room.go(150, 300)
        return room

    first = whole().finish(300)
    again = whole(sealed_ns=OPEN_NS + 310 * NS)
    again.press(press("r", 400, "retime", target="b", to_ns=OPEN_NS + 60 * NS))
    assert again.finish(300).shown() == first.shown()


@pytest.mark.parametrize("late", [True, False])
def test_what_comes_after_the_session_was_sealed_changes_nothing_that_teams_saw(late):
    """A kit that was away brings seat 6 a day later, and somebody replays the session."""
    def whole(**how):
        return at_rest(gone(6, 0), late=late, **how).go(1, 150)

    first, sealed_ns = whole().finish(200), OPEN_NS + 310 * NS
    again = whole(sealed_ns=sealed_ns)
    for row in (Received(900, sealed_ns, "data/kit-6", b""),
                Received(901, sealed_ns + 1, "hub/start", b"")):
        again.team.before(row)
    again.go(150, 160)  # these are still of the session
    again.team.before(Received(902, sealed_ns + 2, "data/kit-6", b""))
    for second in range(1, 160):
        again.told += again.team.feed(Second(6, OPEN_NS + second * NS, {"arousal": Value(2.0, 1)}))
    again.finish(200)
    assert again.shown().items() <= first.go(150, 160).shown().items() or not late
    assert set(again.shown().values()) == set(first.shown().values()) == {mid(1, 2, 3, 4, 5)}
    assert max(again.shown()) == 99, "of the last minute some may have been known, and others not"
    assert "after" not in again.codes().values() and max(again.codes()) == 190


def test_a_late_backlog_changes_nothing_that_was_shown():
    room = at_rest().go(1, 150)
    before = dict(room.shown())
    room.told += room.team.feed(Second(6, OPEN_NS + 30 * NS, {"arousal": Value(99.0, 1.0)}))
    room.go(150, 155)
    assert {s: room.shown()[s] for s in before} == before


def test_between_phases_nothing_is_shown():
    room = Room(steady).go(1, 100)
    assert room.shown() == {} and set(room.codes().values()) == {"between"}


def test_a_part_is_shown_only_where_everybody_has_one():
    assert {one.sympathetic for one in at_rest().go(1, 100).of(Shown)} == {mid(1, 2, 3, 4, 5, 6)}
    assert {one.parasympathetic for one in at_rest().go(1, 100).of(Shown)} == {None}


def guesses(seed, phase_s=250, phases=5, seats=9):
    """One, known to the viewer, is away when every second phase begins. At each change of phase:
    the guess, by the difference of the two curves, and what that one's figure was."""
    rng = np.random.default_rng(seed)
    felt = np.cumsum(rng.normal(0, 0.03, (seats, phase_s * (phases + 1))), axis=1)
    felt += rng.normal(0, 0.8, (seats, 1))

    def values(seat, second):
        phase, since = divmod(second, phase_s)
        return None if seat == 1 and phase % 2 and since < 40 else float(felt[seat - 1, second])

    room = at_rest(values, seats=seats).go(1, phase_s)
    for k in range(1, phases + 1):
        room.press(press(f"p{k}", k * phase_s, phase=PHASES[k % 3]))
        room.go(k * phase_s, (k + 1) * phase_s)
    shown = room.shown()
    for k in range(1, phases + 1):
        at_s = k * phase_s
        before, after = ([shown[s] for s in range(*span) if s in shown][:10] for span in
                         ((at_s - 10, at_s), (at_s, at_s + 130)))
        with_them, without = (before, after) if k % 2 else (after, before)
        if with_them and without:
            yield seats * np.mean(with_them) - (seats - 3) * np.mean(without), felt[0, at_s]


def test_who_is_away_for_a_phase_is_not_told_by_the_difference():
    """Of three together it is: guessing them by a third each is hardly better than not at all."""
    three, was = np.array([pair for seed in range(12) for pair in guesses(seed)]).T
    off, unseen = (float(np.sqrt(np.mean(x**2))) for x in (three / 3 - was, was))
    assert len(was) > 40 and off > 0.7 * unseen, "of one alone it was half"


# -- after the session ----------------------------------------------------------------------------


def test_of_four_no_curve_is_promised_for_after_the_session_and_of_five_one_is():
    for seats, code in ((4, "few"), (5, "after")):
        assert set(Room(steady, seats, late=False).go(0, 90).codes().values()) == {code}


def test_after_the_session_means_nothing_before():
    room = at_rest(late=False).go(1, 200)
    assert room.shown() == {} and room.of(Coverage) == []
    assert set(room.codes().values()) == {"after"}
    room.finish(200)
    assert len(room.shown()) >= 198


@pytest.mark.parametrize("begin", [1, 17, 29, 30])
def test_nothing_is_left_of_what_was_promised(begin):
    """Each point that said "after" is written over, also those behind the end of the phases."""
    room = Room(steady, late=False)
    room.press(press("a", begin, phase="baseline"))
    room.go(begin, 95)
    room.press(press("c", 95, "close"))
    room.go(95, 400)
    promised = {one.time_ns for one in room.of(Said)}
    assert len(promised) >= 12 and all(ns % STATUS_NS == 0 for ns in promised)
    room.finish(95)
    assert "after" not in room.codes().values()
    assert {"between", "shown"} == set(room.codes().values())


def test_a_correction_of_days_later_makes_a_session_no_longer():
    sealed_ns = OPEN_NS + 95 * NS
    assert over_at(OPEN_NS + 10**6 * NS, sealed_ns) == sealed_ns
    assert over_at(OPEN_NS + 90 * NS, sealed_ns) == over_at(OPEN_NS + 90 * NS, None)


def test_before_it_is_known_who_sits_the_curve_is_promised():
    told = Team(late=False).feed(Ledgers(OPEN_NS, ()))
    assert [one.code for one in told] == ["after"]


def test_the_account_of_the_end_promises_nothing_more():
    room = at_rest(late=False).go(1, 200).finish(200)
    assert room.team.feed(Ledgers(OPEN_NS + 95 * NS, ())) == []


@pytest.mark.parametrize("late", [False, True])
def test_of_who_was_erased_not_even_a_difference_is_left(late):
    room = at_rest(late=late, taken_back=True).go(1, 200).finish(200)
    assert room.of(Shown) == room.of(Coverage) == []
    assert set(room.codes().values()) == {"taken-back"}
    assert not any(word in STATUS["taken-back"] for word in ("somebody", "seat", "erase", "one"))


def test_words_put_nobody_under_pressure():
    for word in ("Somebody", "somebody", "measured", "missing", "pause"):
        assert word not in STATUS["not-now"]


def test_a_session_says_when_its_team_sees_it_else_the_hub():
    assert team_of({"team_view": "late"}, "after", False).late
    assert not team_of({"team_view": "after"}, "late", False).late
    assert team_of({}, "late", False).late and not team_of({}, "after", False).late


# -- what came ------------------------------------------------------------------------------------


def shares(room):
    return {(one.time_ns - OPEN_NS) // NS: one.share for one in room.of(Coverage)}


def test_a_minutes_outage_shows_and_is_over_when_it_is():
    """Of all since the beginning it would be a dent that nobody sees, and that never heals."""
    room = at_rest(lost=lambda seat, second: second in range(600, 660)).go(1, 1000)
    found = shares(room)
    assert {found[s] for s in range(20, 600, 10)} == {1.0}
    assert {found[s] for s in range(610, 660, 10)} == {0.0}
    assert {found[s] for s in range(680, 940, 10)} == {1.0}
    assert max(found) <= 999 - LATE_S, "as late as the curve"


def test_before_a_kits_first_whole_stretch_nothing_is_missing_of_it():
    """What it sends first is on its way when the first account is taken."""
    found = shares(at_rest(lost=lambda seat, second: second <= 1).go(1, 200))
    assert set(found.values()) == {1.0} and min(found) == 10


def test_what_came_is_in_tenths_and_not_of_fewer_than_five():
    room = at_rest(lost=lambda seat, second: seat == 1, seats=7).go(1, 200)
    assert set(shares(room).values()) == {0.9}
    assert shares(at_rest(seats=4).go(1, 200)) == {}


def test_a_seat_that_sends_nothing_just_now_makes_no_five_of_four():
    team = Team(late=True)
    for second in range(1, 200):
        rows = [account(seat, 100 * second, 100 * second) for seat in range(1, 5)]
        told = team.feed(Ledgers(OPEN_NS + second * NS, (*rows, account(5, 100, 100))))
        assert not any(isinstance(one, Coverage) for one in told)


def test_a_swapped_kit_is_no_further_seat():
    room = at_rest(seats=4)
    for second in range(1, 200):
        rows = [*room.accounts(second), account(1, 100 * second, 100 * second, "spare")]
        room.told += room.team.feed(Ledgers(OPEN_NS + second * NS, tuple(rows)))
    assert shares(room) == {}


def test_who_sends_what_was_held_back_makes_up_for_nobody():
    team = Team(late=True)
    for second in range(1, 200):
        rows = [account(seat, 100 * second, 100 * second) for seat in range(1, 5)]
        rows.append(account(5, 100 * second, 100 * (second if second >= 60 else 10)))
        rows.append(account(6, 100 * second, 100 * min(second, 50)))
        for one in team.feed(Ledgers(OPEN_NS + second * NS, tuple(rows))):
            if isinstance(one, Coverage) and one.time_ns == OPEN_NS + 60 * NS:
                assert one.share == 0.8


# -- whatever they do -----------------------------------------------------------------------------

AWAY = st.lists(st.tuples(st.integers(1, 7), st.integers(0, 400), st.integers(1, 200)), max_size=8)
PRESSES = st.lists(st.tuples(st.integers(1, 400), st.sampled_from(["phase", "undo", "retime"]),
                             st.integers(0, 400)), max_size=8)
PHASES = ("presentation", "questions", "discussion")


@settings(max_examples=40)
@given(AWAY, PRESSES)
def test_whoever_comes_and_goes_and_whatever_is_pressed(away, presses):
    """Of all that is shown: five of now, the same people within a minute, and one reading only."""
    def there(seat, second):
        return not any(who == seat and s <= second < s + long for who, s, long in away)

    room = at_rest(lambda seat, second: steady(seat, second) if there(seat, second) else None,
                   seats=7)
    said, of = sorted(presses), []
    for second in range(1, 480):
        for k, (at_s, kind, to_s) in enumerate(said):
            if at_s == second:
                room.press(pressed(kind, f"p{k}", at_s, to_s, PHASES[k % 3]))
        before = len(room.of(Shown))
        room.go(second, second + 1)
        of += [(one.time_ns // NS - OPEN_NS // NS, [seat for seat, _ in room.team._before[0]])
               for one in room.of(Shown)[before:]]
    times = [second for second, _ in of]
    assert times == sorted(set(times))
    for second, seats in of:
        assert sum(there(seat, second) for seat in seats) >= GROUP_MIN
    for (one, these), (other, those) in pairwise(of):
        assert these == those or other - one >= APART_S


def pressed(kind, name, at_s, to_s, phase):
    if kind == "phase":
        return press(name, at_s, phase=phase)
    if kind == "undo":
        return press(name, at_s, "undo")
    return press(name, at_s, "retime", target="a", to_ns=OPEN_NS + to_s * NS)
