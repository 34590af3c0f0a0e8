"""What a closed session comes to, phase by phase."""

import re
import statistics
from types import SimpleNamespace

import pytest

from hub.analysis.per_phase import PhaseFeatures
from hub.course.library import library
from hub.disk.erased import note_erased
from hub.records import Span
from hub.store.summary import _of_case, figures, presents, summary_lines
from hub.store.table import SEATS, STATS
from tests.rows import NS, OPEN_NS, event
from tests.rows import protocol_text as text
from tests.store.held import measurement
from tests.study.presses import course_of, pressed
from tests.study.presses import said as press
from tests.system.rig_sessions import recorded, six_people

SPANS = (Span(0, 100, None), Span(100, 200, 3), Span(200, 300, None), Span(300, None, 5))


@pytest.mark.parametrize(("start", "end", "who"), [
    (0, 100, {3}),  # the baseline of the one who will present
    (90, 110, {3}), (100, 200, {3}),
    (150, 350, {3, 5}),
    (200, 300, {5}),  # between two cases: the next one's
    (400, 500, {5}),
])
def test_a_case_is_its_presenters_from_the_baseline_on(start, end, who):
    assert presents(SPANS, start, end) == who


def test_after_the_last_case_it_stays_its_presenters():
    assert presents((Span(100, 200, 3), Span(200, None, None)), 250, 300) == {3}


def test_a_session_without_a_presenter_has_members_only():
    assert presents((Span(0, None, None),), 0, 10) == set()


def test_what_is_before_a_case_is_its_presenters_also_where_the_one_before_is_still_named():
    order = library().protocols["double-90"].order
    course = course_of([*pressed(*order), press("presenter", 225, seat=2),
                        press("presenter", 780, seat=3)], 90 * len(order), text("double-90"))
    session = SimpleNamespace(course=course, phases=course.phases, last_ns=course.closed_ns)
    who = [presents(course.presenter, *_of_case(session, phase, phase.end_ns))
           for phase in course.phases]
    assert who == [{2}] * 7 + [{3}] * 7


def seat(number, mean, feature="hr"):
    return PhaseFeatures("p", 0, number, feature, "", mean, 60, 1.0, 1.0, None if mean else "why")


def test_a_phase_has_the_median_and_the_quartiles_over_its_seats():
    means = [61.0, 90.0, 70.0, 64.5, 72.0, 80.0]
    said = figures([seat(k, mean) for k, mean in enumerate(means)] + [seat(9, None)])
    low, middle, high = statistics.quantiles(means, n=4, method="inclusive")
    assert (said["hr_low"], said["hr"], said["hr_high"]) == pytest.approx((low, middle, high))
    assert said["scl"] is said["scl_low"] is said["scl_high"] is None


def test_one_seat_alone_is_its_own_quartile():
    said = figures([seat(2, 66.0)])
    assert said["hr_low"] == said["hr"] == said["hr_high"] == 66.0


def test_every_figure_is_in_the_table():
    names = {field.name for field in measurement("phase_stats", SEATS).fields}
    assert set(figures([])) <= names and len(figures([])) == 3 * len(STATS)


@pytest.fixture
def spoken(tmp_path):
    """Seat 1 speaks from 10 s to 20, and again to 25; then seat 2 to the end; seat 1 presents."""
    rows = six_people(40)
    presses = [event(kind, OPEN_NS + at_s * NS, f"press-{k}", seat=who)
               for k, (at_s, kind, who) in enumerate(
                   ((5, "presenter", 1), (10, "speaker", 1), (20, "speaker", 1),
                    (25, "speaker", None), (30, "speaker", 2)))]
    close, body = rows[-1:], rows[:-1]
    ordered = sorted([*body, *presses], key=lambda row: row.at_ns) + close
    return recorded(tmp_path / "s", [row._replace(row=k) for k, row in enumerate(ordered, 1)])


def turns(folder):
    """What the database has in the end: a later line of the same key replaces an earlier one."""
    out = {}
    for _, said in summary_lines(folder):
        found = re.match(r"turns,.*role=(\w+),seat=(\d) on=(\d)i (\d+)$", said)
        if found:
            role, who, on, at = found.groups()
            out[role, int(who), round((int(at) - OPEN_NS) / NS)] = int(on)
    return out


def test_a_turn_begins_and_ends(spoken):
    said = turns(spoken)
    mine = {at: on for (role, who, at), on in said.items() if (role, who) == ("speaker", 1)}
    assert mine.pop(20, 1) == 1, "one turn upon the other goes on"
    assert mine == {10: 1, 25: 0}
    assert said["speaker", 2, 30] == 1 and said["presenter", 1, 5] == 1
    assert sum(on == 0 for on in said.values()) == 3, "what lasts ends with the session"


def test_the_turns_of_an_erased_seat_are_not_there(spoken):
    note_erased(spoken, 1)
    assert {who for _, who, _ in turns(spoken)} == {2}
