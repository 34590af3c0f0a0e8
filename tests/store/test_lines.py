"""Line protocol: what InfluxDB is told of each result."""

import math

from hub.course.phases import fold
from hub.records import Event, Group, Second, Value, Wave
from hub.results.pipeline import CourseChanged
from hub.store.lines import LineMaker
from hub.store.text import escape, quote
from tests.rows import NS, OPEN_NS, protocol_text


def maker():
    return LineMaker("north site", "room", "session-1")


def test_tags_and_strings_survive_what_line_protocol_reserves():
    assert escape("a b,c=d\\") == "a\\ b\\,c\\=d\\\\"
    assert quote('say "x" \\') == '"say \\"x\\" \\\\"'


def test_a_second_is_one_line_without_what_is_withheld():
    values = {"hr": Value(66.5, 0.9), "rmssd": Value(None, 0.0, "window not full")}
    (line,) = maker().lines(Second(3, OPEN_NS, values))
    assert line == (
        "features,site=north\\ site,room=room,session=session-1,seat=3 "
        f"hr=66.5,hr_q=0.900 {OPEN_NS}"
    )


def test_a_second_says_what_was_wrong_with_its_signals_and_nothing_where_they_were_good():
    values = {"quality_ppg": Value(0.4, 1.0, "weak pulse"), "quality_eda": Value(1.0, 1.0)}
    (line,) = maker().lines(Second(3, OPEN_NS, values))
    assert 'cause_ppg="weak pulse" ' in line and "cause_eda" not in line


def test_a_second_says_where_arousal_is_not_against_the_own_baseline():
    for reason, said in (("baseline too short", True), (None, False)):
        (line,) = maker().lines(Second(3, OPEN_NS, {"arousal": Value(1.5, 0.4, reason)}))
        assert ('arousal_reason="baseline too short" ' in line) == said


def test_a_group_without_a_valid_seat_still_says_how_many():
    (line,) = maker().lines(Group(OPEN_NS, 0, None, None, None, "no valid seat"))
    assert line.split(" ", 2)[2] == f"n=0i {OPEN_NS}" or line.endswith(f" n=0i {OPEN_NS}")


def test_a_wave_is_a_line_a_point_and_a_gap_is_no_line():
    lines = maker().lines(Wave(1, "eda", OPEN_NS, 62_500_000, (1.5, math.nan, 2.0)))
    assert [line.split()[-1] for line in lines] == [str(OPEN_NS), str(OPEN_NS + 125_000_000)]


def press(name, at_s, kind="phase", **data):
    return Event(name, kind, OPEN_NS + at_s * NS, "console", data, OPEN_NS + at_s * NS)


def test_nothing_is_said_of_what_an_erased_seat_did():
    opening = Event("o", "open", OPEN_NS, "hub", {"protocol": protocol_text()}, OPEN_NS)
    said = [press(f"s{seat}", 0, "seat", seat=seat, kit=f"kit-{seat}") for seat in (3, 4)]
    said += [press(f"{kind}{seat}", at_s, kind, seat=seat) for kind in ("presenter", "speaker")
             for at_s, seat in ((5, 3), (9, None), (12, 4))]
    make = LineMaker("site", "room", "s", without=frozenset({3}))
    lines = make.lines(CourseChanged(fold([opening, *said])))
    assert [line.split()[0].partition("role=")[2] for line in lines] == [
        "presenter,seat=4", "speaker,seat=4"]


def test_a_phase_that_is_undone_is_voided_under_its_own_key():
    opening = Event("o", "open", OPEN_NS, "hub", {"protocol": protocol_text()}, OPEN_NS)
    first, second = press("a", 1, phase="baseline"), press("b", 9, phase="presentation")
    make = maker()
    stood = make.lines(CourseChanged(fold([opening, first, second])))
    assert sum("void=0i" in line for line in stood) == 2
    undo = press("u", 12, kind="undo", target="b")
    after = make.lines(CourseChanged(fold([opening, first, second, undo])))
    key = next(line for line in stood if "presentation" in line).split()
    (voided,) = [line for line in after if "void=1i" in line]
    assert (voided.split()[0], voided.split()[-1]) == (key[0], key[-1])
