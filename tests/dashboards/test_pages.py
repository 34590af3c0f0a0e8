"""The rules that every page keeps, read from the JSON that is shipped."""

import json
import re
from itertools import combinations

import numpy as np
import pytest

from dashboards import review, room, seats
from dashboards.__main__ import ALL, FOLDER, path, written
from dashboards.palette import PHASES, YELLOW
from hub.policy import GROUP_MIN
from hub.signals import index, quality
from hub.signals.features import BY_NAME
from hub.store.table import SEATS, TEAM
from hub.store.team import STATUS as WORDS_OF_THE_HUB
from tests.dashboards.pictures import MARK
from tests.store.held import of_bucket

PAGES = {dashboard.uid: json.loads(path(dashboard).read_text("utf-8")) for dashboard in ALL}
page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)

# All of them are part of Grafana since 9.4 or before, and still of 13.
CORE = {"timeseries", "state-timeline", "stat", "table", "text", "barchart", "heatmap", "row"}
# What Grafana's description of the classic format names; what it does not name is ours by mistake.
PAGE_KEYS = {
    "uid", "title", "description", "tags", "editable", "graphTooltip", "schemaVersion", "version",
    "timezone", "weekStart", "style", "fiscalYearStartMonth", "liveNow", "refresh", "time",
    "timepicker", "templating", "annotations", "links", "panels",
}
PANEL_KEYS = {
    "id", "type", "title", "description", "gridPos", "options", "datasource", "fieldConfig",
    "targets", "transformations", "interval",
}
ROW_KEYS = {"id", "type", "title", "collapsed", "panels", "gridPos", "repeat", "repeatDirection"}
TARGET_KEYS = {"refId", "datasource", "query", "rawQuery", "resultFormat", "alias"}


def panels(page, rows=False):
    return [one for one in page["panels"] if rows or one["type"] != "row"]


def queries(page):
    for panel in panels(page):
        yield from (target["query"] for target in panel.get("targets", ()))
    yield from (layer["target"]["query"] for layer in page["annotations"]["list"])
    yield from (one["query"] for one in page["templating"]["list"] if one["type"] == "query")


def test_what_is_shipped_is_what_the_code_makes():
    assert {file for file in FOLDER.rglob("*.json")} == {path(one) for one in ALL}
    for one in ALL:
        assert path(one).read_text("utf-8") == written(one), "run python -m dashboards"


def test_pages_have_uids_of_their_own():
    assert len(PAGES) == len(ALL)
    assert all(re.fullmatch(r"[a-z-]{8,40}", uid) for uid in PAGES)


@page
def test_the_format_is_the_classic_one(page):
    assert set(page) == PAGE_KEYS and 30 <= page["schemaVersion"] <= 39
    for panel in panels(page, rows=True):
        assert set(panel) <= (ROW_KEYS if panel["type"] == "row" else PANEL_KEYS)
        for target in panel.get("targets", ()):
            assert set(target) <= TARGET_KEYS


@page
def test_only_panels_of_grafana_itself(page):
    assert {panel["type"] for panel in panels(page, rows=True)} <= CORE


@page
def test_every_panel_says_what_it_shows_and_in_which_unit(page):
    for panel in panels(page):
        assert panel["title"] and len(panel["description"]) > 15
        assert panel["type"] == "text" or panel["fieldConfig"]["defaults"]["unit"]
    titles = [panel["title"] for panel in panels(page)]
    assert len(titles) == len(set(titles))


@page
def test_panels_have_ids_and_places_of_their_own(page):
    ids = [panel["id"] for panel in panels(page, rows=True)]
    assert len(ids) == len(set(ids))
    taken = set()
    for panel in panels(page, rows=True):
        grid = panel["gridPos"]
        assert grid["x"] + grid["w"] <= 24
        cells = {(x, y) for x in range(grid["x"], grid["x"] + grid["w"])
                 for y in range(grid["y"], grid["y"] + grid["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells


@page
def test_nothing_can_be_changed_by_accident(page):
    assert page["editable"] is False


@page
def test_every_query_is_plain_influxql_of_one_measurement(page):
    for query in queries(page):
        assert query.startswith(("SELECT ", "SHOW TAG VALUES ")), query
        assert "|>" not in query and ";" not in query
        assert query.startswith("SHOW") or "time" in query, "bounded in time"


@page
def test_variables_are_put_in_with_their_form(page):
    """Grafana's versions differ in what they do with a bare ${name}."""
    known = {one["name"] for one in page["templating"]["list"]} | {"__from", "__to"}
    for query in queries(page):
        for name, form in re.findall(r"\$\{(\w+)(:\w+)?\}", query):
            assert name in known
            assert form or name.startswith("__"), query
        assert not re.search(r"\$(?!timeFilter|__interval|\{)\w", query), query


@page
def test_a_table_is_grouped_by_one_tag_at_most(page):
    """Grafana's backend puts the tags of a table's row in no order of its own."""
    for panel in panels(page):
        for target in panel.get("targets", ()):
            outer = re.sub(r"\(SELECT .*\)", "", target["query"])
            grouped = re.findall(r"GROUP BY (.+)$", outer)
            if target["resultFormat"] == "table" and grouped:
                assert grouped[0].count('"') == 2, panel["title"]


@page
def test_no_colour_is_red_or_named_only(page):
    for colour in set(re.findall(r'"(#[0-9A-Fa-f]{3,8})"', json.dumps(page))):
        red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
        assert not (red > 150 and green < 100 and blue < 100), colour
    assert not re.search(r'"#[0-9A-Fa-f]{8}"', json.dumps(page)), "Grafana drops transparency"
    words = re.findall(r'"(?:fixedColor|color|iconColor)": "([^"]+)"', json.dumps(page))
    assert all(word.startswith("#") for word in words)
    modes = set(re.findall(r'"color": \{"mode": "([^"]+)"', json.dumps(page)))
    assert modes <= {"fixed", "thresholds", "scheme"}


def contrast(colour):
    """With white, as the guidelines for accessible pages reckon it: from 1 to 21."""
    return 1.05 / (float(np.dot((0.2126, 0.7152, 0.0722), linear(colour))) + 0.05)


def linear(colour):
    """Red, green and blue as amounts of light."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


@page
def test_every_line_can_be_seen_on_white(page):
    for panel in panels(page):
        if panel["type"] != "timeseries":
            continue
        said = json.dumps(panel["fieldConfig"])
        for colour in re.findall(r'"fixedColor": "([^"]+)"', said):
            assert contrast(colour) > 2, (panel["title"], colour)
    assert contrast(YELLOW) < 2


# What is left of linear red, green and blue without one kind of cone (Machado and others 2009).
SIGHTS = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red ones": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
                    (-0.003882, -0.048116, 1.051998)),
    "no green ones": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
                      (-0.011820, 0.042940, 0.968881)),
    "no blue ones": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
                     (0.004733, 0.691367, 0.303900)),
}
XYZ = np.array(((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505)))
EASILY = 15  # CIELAB: 2 can be told apart side by side


def seen(colour, sight):
    """Where it lies in CIELAB, for somebody who sees so."""
    seen_linear = np.clip(np.array(SIGHTS[sight]) @ linear(colour), 0, 1)
    x, y, z = np.cbrt(XYZ @ seen_linear / XYZ.sum(axis=1))
    return np.array((116 * y - 16, 500 * (x - y), 200 * (y - z)))


@pytest.mark.parametrize("sight", SIGHTS)
def test_every_two_kinds_of_phase_can_be_told_apart(sight):
    """In Study their bars stand side by side, and the legend has nothing but the colour."""
    for one, other in combinations(PHASES.values(), 2):
        assert np.linalg.norm(seen(one, sight) - seen(other, sight)) > EASILY, (one, other)


def test_two_that_look_alike_to_some_would_be_found():
    grey, pink = (seen(colour, "no green ones") for colour in ("#8C8C8C", "#CC79A7"))
    assert np.linalg.norm(grey - pink) < EASILY


@page
def test_no_gauge_and_no_ranking(page):
    said = json.dumps(page).lower()
    assert not re.search(r'"type": "(gauge|bargauge|piechart)"', said)
    assert not re.search(r"\b(top|bottom)\(", said)
    sorts = [by for panel in panels(page) for by in panel["options"].get("sortBy", ())]
    assert said.count("sortby") == len(sorts), "nothing else is sorted"
    assert all(by == {"displayName": "began", "desc": True} for by in sorts), "by time alone"


def test_a_phase_of_two_cases_has_bars_in_each():
    """Joined by the phase's name the later would take the place of the earlier."""
    charts = [panel for panel in panels(json.loads(path(review.DASHBOARD).read_text("utf-8")))
              if panel["type"] == "barchart"]
    assert charts
    for chart in charts:
        assert chart["options"]["xField"] == "phase"
        assert chart["transformations"][0]["options"] == {"byField": "Time", "mode": "outer"}
        names = [target["query"].count('"phase",') for target in chart["targets"]]
        assert names == [1, 0], "one of them names it"


@page
def test_phases_show_as_bands_and_as_a_strip(page):
    if not page["annotations"]["list"]:
        assert page["uid"] == "stillpoint-study", "months have no phases"
        return
    assert [panel["type"] for panel in panels(page) if panel["title"] == "Phase"] == [
        "state-timeline"]
    bands = [one for one in page["annotations"]["list"] if "timeEndColumn" in one["target"]]
    assert {one["name"] for one in bands} >= set(PHASES)
    for one in bands:
        assert one["target"]["fromAnnotations"] is True
        assert '"void" = 0' in one["target"]["query"]
        assert "time >= ${__from}ms - 4h AND time <= ${__to}ms" in one["target"]["query"]


@page
def test_a_state_that_is_too_short_for_its_name_is_in_the_legend(page):
    """Else it would be told by its colour alone."""
    for panel in panels(page):
        if panel["type"] == "state-timeline" and panel["fieldConfig"]["defaults"].get("mappings"):
            words = panel["fieldConfig"]["defaults"]["mappings"][0]["options"].values()
            states = {word["text"] for word in words} - {"", "yes"}
            assert panel["options"]["legend"]["showLegend"] or len(states) == 0, panel["title"]


@page
def test_no_column_of_a_layer_is_taken_for_its_tags(page):
    """Grafana takes columns whose name holds `tagsColumn`; where that is missing, all of them."""
    for layer in page["annotations"]["list"]:
        tags = layer["target"].get("tagsColumn", "")
        columns = re.findall(r'"([^"]+)"', layer["target"]["query"].partition(" FROM ")[0])
        assert columns and not [name for name in columns if tags in name], layer["name"]


@page
def test_nobody_has_to_read_a_switch_for_every_kind_of_phase(page):
    switches = [one["name"] for one in page["annotations"]["list"] if not one["hide"]]
    assert switches in ([], ["markers"])


def as_grafana_reads(said):
    """A custom variable: split at commas that are not marked, then `text : value`."""
    for part in re.findall(r"(?:\\,|[^,])+", said):
        part = part.replace("\\,", ",")
        found = re.match(r"^\s*(.+)\s:\s(.+)$", part)
        yield (found[1].strip(), found[2].strip()) if found else (part.strip(), part.strip())


@page
def test_grafana_reads_the_choices_that_are_meant(page):
    for one in page["templating"]["list"]:
        if one["type"] == "custom":
            meant = [(choice["text"], choice["value"]) for choice in one["options"]]
            assert list(as_grafana_reads(one["query"])) == meant


def test_a_comma_in_a_choice_that_is_not_marked_would_be_found():
    assert list(as_grafana_reads("Talk, later : talk")) != [("Talk, later", "talk")]


@page
def test_a_page_asks_one_source_and_it_is_its_audiences(page):
    audience = page["tags"][1]
    uids = set(re.findall(r'"uid": "([^"]+)"', json.dumps(page))) - {page["uid"]}
    assert uids == {{"team": TEAM, "researcher": SEATS}[audience]}


def test_what_teams_see_never_asks_for_a_seat_or_a_role():
    measurements = {one.name for one in of_bucket(TEAM)}
    for uid, one in PAGES.items():
        if one["tags"][1] == "team":
            for query in queries(one):
                assert not re.search(r'"(seat|role|who|signal|source)"', query), uid
                assert set(re.findall(r'FROM "(\w+)"', query)) <= measurements


@page
def test_figures_of_seats_are_offered_only_of_sealed_sessions(page):
    """Per-phase summaries are written when a session is sealed, and not before."""
    if any('FROM "features"' in query for query in queries(page)):
        (session,) = [one for one in page["templating"]["list"] if one["name"] == "session"]
        assert 'FROM "phase_stats"' in session["query"]


def test_every_picture_says_that_it_is_ours():
    """No Grafana drew them, and nobody may think so."""
    text = (FOLDER.parents[1] / "docs/dashboards.md").read_text()
    shown = dict(re.findall(r"!\[([^\]]+)\]\(dashboards/([\w-]+)\.png\)", text))
    kept = {file.stem for file in (FOLDER.parents[1] / "docs/dashboards").glob("*.png")}
    assert set(shown.values()) == kept
    assert all("not a Grafana screenshot" in words for words in (*shown, MARK))


def test_every_word_of_the_hub_about_the_curve_has_its_own():
    assert set(WORDS_OF_THE_HUB) == set(room.STATUS)


def test_everything_that_can_be_wrong_with_a_signal_has_its_word_and_colour():
    causes = {quality.GAP, quality.NO_CONTACT, quality.SATURATED, quality.FLAT, quality.MOTION,
              quality.WEAK, quality.OFF, quality.SLOW}
    assert set(seats.CAUSES) == causes


def test_a_seats_figure_is_over_the_window_that_it_is_computed_of():
    said = {name: re.search(r"over (\d+) s", words) for name, _, _, _, words in seats.FIGURES}
    windows = {name: int(found[1]) for name, found in said.items() if found}
    assert windows == {"hr": BY_NAME["hr"].window_s}


def test_everything_that_arousal_may_say_of_itself_has_its_word_and_colour():
    said = {index.NO_BASELINE, index.SHORT_BASELINE, index.NON_RESPONDER, index.TOO_FEW,
            index.TOO_POOR}
    assert set(seats.BESIDE) == said


@page
def test_a_curve_against_quiet_rest_says_what_else_it_may_be_against(page):
    """Until a rest is over, and for whose kit came after it, there is none."""
    for panel in panels(page):
        words = panel["description"] if panel["type"] == "timeseries" else ""
        assert "quiet rest" not in words or "session so far" in words, panel["title"]


def test_the_room_says_how_many_it_takes():
    words = json.dumps(PAGES["stillpoint-room"])
    assert GROUP_MIN == 5 and "at least five members" in words


@page
def test_no_variable_lists_persons(page):
    """A seat is a number of a place; nothing else that is asked for could stand for somebody."""
    keys = {re.search(r'KEY = "(\w+)"', one["query"])[1]
            for one in page["templating"]["list"] if one["type"] == "query"}
    assert keys <= {"site", "room", "session", "seat", "phase"}


def test_the_colour_rule_would_find_red():
    red = {"panels": [], "color": {"mode": "fixed", "fixedColor": "#D62728"}}
    with pytest.raises(AssertionError):
        test_no_colour_is_red_or_named_only(red)
