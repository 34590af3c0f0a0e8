"""What a team is told, as lines: one database holds them, and the last word of a key is read."""

import re

import pytest

from hub.course.phases import fold
from hub.records import Second, Value
from hub.results.pipeline import CourseChanged, Ledgers
from hub.store.table import COMMON, TEAM
from hub.store.team import TeamMaker
from hub.team.curve import Team
from tests.rows import NS, OPEN_NS
from tests.store.held import measurement
from tests.test_team import Room, press, steady

LINE = re.compile(r"^(?P<name>\w+),(?P<tags>\S+) (?P<fields>.+) (?P<ns>\d+)$")


class Lines(Room):
    """The same room; what is told are lines."""

    def __init__(self, late=True, seats=9, **how):
        super().__init__(steady, seats=seats, late=late)
        self.team = _Fed(TeamMaker("s", "r", "one", Team(late, **how)))
        self.told = []
        self.press(press("a", 1, phase="baseline"), press("p", 2, "presenter", seat=1))

    def held(self):
        """(measurement, time) -> fields, as InfluxDB has them in the end."""
        found = [LINE.match(line) for line in self.told]
        return {(one["name"], int(one["ns"])): one["fields"] for one in found}


class _Fed:
    def __init__(self, maker):
        self.feed, self.finish = maker.lines, maker.finish


def test_no_line_has_a_tag_or_field_outside_the_table():
    room = Lines().go(1, 150)
    names = set()
    for line in room.told:
        found = LINE.match(line)
        row = measurement(found["name"], TEAM)
        names.add(row.name)
        assert [tag.split("=")[0] for tag in found["tags"].split(",")] == [*COMMON, *row.tags]
        said = set(re.findall(r"(?:^|,)(\w+)=", re.sub(r'"[^"]*"', '""', found["fields"])))
        assert said <= {field.name for field in row.fields}
    assert names == {"room", "status", "coverage_room", "phases"}


@pytest.mark.parametrize("word", ["seat", "role", "presenter", "speaker", "n", "seats", "median"])
def test_no_line_names_a_seat_or_a_role_or_how_many(word):
    room = Lines().go(1, 150)
    assert room.told and not any(re.search(rf"\b{word}=", line) for line in room.told)


def test_figures_are_in_tenths():
    room = Lines().go(1, 150)
    figures = [x for line in room.told if line.startswith("room,")
               for x in re.findall(r"=(-?[\d.]+)[, ]", line.split(" ", 1)[1])]
    assert figures and all(re.fullmatch(r"-?\d+\.\d", x) for x in figures)


def test_in_the_end_no_point_says_that_the_curve_comes_after_the_session():
    room = Lines(late=False).go(1, 200)
    assert {name for name, _ in room.held()} == {"phases", "status"}
    assert all('code="after"' in text for (name, _), text in room.held().items()
               if name == "status")
    room.finish(200)
    assert "after" not in str([text for (name, _), text in room.held().items()
                               if name == "status"])
    assert sum(name == "room" for name, _ in room.held()) > 190


def test_a_phase_that_is_moved_is_voided_where_it_was_and_written_anew():
    """Its start is InfluxDB's key: the old point would stay otherwise, as a second phase."""
    room = Lines()
    room.press(press("b", 60, phase="presentation"))
    room.press(press("r", 70, "retime", target="b", to_ns=OPEN_NS + 40 * NS))
    found = {ns: fields for (name, ns), fields in room.held().items() if name == "phases"}
    old, new = found[OPEN_NS + 60 * NS], found[OPEN_NS + 40 * NS]
    assert "void=1i" in old and "void=0i" in new and 'label="Presentation' in new
    before = found[OPEN_NS + NS]
    assert f"end_ms={(OPEN_NS + 40 * NS) // 1_000_000}i" in before and "void=0i" in before


def test_what_lasts_ends_where_it_was_moved_to_also_once_it_was_ticked_on():
    """The tick writes the end of the phase that lasts; its voided point is not written again."""
    room = Lines().go(1, 30)
    room.press(press("r", 30, "retime", target="a", to_ns=OPEN_NS + 20 * NS))
    room.go(30, 60)
    found = {ns: fields for (name, ns), fields in room.held().items() if name == "phases"}
    assert "void=1i" in found[OPEN_NS + NS] and "void=0i" in found[OPEN_NS + 20 * NS]


def test_what_is_fed_out_of_a_session_is_no_line():
    maker = TeamMaker("s", "r", "one", Team(late=True))
    assert maker.lines(Second(1, OPEN_NS, {"hr": Value(66.0, 1.0)})) == []
    assert maker.lines(CourseChanged(fold([]))) == []
    assert maker.lines(Ledgers(OPEN_NS, ())) == []
