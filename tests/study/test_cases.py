"""Which stretch of a session is which part of a case, and who presents in it."""

import pytest

from hub.course.library import library, shipped_names
from hub.course.protocol import CASE_PARTS, load
from hub.records import NS
from hub.study.cases import cases_of, not_compared
from tests.rows import OPEN_NS, protocol_text
from tests.study.presses import LONG_S, course_of, pressed, said

ONE_CASE = ("baseline", "building-trust", "case-call", "presentation", "questions", "discussion",
            "integration", "closing", "recovery")
COMPARED = ["baseline", "presentation", "questions", "discussion-early", "discussion-middle",
            "discussion-late", "integration"]


def cases(phases, *more, protocol=None, told=None):
    course = course_of([*pressed(*phases), *more], len(phases) * LONG_S, protocol)
    return cases_of(course, OPEN_NS + len(phases) * LONG_S * NS, told)


def named(case, name):
    """(from, to) of the stretches of this name, in seconds."""
    return [((one.start_ns - OPEN_NS) / NS, (one.end_ns - OPEN_NS) / NS)
            for one in case.stretches if one.name == name]


def compared(case):
    return [name for name in case.names if name in COMPARED]


NO_RETURN = COMPARED[:-1]  # nobody went away
STAYS = {"no-push-back-90"}  # the presenter, in the circle
CASES = {"double-90": 2}
NOT_COMPARED = {"building-trust", "case-call", "closing", "recovery", "last-word", "outer-circle"}


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_protocol_has_what_contrasts_compare(name):
    phases = library().protocols[name].order
    found = cases(phases, protocol=protocol_text(name))
    assert len(found) == CASES.get(name, 1)
    for case in found:
        assert compared(case) == (NO_RETURN if name in STAYS else COMPARED)
        assert case.sits_back == (name not in STAYS)
    course = course_of(pressed(*phases), len(phases) * LONG_S, protocol_text(name))
    assert not_compared(course, {}) == [
        phase for phase in dict.fromkeys(phases) if phase in NOT_COMPARED]


@pytest.mark.parametrize("name", shipped_names())
def test_by_the_parts_of_a_shipped_protocol_push_back_is_asked_where_somebody_sits_back(name):
    protocol = library().protocols[name]
    parts = {phase.id: phase.compared_as for phase in protocol.phases}
    has = CASE_PARTS[:3] if name in STAYS else CASE_PARTS
    assert {part for part in parts.values() if part} == {*has, "baseline"}
    talks = [phase for phase in protocol.phases if phase.compared_as == "discussion"]
    assert [phase.presenter_in_circle for phase in talks] == [name in STAYS]


def test_the_double_protocol_has_two_cases_two_presenters_and_a_rest_before_each():
    phases = library().protocols["double-90"].order
    first, second = cases(phases, said("presenter", 200, seat=2), said("presenter", 750, seat=3),
                          protocol=protocol_text("double-90"))
    assert (first.presenter, second.presenter) == (2, 3)
    assert (first.others, second.others) == ((), ())
    assert named(first, "baseline") == [(30, 90)]
    assert named(second, "baseline") == [(660, 720)]


def test_a_break_ends_the_first_case_and_is_in_no_figure_of_it():
    phases = [*library().protocols["double-90"].order]
    phases[7] = "break"
    first, second = cases(phases, protocol=protocol_text("double-90"))
    assert named(first, "integration") == [(540, 630)]
    assert compared(first) == compared(second) == COMPARED
    assert named(first, "baseline") == named(second, "baseline") == [(30, 90)]


def test_the_outer_circle_is_not_in_the_inner_circles_discussion():
    phases = library().protocols["fishbowl-90"].order
    (case,) = cases(phases, protocol=protocol_text("fishbowl-90"))
    assert named(case, "discussion-late") == [(510, 540)]  # then the outer circle, for 90 s
    assert named(case, "integration") == [(630, 720)]


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
