"""The table of what is in InfluxDB: nothing is written outside it, and it names nobody."""

import re

import pytest

from hub.course.phases import fold
from hub.records import Event, Group, Second, Value, Wave
from hub.results.pipeline import CourseChanged
from hub.store.lines import LineMaker
from hub.store.table import COMMON, SEATS, TABLE, TEAM
from tests.rows import NS, OPEN_NS, protocol_text
from tests.store.held import measurement

LINE = re.compile(r"^(?P<name>\w+),(?P<tags>\S+) (?P<fields>.+) \d+$")


def course():
    opening = Event("o", "open", OPEN_NS, "hub", {"protocol": protocol_text()}, OPEN_NS)
    at = OPEN_NS + NS
    return fold([opening, Event("a", "phase", at, "console", {"phase": "baseline"}, at)])


RESULTS = (
    Second(3, OPEN_NS, {"hr": Value(66.5, 0.9), "quality_eda": Value(0.0, 1.0, "gap"),
                        "quality_ppg": Value(0.1, 1.0, "motion")}),
    Group(OPEN_NS, 5, 0.1, -0.2, 0.3, None),
    Wave(1, "eda", OPEN_NS, 62_500_000, (1.5, 2.0)),
    Wave(1, "ppg", OPEN_NS, 40_000_000, (1.5, 2.0)),
    CourseChanged(course()),
)


@pytest.mark.parametrize("result", RESULTS, ids=lambda r: type(r).__name__)
def test_no_line_has_a_tag_or_field_outside_the_table(result):
    lines = LineMaker("site", "room", "session").lines(result)
    assert lines
    for line in lines:
        found = LINE.match(line)
        assert found, line
        row = measurement(found["name"], SEATS)
        tags = [tag.split("=")[0] for tag in found["tags"].split(",")]
        assert tags == [*COMMON, *row.tags]
        named = set(re.findall(r"(?:^|,)(\w+)=", found["fields"]))
        assert named and named <= {field.name for field in row.fields}


def test_a_bucket_has_a_measurement_once_and_a_measurement_a_field_once():
    keys = [(row.bucket, row.name) for row in TABLE]
    assert len(keys) == len(set(keys))
    for row in TABLE:
        names = [field.name for field in row.fields]
        assert len(names) == len(set(names)), row.name


def test_what_teams_see_has_no_seat_and_no_role():
    for row in TABLE:
        if row.bucket == TEAM:
            said = {*row.tags, *(field.name for field in row.fields)}
            assert not said & {"seat", "role", "who", "presenter", "speaker"}, row.name


def test_no_tag_could_name_a_person():
    bounded = {"seat", "phase", "label", "role", "who", "signal"}
    assert {tag for row in TABLE for tag in row.tags} <= bounded
