"""The team's page where it is shown after the session, as it is unless somebody chose otherwise:
the same database before the end, and after it."""

import shutil

import pytest

from dashboards.room import DASHBOARD as ROOM
from tests.dashboards.conftest import write
from tests.dashboards.macros import Window
from tests.dashboards.test_queries import Reader
from tests.recorded import END_S, Recording, journal, parts
from tests.rows import NS, OPEN_NS
from tests.system.influx import running_influx

TEAM = "stillpoint-team"
OUT_S = (250, 310)  # seat 3 is silent for this minute
WHOLE = Recording(lost=((3, *OUT_S),))
WINDOW = Window(OPEN_NS // 1_000_000, OPEN_NS // 1_000_000 + (END_S + 60) * 1000)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What is in the bucket before the end, and the database after it."""
    if shutil.which("influxd") is None:
        pytest.skip("influxd is not installed")
    folder = tmp_path_factory.mktemp("after")
    (folder / "influx").mkdir()
    made = journal(folder / "whole", WHOLE)
    with running_influx(folder / "influx") as influx:
        told = parts(made, waves=False, late=False)
        write(influx, next(told))
        before = {one: influx.query(f'SELECT * FROM "{one}"', TEAM)
                  for one in ("room", "status", "coverage_room", "phases")}
        write(influx, next(told))
        yield before, influx


def test_before_the_end_there_are_phases_and_a_promise(told):
    before, _ = told
    assert before["room"] == before["coverage_room"] == []
    assert len(before["status"]) > 10 and {row["code"] for row in before["status"]} == {"after"}
    assert len(before["phases"]) >= 5


def test_after_it_nothing_is_left_of_the_promise(told):
    """Two words of one time would flicker in the strip, and the last might be the wrong one."""
    before, influx = told
    after = influx.query('SELECT * FROM "status"', TEAM)
    assert {row["code"] for row in after} == {"shown", "between", "not-now"}
    assert {row["time"] for row in before["status"]} <= {row["time"] for row in after}


def test_every_query_of_the_room_answers_as_it_does_late(told):
    _, influx = told
    reader = Reader(influx, ROOM, WINDOW)
    for panel in ROOM.panels:
        for query in panel.queries:
            rows = reader.rows(query.text)
            if panel.title not in ("Phase now", "It has lasted"):  # none runs
                assert rows, panel.title
                for name in query.gives:
                    assert any(row[name] is not None for row in rows), (panel.title, name)


def test_the_minutes_outage_shows_in_the_strip_and_stops_the_curve(told):
    _, influx = told
    reader = Reader(influx, ROOM, WINDOW)
    panels = {panel.title: panel.queries[0].text for panel in ROOM.panels if panel.queries}
    came = {(row["time"] - OPEN_NS) // NS: row["received"] for row in reader.rows(
        panels["Samples received"]) if row["received"] is not None}
    out = [share for second, share in came.items() if OUT_S[0] + 15 <= second <= OUT_S[1]]
    whole = [share for second, share in came.items() if 30 < second < OUT_S[0]]
    assert out and set(out) == {0.9} and set(whole) == {1.0}
    curve = {(row["time"] - OPEN_NS) // NS for row in reader.rows(panels["Arousal of the group"])
             if row["middle"] is not None}
    assert curve and not curve & set(range(OUT_S[0] + 40, OUT_S[1]))
