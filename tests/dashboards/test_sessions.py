"""An older session is one click away: the table of sessions, and where its links lead."""

import re
import urllib.parse

import pytest

from dashboards.__main__ import ALL
from dashboards.kind import SIMULATED
from hub.store.table import TEAM
from tests.dashboards.conftest import OPEN, RUNNING
from tests.dashboards.macros import Window
from tests.dashboards.test_queries import OPEN_MS, Reader
from tests.recorded import Recording

WHOLE = Recording()
KEPT = {"language": "label_hu", "kind": "!="}
BY_UID = {one.uid: one for one in ALL}
LIVE = {"stillpoint-room", "stillpoint-kits"}  # these are looked at while a session runs, too
LISTS = {uid: panel for uid, one in BY_UID.items() for panel in one.panels
         if panel.title in ("Sessions", "Sessions side by side")}
each = pytest.mark.parametrize("uid", LISTS)


def link_of(panel):
    (link,) = panel.overrides["session"]["links"]
    return link["url"]


def followed(url, row):
    """Where Grafana goes: fields of the row put in, a variable as part of a query string."""
    url = re.sub(r"\$\{__data\.fields\.(\w+)\}", lambda name: str(row[name[1]]), url)
    for name, value in KEPT.items():
        url = url.replace(f"${{{name}:queryparam}}", f"var-{name}={urllib.parse.quote(value)}")
    assert "$" not in url
    parts = urllib.parse.urlsplit(url)
    asked = dict(urllib.parse.parse_qsl(parts.query, strict_parsing=True))
    window = Window(int(asked.pop("from")), int(asked.pop("to")))
    return parts.path, {key.removeprefix("var-"): value for key, value in asked.items()}, window


def rows_of(influx, uid):
    now = Window(OPEN_MS + 30 * 86_400_000, OPEN_MS + 31 * 86_400_000)
    wide = Window(OPEN_MS - 86_400_000, now.to_ms)
    reader = Reader(influx, BY_UID[uid], wide if uid == "stillpoint-study" else now)
    return reader.rows(LISTS[uid].queries[0].text)


def test_every_page_has_its_list():
    assert set(LISTS) == set(BY_UID)


@each
def test_a_link_asks_for_nothing_that_the_row_has_not(uid):
    named = re.findall(r"\$\{__data\.fields\.(\w+)\}", link_of(LISTS[uid]))
    assert {"from_ms", "to_ms"} < set(named) <= set(LISTS[uid].queries[0].gives)
    renamed = LISTS[uid].transformations[-1]["options"]
    assert not set(named) & {*renamed["excludeByName"], *renamed["renameByName"]}
    for name in ("from_ms", "to_ms"):  # a link takes the field as it would be read: all digits
        assert LISTS[uid].overrides[name] == {"unit": "none", "decimals": 0, "custom.hidden": True}


@each
def test_its_time_does_not_hide_a_session(influx, uid):
    """Asked a month later, in a window in which nothing was."""
    offered = {row["session"] for row in rows_of(influx, uid)}
    running = {OPEN.session, RUNNING.session} if uid in LIVE else set()
    assert offered == {WHOLE.session} | running


@each
def test_the_link_leads_to_the_whole_session_of_that_row(influx, uid):
    row = next(row for row in rows_of(influx, uid) if row["session"] == WHOLE.session)
    path, chosen, window = followed(link_of(LISTS[uid]), row)
    page = BY_UID[path.removeprefix("/d/")]
    assert set(chosen) <= {one.name for one in page.variables}
    assert chosen.get("session", WHOLE.session) == WHOLE.session
    first_ms, last_ms = OPEN_MS, OPEN_MS + WHOLE.end_s * 1000
    assert window.from_ms < first_ms and window.to_ms > last_ms
    reader = Reader(influx, page, window, **chosen)
    for panel in page.panels:
        if panel.title == "Phase":
            said = [one["phase"] for one in reader.rows(panel.queries[0].text)]
            assert len(said) == 8 and ("language" not in chosen or said[0] == "Csendes nyugalom")


@each
def test_the_columns_are_there_and_times_are_in_epoch_ms(influx, uid):
    for row in rows_of(influx, uid):
        assert set(LISTS[uid].queries[0].gives) <= set(row)
        assert isinstance(row["from_ms"], int) and row["from_ms"] < row["to_ms"]
        assert 1_600_000_000_000 < row["from_ms"] < 2_000_000_000_000


def test_a_demo_is_counted_in_only_where_it_is_chosen(influx):
    """In a room of the same name, at the same time: only its site tells."""
    at_ms = OPEN_MS + 60_000
    influx.write(TEAM, (
        f'phases,site={SIMULATED},room={WHOLE.room},session=s-demo,phase=baseline '
        f'label="Of the demo",ordinal=1i,start_ms={at_ms}i,end_ms={at_ms + 1000}i,void=0i '
        f"{at_ms}000000").encode())
    window = Window(OPEN_MS, OPEN_MS + 120_000)
    for kind, phase, demo in (("!=", "Quiet rest", False), ("=", "Of the demo", True)):
        room = Reader(influx, BY_UID["stillpoint-room"], window, kind=kind)
        (strip,) = [one for one in room.page.panels if one.title == "Phase"]
        assert [row["phase"] for row in room.rows(strip.queries[0].text)] == [phase]
        listed = {row["session"] for row in room.rows(LISTS["stillpoint-room"].queries[0].text)}
        assert ("s-demo" in listed, WHOLE.session in listed) == (demo, not demo)
    study, wide = BY_UID["stillpoint-study"], Window(OPEN_MS, OPEN_MS + 10**6)
    text = LISTS[study.uid].queries[0].text
    assert Reader(influx, study, wide).rows(text)
    assert Reader(influx, study, wide, kind="=", site="site", room="room").rows(text) == []


def test_a_room_of_the_same_name_at_another_site_is_another_room(influx):
    """Two hubs may write into one InfluxDB, and a room has its usual name at both."""
    tags = f"site=elsewhere,room={WHOLE.room},session=s-else"
    influx.write(TEAM, f"room,{tags} middle=9.9 {OPEN_MS + 60_000}000000".encode())
    curve = next(one for one in BY_UID["stillpoint-room"].panels if one.title.startswith("Arousal"))
    shown = {}
    for site in ("site", "elsewhere"):
        room = Reader(influx, BY_UID["stillpoint-room"], site=site)
        rows = room.rows(curve.queries[0].text)
        shown[site] = {row["middle"] for row in rows} - {None}
    assert shown["elsewhere"] == {9.9} and shown["site"] and max(shown["site"]) < 9
