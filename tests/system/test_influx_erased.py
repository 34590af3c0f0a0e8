"""Somebody is erased by a command while the hub writes the session to InfluxDB, or is about to."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from hub.disk.erased import note_erased
from hub.disk.journal import JOURNAL, Journal, last_row, read_meta
from hub.live.workers import Workers
from hub.records import Received
from hub.settings import Settings
from hub.store.position import WHOLE, write_position
from hub.store.post import poster
from hub.store.sink import is_behind, refill
from hub.store.table import SEATS, TABLE, TEAM
from tests.recorded import Recording, journal
from tests.rows import NS, OPEN_NS, event, protocol_text
from tests.system.broker import wait_for
from tests.system.influx import TOKEN
from tests.system.rig_influx import Fault
from tests.system.rig_sessions import entries

pytestmark = pytest.mark.skipif(shutil.which("influxd") is None, reason="influxd is not installed")

END_S = 250  # of which the team sees its curve, afterwards
SEAT = 6


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    folder = journal(tmp_path_factory.mktemp("recorded") / "s", Recording(seats=6, end_s=END_S))
    book = Journal(folder / "session.sqlite")
    return sealed(book, folder)


def sealed(book, folder):
    over_ns = OPEN_NS + (END_S + 5) * NS
    book.set_meta(closed_ns=over_ns, sealed_ns=over_ns)
    book.close()
    return folder


@pytest.fixture
def folder(recorded, tmp_path):
    """A session of old that InfluxDB has nothing of."""
    return shutil.copytree(recorded, tmp_path / "s")


@pytest.fixture
def other(tmp_path):
    """Another, in which nobody sat."""
    folder = tmp_path / "other"
    folder.mkdir()
    ticks = [Received(0, OPEN_NS + s * NS, "hub/tick", b"") for s in range(60)]
    said = event("open", OPEN_NS, 1, site="s", room="r", protocol=protocol_text(), simulated=True)
    book = Journal(folder / "session.sqlite")
    book.set_meta(session="other", tag=1, site="site", room="room", opened_ns=OPEN_NS)
    book.append(entries([said, *ticks]))
    return sealed(book, folder)


@pytest.fixture
def hub(proxy):
    """Its worker, which writes by the proxy."""
    workers = Workers(Settings(influx_url=proxy.url, influx_token=TOKEN, influx_waves=False))
    yield workers
    workers.stop()


def erase(influx, folder, seat):
    """The command, in a process of its own."""
    command = [sys.executable, "-m", "hub.cli", "erase", str(folder), "--seat", str(seat), "--json"]
    env = {**os.environ, "STILLPOINT_INFLUX_URL": influx.url, "STILLPOINT_INFLUX_TOKEN": TOKEN,
           "STILLPOINT_INFLUX_WAVES": "false"}
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)


def has_erased(command):
    said = json.loads(command.communicate(timeout=180)[0])
    assert command.returncode == 0 and set(said["left"].values()) == {0}


def is_without(influx, seat):
    told = influx.query("SELECT code FROM status WHERE session != 'other'", TEAM)
    assert {row["code"] for row in told} == {"taken-back"}
    for name in ("room", "coverage_room"):
        assert influx.query(f"SELECT * FROM {name}", TEAM) == [], name
    for one in TABLE:
        if "seat" in one.tags:
            asked = f"SELECT * FROM {one.name} WHERE seat = '{seat}'"
            assert influx.query(asked, one.bucket) == [], one.name
    assert influx.query('SELECT max(n) FROM "group"')[0]["max"] == 5, "nor in the group"
    assert len({row["seat"] for row in influx.query("SELECT * FROM features")}) == 5


def refills(hub):
    """What the hub still writes."""
    return [name for place in hub._places for name in place._refills]


def test_who_is_erased_while_the_session_waits_for_its_turn_stays_erased(
    influx, proxy, hub, folder, other
):
    proxy.fault = Fault(status=503, body="{}", headers={"Retry-After": "1"})
    hub.refill("other", other)
    hub.refill("s", folder)
    wait_for(lambda: proxy.passed, "the other's turn has begun")
    has_erased(erase(influx, folder, SEAT))
    proxy.fault = None
    wait_for(lambda: not refills(hub), "the hub is done with both")
    is_without(influx, SEAT)


def test_who_is_erased_while_the_session_is_written_stays_erased(influx, proxy, hub, folder):
    proxy.fault = Fault(delay_s=0.5)
    hub.refill("s", folder)
    wait_for(lambda: influx.query("SELECT * FROM features"), "the hub is writing")
    has_erased(erase(influx, folder, SEAT))
    proxy.fault = None
    wait_for(lambda: not refills(hub), "the hub is done")
    is_without(influx, SEAT)


def test_who_was_erased_by_a_command_that_was_killed_is_taken_out_by_the_hub(influx, folder):
    settings = Settings(influx_url=influx.url, influx_token=TOKEN, influx_waves=False)
    post, tags = poster(settings), f"session={read_meta(folder / JOURNAL)['session']}"
    for line in (f"kits,{tags},seat={SEAT} repeats=0i", f"features,{tags},seat={SEAT} hr=66.0"):
        post(SEATS, f"{line} {OPEN_NS - NS}".encode())  # when nothing is written over it
    post(TEAM, f"room,{tags} n=6i {OPEN_NS - NS}".encode())
    write_position(folder, last_row(folder / JOURNAL), WHOLE)
    note_erased(folder, SEAT)  # and then it was killed
    assert is_behind(folder), "a hub that starts now sees to it"
    sink = refill(settings, folder)
    wait_for(lambda: sink.done, "the hub is done")
    is_without(influx, SEAT)
    assert not is_behind(folder)


def test_two_commands_at_once_erase_two_seats(influx, folder):
    commands = [erase(influx, folder, seat) for seat in (2, SEAT)]
    for command in commands:
        has_erased(command)
    assert {row["seat"] for row in influx.query("SELECT * FROM features")} == {"1", "3", "4", "5"}
