"""Which stretch of a session is which part of a case, and who presents in it."""

from itertools import count

import pytest

from hub.course.library import library, shipped_names
from hub.course.log import CourseLog
from hub.course.protocol import load
from hub.study.cases import NS, cases_of, not_compared
from tests.rows import OPEN_NS, event, protocol_text
from tests.study.made import opening

ONE_CASE = ("baseline", "building-trust", "case-call", "presentation", "questions", "discussion",
            "integration", "closing", "recovery")
COMPARED = ["baseline", "presentation", "questions", "discussion-early", "discussion-middle",
            "discussion-late", "integration"]
LONG_S = 90
NUMBERS = count(300)


def said(kind, second, **data):
    return event(kind, OPEN_NS + second * NS, next(NUMBERS), **data)


def course_of(presses, end_s, protocol=None):
    log = CourseLog()
    for row in [*opening([], protocol), *seats(), *presses, said("close", end_s)]:
        log.feed(row)
    return log.state


def seats():
    return [event("seat", OPEN_NS + 1, 100 + k, seat=k, kit=f"kit-{k}") for k in range(1, 5)]


def pressed(*phases):
    """Each for LONG_S, from the second 0 on."""
    return [said("phase", k * LONG_S, phase=phase) for k, phase in enumerate(phases)]


def cases(phases, *more, protocol=None, told=None):
    course = course_of([*pressed(*phases), *more], len(phases) * LONG_S, protocol)
    return cases_of(course, OPEN_NS + len(phases) * LONG_S * NS, told)


def named(case, name):
    """(from, to) of the stretches of this name, in seconds."""
    return [((one.start_ns - OPEN_NS) / NS, (one.end_ns - OPEN_NS) / NS)
            for one in case.stretches if one.name == name]


def compared(case):
    return [name for name in case.names if name in COMPARED]


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_protocol_has_all_that_contrasts_compare(name):
    phases = [phase.id for phase in library().protocols[name].phases]
    (case,) = cases(phases, protocol=protocol_text(name))
    assert compared(case) == COMPARED
    assert case.sits_back
    others = [phase for phase in phases if phase in ("building-trust", "case-call", "closing",
                                                     "recovery")]
    course = course_of(pressed(*phases), len(phases) * LONG_S, protocol_text(name))
    assert not_compared(course, {}) == others


def test_the_discussion_is_in_thirds_and_the_rest_settles_first():
    (case,) = cases(ONE_CASE)
    assert [named(case, f"discussion-{part}") for part in ("early", "middle", "late")] == [
        [(450, 480)], [(480, 510)], [(510, 540)]]
    assert named(case, "baseline") == [(30, 90)]  # a third of 90 s, or 60 s of a longer one


def test_stretches_have_no_gap_from_the_first_press_to_the_close():
    (case,) = cases(ONE_CASE)
    assert case.stretches[0].start_ns == OPEN_NS
    assert case.stretches[-1].end_ns == OPEN_NS + len(ONE_CASE) * LONG_S * NS
    ends = [one.end_ns for one in case.stretches[:-1]]
    assert ends == [one.start_ns for one in case.stretches[1:]]


def test_a_discussion_that_was_left_and_taken_up_again_is_one():
    (case,) = cases(["presentation", "discussion", "closing", "discussion"])
    assert named(case, "discussion-early") == [(90, 150)]
    assert named(case, "discussion-middle") == [(150, 180), (270, 300)]
    assert named(case, "discussion-late") == [(300, 360)]


DOUBLE = ["baseline", "case-call", "presentation", "questions", "discussion", "integration",
          "case-call", "presentation", "questions", "discussion", "integration"]


def test_a_double_session_has_two_cases_each_with_its_presenter_and_the_same_rest():
    first, second = cases(DOUBLE, said("presenter", 100, seat=2), said("presenter", 560, seat=3))
    assert (first.presenter, second.presenter) == (2, 3)
    assert compared(first) == compared(second) == COMPARED
    assert named(first, "presentation") == [(180, 270)]
    assert named(second, "presentation") == [(630, 720)]
    assert named(first, "baseline") == named(second, "baseline") == [(30, 90)]


def test_a_second_rest_is_the_second_cases():
    phases = [*DOUBLE[:6], "baseline", *DOUBLE[7:]]
    first, second = cases(phases)
    assert named(first, "baseline") == [(30, 90)]
    assert named(second, "baseline") == [(570, 630)]


@pytest.mark.parametrize("phases", [
    ["presentation", "questions", "presentation", "questions", "discussion", "integration"],
    ["questions", "discussion", "questions", "discussion", "integration"],
    ["discussion", "integration", "closing"],
])
def test_going_back_within_a_case_begins_no_other(phases):
    assert len(cases(phases)) == 1


def test_a_second_case_counts_though_its_presentation_was_never_pressed():
    phases = ["presentation", "questions", "discussion", "integration", "questions", "discussion"]
    assert [case.number for case in cases(phases)] == [1, 2]


def test_a_presenter_who_was_named_late_presents_the_whole_case():
    (case,) = cases(ONE_CASE, said("presenter", 400, seat=3))
    assert (case.presenter, case.others) == (3, ())


def test_a_presenter_who_was_corrected_is_the_one_who_stands():
    wrong = said("presenter", 270, seat=1)
    target = f"e{wrong.row}"
    (case,) = cases(ONE_CASE, wrong, said("undo", 500, target=target),
                    said("presenter", 300, seat=4))
    assert (case.presenter, case.others) == (4, ())


def test_of_two_who_were_named_the_longer_one_presents_and_the_other_is_told():
    (case,) = cases(ONE_CASE, said("presenter", 270, seat=1), said("presenter", 300, seat=4))
    assert (case.presenter, case.others) == (4, (1,))


def test_where_nobody_was_named_nobody_presents():
    (case,) = cases(ONE_CASE, said("presenter", 100, seat=None))
    assert case.presenter is None


def test_interventions_are_the_cases_own_and_no_other_marker_is_one():
    first, second = cases(
        DOUBLE, said("marker", 400, label="intervention"), said("marker", 410, label="silence"),
        said("marker", 50, label="intervention"), said("marker", 840, label="intervention"))
    assert [(at - OPEN_NS) / NS for at in first.marks_ns] == [400]
    assert [(at - OPEN_NS) / NS for at in second.marks_ns] == [840]


def test_a_presenter_who_stays_in_the_circle_does_not_sit_back():
    text = protocol_text().replace("presenter_in_circle = false", "presenter_in_circle = true")
    (case,) = cases(ONE_CASE, protocol=text)
    assert compared(case) == COMPARED
    assert not case.sits_back


OWN = (protocol_text().replace('id = "presentation"', 'id = "intro"')
       .replace('{ phase = "presentation" }', '{ phase = "intro" }'))
OWN_PHASES = [phase.replace("presentation", "intro") for phase in ONE_CASE]


def test_an_own_protocol_says_which_of_its_phases_is_which_part():
    (case,) = cases(OWN_PHASES, protocol=OWN.replace('id = "intro"',
                                                     'id = "intro"\npart = "presentation"'))
    assert compared(case) == COMPARED


def test_what_an_own_protocol_does_not_say_can_be_told_and_is_not_guessed():
    (case,) = cases(OWN_PHASES, protocol=OWN)
    assert "presentation" not in case.names
    course = course_of(pressed(*OWN_PHASES), 9 * LONG_S, OWN)
    assert "intro" in not_compared(course, {})
    assert "intro" not in not_compared(course, {"intro": "presentation"})
    (case,) = cases(OWN_PHASES, protocol=OWN, told={"intro": "presentation"})
    assert compared(case) == COMPARED


def test_a_session_without_a_phase_of_a_case_has_no_case():
    assert cases(["baseline", "building-trust", "closing"]) == []


def test_the_part_of_a_phase_is_one_of_four():
    with pytest.raises(ValueError, match=r"presentation \| questions \| discussion"):
        load(OWN.replace('id = "intro"', 'id = "intro"\npart = "baseline"'))
