"""Every query of every dashboard, asked of a real InfluxDB that holds a recorded session; and the
pictures of the documents, which are drawn of the answers."""

import re
from html import escape

import pytest

from dashboards.__main__ import ALL
from dashboards.course import END
from dashboards.names import NAMES
from dashboards.palette import PHASES
from dashboards.room import DASHBOARD as ROOM
from hub.store.table import RAW, SEATS
from tests.dashboards.conftest import OPEN, RUNNING, write
from tests.dashboards.draw import Painter, drawn
from tests.dashboards.macros import Window, choose
from tests.recorded import ACTS, END_S, PRESENTER, UNDONE, Recording
from tests.rows import NS, OPEN_NS
from tests.store.held import of_bucket
from tests.system.influx import Influx

WHOLE = Recording()
OPEN_MS = OPEN_NS // 1_000_000
SESSION = Window(OPEN_MS, OPEN_MS + END_S * 1000)
# What need not be there: the phase that was undone, kinds of phase of no protocol that is shipped,
# and (in a column) the reason why a phase was not judged.
OPTIONAL = re.compile(rf"\"phase\" (= '{UNDONE}'|!~)")
DASHED = 'stroke-dasharray="3 3"'  # a moment that is marked
PICK = {"session": WHOLE.session, "room": WHOLE.room}
ids = [dashboard.uid for dashboard in ALL]
every = pytest.mark.parametrize("dashboard", ALL, ids=ids)


class Reader:
    """Somebody who looks at a dashboard in a window of time."""

    def __init__(self, influx, dashboard, window=SESSION, **pick):
        self.ask = lambda text: influx.query(text, db=dashboard.source)
        given = {name: value for name, value in (PICK | pick).items()
                 if name in {variable.name for variable in dashboard.variables}}
        self.page, self.window = dashboard, window
        self.chosen = choose(dashboard, self.ask, window, **given)

    def rows(self, text):
        return self.ask(self.window.fill(text, self.chosen))


def test_all_phases_were_recorded_but_the_undone_one():
    pressed = {act.value for act in ACTS if act.kind == "phase"}
    assert pressed == set(PHASES), "every kind that has a colour"
    assert WHOLE.acts == ACTS and UNDONE in pressed


@every
def test_every_variable_has_something_to_choose(influx, dashboard):
    chosen = Reader(influx, dashboard).chosen
    assert all(chosen.values()) and set(chosen) == {one.name for one in dashboard.variables}


@every
def test_each_page_can_be_drawn_whole(influx, dashboard):
    """Each panel, and the moments that are marked."""
    document = drawn(Painter(influx, dashboard, SESSION, **PICK))
    panels = [panel for row in dashboard.rows for panel in row.panels]
    assert [one.title for one in panels if f"<h2>{escape(one.title)} " not in document] == []
    moments = [row for layer in dashboard.layers if not layer.end
               for row in Reader(influx, dashboard).rows(layer.query)]
    assert (DASHED in document) == bool(moments)


def test_a_session_that_still_runs_can_be_chosen_for_its_kits_alone(influx):
    offered = {}
    for dashboard in ALL:
        for one in dashboard.variables:
            if one.name == "session":
                rows = influx.query(one.query, dashboard.source)
                offered[dashboard.uid] = {row["value"] for row in rows}
    assert offered["stillpoint-review"] == offered["stillpoint-seats"] == {WHOLE.session}
    assert offered["stillpoint-kits"] == {WHOLE.session, RUNNING.session}


def test_a_phase_of_ones_own_can_be_chosen_for_the_trends_of_a_study(influx):
    study = Reader(influx, next(one for one in ALL if one.uid == "stillpoint-study"))
    (phase,) = (one for one in study.page.variables if one.name == "phase")
    there = influx.query('SELECT n, phase FROM "phase_stats"', study.page.source)
    assert {row["value"] for row in study.rows(phase.query)} == {row["phase"] for row in there}
    assert study.chosen["phase"] == ("presentation",), "unless another is chosen"


def test_nothing_is_drawn_of_what_no_kit_measures():
    assert not any("battery" in query.text for one in ALL for panel in one.panels
                   for query in panel.queries)


@every
def test_every_query_of_every_panel_gives_the_columns_that_it_names(influx, dashboard):
    reader = Reader(influx, dashboard)
    for panel in dashboard.panels:
        for query in panel.queries:
            rows = reader.rows(query.text)
            assert rows or OPTIONAL.search(query.text), (panel.title, query.text)
            for row in rows:
                assert set(query.gives) <= set(row), (panel.title, query.text)
            for name in query.gives if rows else ():
                assert any(row[name] is not None for row in rows), (panel.title, name)


@every
def test_every_override_is_for_something_that_is_there(influx, dashboard):
    reader = Reader(influx, dashboard)
    for panel in dashboard.panels:
        named = set(_names(reader, panel))
        for name in panel.overrides:
            found = (re.search(name[1:-1], one) for one in named)
            there = any(found) if name.startswith("/") else name in named
            assert there or name.startswith("seat "), (panel.title, name)


def _names(reader, panel):
    """What Grafana would call the series or columns of a panel."""
    renamed = {}
    for one in panel.transformations:
        renamed |= one["options"].get("renameByName", {})
    for query in panel.queries:
        for row in reader.rows(query.text) if "$tag" in query.alias else [{}]:
            for column in query.gives:
                said = query.alias.replace("$col", column) or column
                said = re.sub(r"\$tag_(\w+)", lambda tag, row=row: row[tag[1]], said)
                yield renamed.get(said, said)


@every
def test_every_query_runs_where_nobody_was_measured(influx, dashboard):
    begin_ms = OPEN.open_ns // 1_000_000
    reader = Reader(influx, dashboard, Window(begin_ms, begin_ms + 100_000),
                    session=OPEN.session, room=OPEN.room)
    for text in (query.text for panel in dashboard.panels for query in panel.queries):
        assert isinstance(reader.rows(text), list)


@every
def test_every_layer_runs_and_finds_what_was_recorded(influx, dashboard):
    reader = Reader(influx, dashboard)
    for layer in dashboard.layers:
        rows = reader.rows(layer.query)
        assert rows or OPTIONAL.search(layer.query), layer.name
        assert all(row[layer.text] for row in rows), layer.name
        assert all(row[layer.end] * 1_000_000 > row["time"] for row in rows if layer.end)


@every
def test_grafana_finds_text_and_end_of_a_layer_whichever_way_it_asks(influx, dashboard):
    """By name, or (through its backend) by measurement and name; the end to the letter."""
    for layer in dashboard.layers:
        if not layer.end:
            continue
        measurement = re.search(r'FROM "(\w+)"', layer.query)[1]
        columns = re.findall(r'(?:AS )?"([\w.]+|\$\{language:raw\})"(?=,| FROM)', layer.query)
        for asked in (columns, [f"{measurement}.{column}" for column in columns]):
            assert asked.count(layer.end) == 1, (layer.name, asked)
            (text,) = [column for column in asked if layer.text in column]
            assert asked.index(text) == 1, "the first column is the title, and numbers the phase"


@every
def test_nothing_is_asked_for_that_the_hub_does_not_store(dashboard):
    for text in _texts(dashboard):
        text = re.sub(r"\$\{language:raw\}", "label", text)
        (measurement,) = set(re.findall(r'FROM "(\w+)"', text))
        known = {one.name: one for one in of_bucket(dashboard.source)}
        assert measurement in known, text
        one = known[measurement]
        said = re.sub(r'AS "[^"]+"', "", text).replace(f'FROM "{measurement}"', "")
        asked = set(re.findall(r'"([^"]+)"', said)) - set(re.findall(r'KEY = "(\w+)"', text))
        asked -= set(re.findall(r'AS "(\w+)"', text.partition("FROM (")[2]))
        stored = {"site", "room", "session", *one.tags, *(field.name for field in one.fields)}
        assert asked <= stored, text


def _texts(dashboard):
    yield from (query.text for panel in dashboard.panels for query in panel.queries)
    yield from (layer.query for layer in dashboard.layers)
    yield from (one.query for one in dashboard.variables if one.query)


@every
def test_a_phase_that_began_before_the_window_still_shows(influx, dashboard):
    late = Window(OPEN_MS + 580_000, OPEN_MS + 610_000)
    reader = Reader(influx, dashboard, late)
    shown = [layer.name for layer in dashboard.layers
             if layer.end == END and reader.rows(layer.query)]
    if dashboard.layers:
        assert "discussion" in shown
    for panel in dashboard.panels:
        if panel.title == "Phase":
            (row,) = reader.rows(panel.queries[0].text)
            assert row["phase"].startswith("Discussion")


@every
def test_an_undone_phase_is_gone(influx, dashboard):
    undone = influx.query(f"SELECT void FROM phases WHERE phase = '{UNDONE}'", dashboard.source)
    assert [row["void"] for row in undone] == [1], "it was written, and voided"
    reader = Reader(influx, dashboard)
    layers = {layer.name: layer for layer in dashboard.layers}
    if layers:
        assert reader.rows(layers[UNDONE].query) == []
    for panel in dashboard.panels:
        for query in panel.queries:
            said = str(reader.rows(query.text))
            assert not any(name in said for name in (UNDONE, *NAMES[UNDONE])), panel.title


def test_an_open_phase_ends_now(influx):
    begin_ms = OPEN.open_ns // 1_000_000
    now_ms = begin_ms + (OPEN.end_s + 3) * 1000
    reader = Reader(influx, ROOM, Window(begin_ms, now_ms), room=OPEN.room)
    layers = {layer.name: layer for layer in ROOM.layers}
    (row,) = reader.rows(layers["case-call"].query)
    assert 0 <= now_ms - row["end_ms"] <= 5_000
    (row,) = reader.rows(layers["baseline"].query)
    assert row["end_ms"] == begin_ms + 60_000
    assert reader.rows(layers["questions"].query) == []


def test_the_phase_now_is_the_one_that_runs_and_none_once_the_session_is_over(influx):
    now = next(panel for panel in ROOM.panels if panel.title == "Phase now").queries[0].text
    begin_ms = OPEN.open_ns // 1_000_000
    during = Window(begin_ms, begin_ms + (OPEN.end_s + 3) * 1000)
    (row,) = Reader(influx, ROOM, during, room=OPEN.room).rows(now)
    assert row["phase"] == "Case call"
    assert 35 <= row["elapsed"] <= 43, "seconds since it began at 60, moved on every five"
    after = Window(OPEN_MS, OPEN_MS + (END_S + 60) * 1000)
    assert Reader(influx, ROOM, after).rows(now) == []


def test_phases_are_named_in_every_language(influx):
    strip = next(panel for panel in ROOM.panels if panel.title == "Phase").queries[0].text
    said = {tongue: [row["phase"] for row in Reader(influx, ROOM, language=tongue).rows(strip)]
            for tongue in ("label", "label_hu", "label_de")}
    assert said["label_hu"][0] == "Csendes nyugalom" and said["label_de"][3] == "Fallvorstellung"
    assert [len(names) for names in said.values()] == [8, 8, 8]


def test_the_presenter_is_the_one_that_was_marked(influx):
    review = next(one for one in ALL if one.uid == "stillpoint-review")
    assert Reader(influx, review).chosen["presenter"] == (str(PRESENTER),)


def test_a_wide_window_never_brings_whole_waves(influx):
    """25 values a second for an hour and a half and every seat would stop a browser."""
    seats = next(one for one in ALL if one.uid == "stillpoint-seats")
    (pulse,) = [one.queries[0].text for one in seats.panels if one.title == "Pulse wave"]
    rows = Reader(influx, seats, seat="1").rows(pulse)
    assert 0 < len(rows) <= 121 * 25
    assert min(row["time"] for row in rows) >= (SESSION.to_ms - 120_000) * 1_000_000


def test_a_query_that_names_what_is_not_there_would_be_found(influx):
    reader = Reader(influx, next(one for one in ALL if one.source == SEATS))
    assert reader.rows('SELECT "no such" FROM "features" WHERE $timeFilter') == []
    with pytest.raises(Exception, match="400"):
        reader.rows('SELECT "label" FROM "phases" WHERE time >= ${__from}hours')
    assert OPEN_NS % NS == 0


def panel_of(uid, title):
    page = next(one for one in ALL if one.uid == uid)
    return page, next(panel for panel in page.panels if panel.title == title)


def test_a_session_of_two_cases_counts_once_in_the_means_of_a_study(influx):
    if not isinstance(influx, Influx):
        pytest.skip("set-up makes no bucket that nobody else looks at")
    points = (("one", 0, 60), ("one", 9, 80), ("two", 5, 100))
    write(influx, [(RAW, f"phase_stats,site=s,room=room,session={session},phase=baseline,"
                         f"who=presenter hr={hr},n=6i,void=0i {OPEN_NS + at_s * NS}")
                   for session, at_s, hr in points])
    page, panel = panel_of("stillpoint-study", "Heart rate, phase by phase")
    reader = Reader(influx, page)
    asked = reader.window.fill(panel.queries[0].text, reader.chosen | {"site": ("s",)})
    (row,) = influx.query(asked, RAW)
    assert row[panel.queries[0].gives[1]] == 85.0, "of 70 and 100"


def test_a_turn_is_drawn_from_its_beginning_to_its_end(influx):
    page, panel = panel_of("stillpoint-review", "Who presented, who spoke")
    rows = Reader(influx, page).rows(panel.queries[0].text)
    said = [(row["role"], row["seat"], row["on"], (row["time"] - OPEN_NS) // NS) for row in rows]
    assert ("speaker", str(PRESENTER), 1, 276) in said
    assert ("speaker", str(PRESENTER), 0, 470) in said and ("speaker", "4", 1, 470) in said
    shown = panel.defaults["mappings"][0]["options"]
    assert set(shown) == {"0", "1"} and shown["0"]["color"] != shown["1"]["color"]


def test_the_spread_counts_every_seat_once_in_each_step_of_time(influx):
    """Grafana counts points, however wide the panel and its interval are."""
    page, panel = panel_of("stillpoint-review", "Spread over all seats")
    steps = panel.options["calculation"]["xBuckets"]
    assert steps == {"mode": "size", "value": "30s"}
    for interval in ("5s", "60s"):
        window = Window(SESSION.from_ms, SESSION.to_ms, interval)
        rows = Reader(influx, page, window).rows(panel.queries[0].text)
        cells = [(row["time"] // (30 * NS), row["seat"]) for row in rows]
        assert len(cells) == len(set(cells)) > 0
        columns = {column for column, _ in cells}
        assert len(columns) == max(columns) - min(columns) + 1, "and none is empty"


def test_the_quartiles_lie_about_the_median(influx):
    page, panel = panel_of("stillpoint-review", "Heart rate, phase by phase")
    for row in Reader(influx, page).rows(panel.queries[0].text):
        assert row["lower quartile"] < row["median"] < row["upper quartile"], row["phase"]
