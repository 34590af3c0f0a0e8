"""What a closed session comes to, phase by phase."""

import re
import statistics

import pytest

from hub.analysis.per_phase import PhaseFeatures
from hub.course.library import library
from hub.course.protocol import CASE_PARTS
from hub.disk.erased import note_erased
from hub.records import Second, Value
from hub.signals.index import NO_BASELINE, SHORT_BASELINE
from hub.store.summary import _groups, figures, summary_lines, who_presents
from hub.store.table import SEATS, STATS
from hub.store.whole import _without
from hub.study.cases import cases_of
from tests.rows import NS, OPEN_NS, event
from tests.rows import protocol_text as text
from tests.seconds import seats_of
from tests.store.held import measurement
from tests.study.presses import LONG_S, course_of, pressed
from tests.study.presses import said as press
from tests.system.rig_sessions import recorded, six_people

DOUBLE = library().protocols["double-90"].order
FIRST_S, SECOND_S = (k * LONG_S for k, phase in enumerate(DOUBLE) if phase == "presentation")


def presenting(*named, phases=DOUBLE):
    """Who presents each phase, where seats were named at these seconds."""
    presses = [press("presenter", at_s, seat=who) for at_s, who in named]
    course = course_of([*pressed(*phases), *presses], LONG_S * len(phases), text("double-90"))
    return course, who_presents(course, course.closed_ns)


def test_a_case_is_its_presenters_from_the_baseline_on():
    _, who = presenting((FIRST_S - 45, 2), (SECOND_S - 120, 3))
    assert who == [2] * 7 + [3] * 7, "also what is before it, where the one before is still named"


def test_who_was_named_late_presents_all_of_the_case_and_nobody_beside():
    _, who = presenting((FIRST_S - 45, 2), (SECOND_S + 20, 4))
    assert who == [2] * 7 + [4] * 7


def test_a_slip_that_was_put_right_is_nobodys_case():
    _, who = presenting((FIRST_S, 5), (FIRST_S + 4, 2), (SECOND_S, 3))
    assert who == [2] * 7 + [3] * 7


@pytest.mark.parametrize("named", [
    ((FIRST_S, 2), (SECOND_S, 3)), ((FIRST_S, 2), (SECOND_S + 20, 4)), ((FIRST_S, 2),),
    ((FIRST_S, 2), (SECOND_S, None)), (),
])
def test_a_study_and_the_store_name_the_same_presenter(named):
    course, who = presenting(*named)
    of_case = [case.presenter for case in cases_of(course, course.closed_ns)]
    begun = [k for k, phase in enumerate(course.phases) if phase.id == "presentation"]
    assert [who[k] for k in begun] == of_case


def test_after_the_last_case_it_stays_its_presenters():
    _, who = presenting((10, 3), (4 * LONG_S, None),
                        phases=(*CASE_PARTS, "closing"))
    assert who == [3] * 5


def test_without_a_case_a_phase_is_its_own_presenters():
    _, who = presenting((95, 2), (170, 3), phases=("baseline", "case-call", "closing"))
    assert who == [None, 2, 3]


def test_members_are_all_others():
    assert _groups({1, 2, 4}, 4) == {"group": {1, 2, 4}, "presenter": {4}, "members": {1, 2}}
    assert _groups({1, 2}, None) == {"group": {1, 2}, "presenter": set(), "members": set()}


def seat(number, mean, feature="hr", reason=None):
    why = reason or (None if mean else "why")
    return PhaseFeatures("p", 0, number, feature, "", mean, 60, 1.0, 1.0, why)


def test_a_phase_has_the_median_and_the_quartiles_over_its_seats():
    means = [61.0, 90.0, 70.0, 64.5, 72.0, 80.0]
    said = figures([seat(k, mean) for k, mean in enumerate(means)] + [seat(9, None)])
    low, middle, high = statistics.quantiles(means, n=4, method="inclusive")
    assert (said["hr_low"], said["hr"], said["hr_high"]) == pytest.approx((low, middle, high))
    assert said["hr_n"] == 6
    assert said["scl"] is said["scl_low"] is said["scl_high"] is said["scl_n"] is None


def test_each_figure_of_a_phase_says_of_how_many_seats_it_is():
    """Variability is withheld of more people than the heart rate is."""
    said = figures([seat(k, 70.0 + k) for k in (1, 2, 3)] + [seat(1, 31.0, "rmssd")])
    assert (said["hr_n"], said["rmssd_n"]) == (3, 1)


def test_whose_kit_came_after_the_rest_is_not_in_the_arousal_of_a_phase():
    """The others' is against their rest, this one's against the session so far."""
    said = figures([seat(1, 1.0, "arousal"), seat(2, 2.0, "arousal"), seat(2, 70.0),
                    seat(3, -0.1, "arousal", SHORT_BASELINE), seat(3, 90.0)])
    assert (said["arousal"], said["arousal_n"], said["hr_n"]) == (1.5, 2, 2)


def test_before_any_rest_is_over_all_are_against_the_same():
    said = figures([seat(k, 0.1 * k, "arousal", NO_BASELINE) for k in (1, 2, 3)])
    assert (said["arousal"], said["arousal_n"]) == (pytest.approx(0.2), 3)


def test_what_the_curves_stand_against_names_who_had_no_rest_long_enough():
    said = {1: (NO_BASELINE, None, None), 2: (SHORT_BASELINE,) * 3, 4: (SHORT_BASELINE,) * 3}
    seats = seats_of([Second(who, k * NS, {"arousal": Value(0.5, 0.5, reason)})
                      for who, reasons in said.items() for k, reason in enumerate(reasons)])
    assert _without(seats).startswith("; for seats 2, 4 the session so far")
    assert _without({1: seats[1]}) == _without({}) == ""


def test_nobody_is_counted_for_the_synchrony_of_a_phase_that_is_too_short(spoken):
    said = [text for _, text in summary_lines(spoken) if text.startswith("synchrony,")]
    assert said and all('reason="shorter than 180 s"' in text for text in said)
    assert not any(re.search(r"[ ,]n=", text) for text in said)


def test_one_seat_alone_is_its_own_quartile():
    said = figures([seat(2, 66.0)])
    assert said["hr_low"] == said["hr"] == said["hr_high"] == 66.0


def test_every_figure_is_in_the_table():
    names = {field.name for field in measurement("phase_stats", SEATS).fields}
    assert set(figures([])) <= names and len(figures([])) == 4 * len(STATS)


@pytest.fixture
def spoken(tmp_path):
    """Seat 1 speaks from 10 s to 20, and again to 25; then seat 2 to the end; seat 1 presents."""
    rows = six_people(40)
    presses = [event("phase", OPEN_NS + NS, "press", phase="baseline")]
    presses += [event(kind, OPEN_NS + at_s * NS, f"press-{k}", seat=who)
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
