"""Who presented and who spoke: as the presses stand, whatever was corrected and when."""

import pytest

from hub.analysis.spoken import spoken_by
from hub.analysis.turns import turns_of
from hub.course.phases import fold
from hub.records import Event
from tests.rows import NS, OPEN_NS, protocol_text


def said(kind, at_s, received_s=None, **data):
    at_ns = OPEN_NS + at_s * NS
    heard_ns = at_ns if received_s is None else OPEN_NS + received_s * NS
    return Event(f"{kind}-{at_s}", kind, at_ns, "console", data, heard_ns)


OPEN = said("open", 0, site="s", room="r", protocol=protocol_text())
SEATS = [said("seat", k, seat=k, kit=f"kit-{k}") for k in (1, 2, 3)]
PRESSES = [
    said("presenter", 10, seat=2), said("speaker", 12, seat=2), said("speaker", 30, seat=None),
    said("speaker", 40, seat=3), said("speaker", 50, seat=1),
]
CLOSE = said("close", 100)


def turns(*more, close=True, without=()):
    """(role, seat, from, to) in seconds, of the presses and what else was said."""
    events = [OPEN, *SEATS, *PRESSES, *more, *([CLOSE] if close else ())]
    return [
        (one.role, one.seat, (one.start_ns - OPEN_NS) / NS,
         None if one.end_ns is None else (one.end_ns - OPEN_NS) / NS)
        for one in turns_of(fold(events), without)
    ]


def test_a_turn_lasts_until_another_is_named_or_nobody_or_the_close():
    assert turns() == [
        ("presenter", 2, 10, 100),
        ("speaker", 2, 12, 30), ("speaker", 3, 40, 50), ("speaker", 1, 50, 100),
    ]


@pytest.mark.parametrize("heard_s", [60, 200])  # while it runs, and after the close
def test_corrections_are_in(heard_s):
    moved = said("retime", 55, heard_s, target="speaker-40", to_ns=OPEN_NS + 35 * NS)
    undone = said("undo", 56, heard_s + 1, target="speaker-50")
    assert turns(moved, undone)[1:] == [("speaker", 2, 12, 30), ("speaker", 3, 35, 100)]
    back = said("undo", 58, heard_s + 2, target="undo-56")
    assert turns(moved, undone, back)[2:] == [("speaker", 3, 35, 50), ("speaker", 1, 50, 100)]


def test_what_still_lasts_has_no_end():
    assert turns(close=False)[-1] == ("speaker", 1, 50, None)


def test_an_erased_seat_has_no_turns():
    assert {seat for _, seat, *_ in turns(without={2})} == {3, 1}


@pytest.mark.parametrize(("taps", "spoke"), [
    ((), {2: [(12, 30)], 3: [(40, 50)], 1: [(50, 60), (80, 100)]}),  # the last tap holds after it
    ((said("speaker", 70, seat=3),), {2: [(12, 30)], 3: [(40, 50), (70, 100)], 1: [(50, 60)]}),
])
def test_nobody_speaks_in_quiet_rest_unless_it_is_said_within_it(taps, spoke):
    """Who taps sits quietly, too, and does not say "nobody"."""
    rest = [said("phase", 60, phase="baseline"), said("phase", 80, phase="case-call")]
    course = fold([OPEN, *SEATS, *PRESSES, *rest, *taps, CLOSE])
    assert spoke == {seat: [((a - OPEN_NS) / NS, (b - OPEN_NS) / NS) for a, b in each]
                     for seat, each in spoken_by(course, CLOSE.at_ns).items()}


def test_of_a_session_that_nobody_opened_there_are_none():
    assert turns_of(fold([])) == []
