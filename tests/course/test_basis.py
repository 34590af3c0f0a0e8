"""When a baseline was changed that was over: what was shown before was against another one."""

import pytest

from hub.course.basis import corrected_ns
from hub.course.phases import fold
from tests.course.test_phases import T0, S, ns, opening, say

PRESSED = (say("phase", 10, "baseline"), say("phase", 190, "case-call"))
FIRST, SECOND = (event.id for event in PRESSED)


def heard(*events):
    found = corrected_ns([*opening(), *PRESSED, *events])
    return None if found is None else (found - T0) / S


def test_a_baseline_that_ends_as_it_should_was_never_corrected():
    assert heard() is None
    assert heard(say("phase", 300, "presentation"), say("close", 600)) is None
    assert heard(say("retime", 100, target=FIRST, to_ns=ns(5))) is None, "it still ran"


@pytest.mark.parametrize("word", [
    say("retime", 700, target=FIRST, to_ns=ns(5)),
    say("retime", 700, target=SECOND, to_ns=ns(180)),
    say("undo", 700, FIRST),
    say("delete", 700, FIRST),
    say("undo", 700, SECOND),
    say("phase", 60, "building-trust", heard_s=700),  # a box without Wi-Fi: it ended long before
], ids=lambda event: event.kind)
def test_whatever_changes_it_once_it_is_over_is_a_correction(word):
    assert heard(word) == 700


def test_a_forgotten_baseline_that_is_inserted_is_one_too():
    events = [*opening(), say("phase", 190, "case-call"), say("close", 600),
              say("phase", 5, "baseline", heard_s=800)]
    assert corrected_ns(events) == ns(800)
    assert fold(events).baselines == [(ns(5), ns(190))]


def test_the_last_one_counts_and_what_changes_nothing_does_not():
    later = say("retime", 700, target=FIRST, to_ns=ns(5), id="moved")
    assert heard(later, say("marker", 800, "laughter"), say("speaker", 900, 2)) == 700
    assert heard(later, say("retime", 800, target=FIRST, to_ns=ns(5))) == 700
    assert heard(later, say("undo", 900, "moved")) == 900
