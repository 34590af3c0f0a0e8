"""A session whose baseline was corrected after its end: InfluxDB has the curve that its export has,
whatever goes wrong on the way."""

import math
import os
import shutil
import signal
import subprocess
import sys

import pytest

from hub.analysis.session import analyse
from hub.cli import main
from hub.disk.erased import note_erased
from hub.disk.journal import Journal
from hub.export.tables import features_table
from hub.live.messages import problem_message
from hub.live.worker import Followed
from hub.live.workers import Workers
from hub.records import Problem
from hub.settings import Settings
from hub.signals.features import FEATURES
from hub.store import influx as store
from hub.store.post import NotTaken
from hub.store.sink import is_behind, refill, sink_for
from hub.store.table import SEATS, TABLE, TEAM
from hub.store.trouble import INFLUX, NOT_YET, TAKEN_IN, UNSUMMED
from tests.recorded import Act, Recording, journal
from tests.rows import NS, OPEN_NS, event
from tests.system.influx import TOKEN
from tests.system.rig_influx import Fault
from tests.system.rig_sessions import catch_up, entries
from tests.waiting import wait_for

pytestmark = pytest.mark.skipif(shutil.which("influxd") is None, reason="influxd is not installed")

END_S, PRESSED_S, TRUE_S = 250, 65, 5  # the baseline was pressed a minute late
ACTS = (Act(PRESSED_S, "phase", "baseline"), Act(185, "phase", "case-call"))
RECORDING = Recording(seats=6, end_s=END_S, acts=ACTS)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    return journal(tmp_path_factory.mktemp("recorded") / "s", RECORDING)


@pytest.fixture
def folder(recorded, tmp_path):
    return sealed(recorded, tmp_path)


def sealed(recorded, place):
    """A copy of the session, sealed."""
    folder = shutil.copytree(recorded, place / "s-2023-11-14")
    book = Journal(folder / "session.sqlite")
    book.set_meta(closed_ns=OPEN_NS + (END_S + 4) * NS, sealed_ns=OPEN_NS + (END_S + 5) * NS)
    book.close()
    return folder


@pytest.fixture(scope="module")
def written(recorded, database, tmp_path_factory):
    """The session's folder once InfluxDB has all of it, which is kept beside."""
    folder = sealed(recorded, tmp_path_factory.mktemp("written"))
    fill(database.url, folder)
    for bucket, kept in KEPT.items():
        database.query(f'CREATE DATABASE "{kept}"', db=None)
        copy(database, bucket, kept)
        database.query("DROP SERIES WHERE session =~ /./", bucket)
    return folder


@pytest.fixture
def filled(influx, written, tmp_path):
    """A copy of it, and InfluxDB as it was then."""
    for bucket, kept in KEPT.items():
        copy(influx, kept, bucket)
    return shutil.copytree(written, tmp_path / written.name)


KEPT = {SEATS: "kept", TEAM: "kept-team"}


def copy(influx, source, target):
    for (measurement,) in map(dict.values, influx.query("SHOW MEASUREMENTS", source)):
        influx.query(f'SELECT * INTO "{target}".autogen."{measurement}" FROM "{measurement}" '
                     "GROUP BY *", source)


def settings(url):
    return Settings(influx_url=url, influx_token=TOKEN, influx_waves=False)


def correct(folder, to_s, number=900):
    """The leader says after the session when the baseline began."""
    said = event("retime", OPEN_NS + (number - 500) * NS, number, target="eact-0",
                 to_ns=OPEN_NS + to_s * NS)
    book = Journal(folder / "session.sqlite")
    book.append(entries([said]))
    book.close()


def fill(url, folder):
    sink = refill(settings(url), folder)
    wait_for(lambda: sink.done, "all is in")
    assert sink.trouble is None


def in_influx(influx):
    """Every point of the session, by bucket, measurement, tags and time."""
    return {
        (one.bucket, one.name, *(row.get(tag) for tag in one.tags), row["time"]):
            {name: value for name, value in row.items() if value is not None}
        for one in TABLE for row in influx.query(f'SELECT * FROM "{one.name}"', one.bucket)
    }  # fmt: skip


def seconds_of(influx):
    return {
        (int(row["seat"]), row["time"]): {f.name: row.get(f.name) for f in FEATURES}
        for row in influx.query("SELECT * FROM features")
    }


def exported(folder):
    """The table `features` of an export: what is withheld is None."""
    table = features_table(analyse(folder))
    rows = zip(*(table[f.name].values for f in FEATURES), strict=True)
    keys = zip(map(int, table["seat"].values), map(int, table["time_ns"].values), strict=True)
    figures = ([None if math.isnan(x) else float(x) for x in row] for row in rows)
    return {key: dict(zip([f.name for f in FEATURES], row, strict=True))
            for key, row in zip(keys, figures, strict=True)}


def phases(influx, bucket=SEATS):
    rows = influx.query("SELECT phase, end_ms FROM phases WHERE void = 0", bucket)
    return [(row["phase"], (row["time"] - OPEN_NS) // NS) for row in rows]


def test_the_curve_is_that_of_the_export_before_a_correction_and_after_it(influx, folder):
    fill(influx.url, folder)
    first = seconds_of(influx)
    assert first == exported(folder) and len(first) > 6 * (END_S - 10)
    correct(folder, TRUE_S)
    assert is_behind(folder), "a hub that starts now would see to it"
    fill(influx.url, folder)
    second = seconds_of(influx)
    assert second == exported(folder) and not is_behind(folder)
    moved = [abs(second[key]["arousal"] - first[key]["arousal"])
             for key in first if None not in (first[key]["arousal"], second[key]["arousal"])]
    assert max(moved) > 0.1, "it does make a difference"
    group = {one.time_ns: (one.n, one.median) for one in analyse(folder).group}
    rows = influx.query('SELECT n, median FROM "group"')
    assert {row["time"]: (row["n"], row["median"]) for row in rows} == group


def test_phases_and_their_figures_move_with_it(influx, filled):
    """Those of where the phase was once would be a second baseline in every study."""
    team = influx.query("SELECT * FROM room", TEAM)
    for number, to_s in enumerate((TRUE_S, TRUE_S + 5), 900):  # one after the other
        correct(filled, to_s, number)
        fill(influx.url, filled)
    moved = [("baseline", TRUE_S + 5), ("case-call", 185)]
    assert phases(influx) == phases(influx, TEAM) == moved
    rows = influx.query("SELECT n, phase FROM phase_stats WHERE who = 'group'")
    assert [(row["phase"], (row["time"] - OPEN_NS) // NS) for row in rows] == moved
    assert len(team) > 50 and influx.query("SELECT * FROM room", TEAM) == team, "as it was shown"


def test_it_says_which_baseline_the_curve_is_of(influx, filled):
    for bucket in (SEATS, TEAM):
        (row,) = influx.query("SELECT * FROM basis", bucket)
        assert row["text"] == "Quiet rest, 0:01:05 to 0:03:05 after the opening."
        assert row["corrected_ms"] == 0 and row["time"] == OPEN_NS
    correct(filled, TRUE_S)
    fill(influx.url, filled)
    (row,) = influx.query("SELECT * FROM basis")
    assert row["text"] == "Quiet rest, 0:00:05 to 0:03:05 after the opening, corrected 0:06:40."
    assert row["start_ms"] * 10**6 == OPEN_NS + TRUE_S * NS
    (row,) = influx.query("SELECT * FROM basis", TEAM)
    assert "was corrected 0:06:40 after" in row["text"] and "is unchanged" in row["text"]


def look(url, folder):
    """Somebody opens its page."""
    one = Followed(folder.name, folder, sink := sink_for(settings(url), folder))
    catch_up(one)
    one.finish()
    wait_for(lambda: sink.done, "all is in")


@pytest.mark.parametrize("write", [fill, look])
def test_what_the_room_is_told_ends_with_the_session_however_late_a_correction_is(
    influx, folder, write
):
    correct(folder, TRUE_S, 900 + 86_400)
    write(influx.url, folder)
    times = [row["time"] for row in influx.query("SELECT code FROM status", TEAM)]
    assert OPEN_NS < max(times) <= OPEN_NS + (END_S + 5) * NS


def test_the_command_writes_the_same_and_a_second_time_too(influx, filled, monkeypatch):
    monkeypatch.setenv("STILLPOINT_INFLUX_URL", influx.url)
    monkeypatch.setenv("STILLPOINT_INFLUX_TOKEN", TOKEN)
    monkeypatch.setenv("STILLPOINT_INFLUX_WAVES", "false")
    correct(filled, TRUE_S)
    fill(influx.url, filled)
    by_itself = in_influx(influx)
    for _ in range(2):
        assert main(["replay", str(filled), "--influx"]) == 0
        assert without_voided(in_influx(influx)) == without_voided(by_itself)


def without_voided(points):
    """What is shown. A phase that was undone may be known to one, and not to another."""
    return {key: fields for key, fields in points.items() if not fields.get("void")}


def test_nothing_of_an_erased_seat_comes_back_by_a_correction(influx, filled, monkeypatch):
    monkeypatch.setenv("STILLPOINT_INFLUX_URL", influx.url)
    monkeypatch.setenv("STILLPOINT_INFLUX_TOKEN", TOKEN)
    assert main(["erase", str(filled), "--seat", "6"]) == 0
    correct(filled, TRUE_S)
    fill(influx.url, filled)
    is_without(influx, seat=6)
    assert {seat for seat, _ in seconds_of(influx)} == {1, 2, 3, 4, 5}
    assert [influx.query(f"SELECT * FROM {one}", TEAM) for one in ("room", "basis")] == [[], []]


def is_without(influx, seat):
    for one in TABLE:
        if "seat" in one.tags:
            asked = f"SELECT * FROM \"{one.name}\" WHERE seat = '{seat}'"
            assert influx.query(asked, one.bucket) == [], one.name
    assert influx.query('SELECT max(n) FROM "group"')[0]["max"] == 5


@pytest.mark.parametrize("when", ["before", "after"])
def test_who_is_erased_while_it_is_written_is_not_in_it(influx, filled, monkeypatch, when):
    """By a command beside the hub: it has noted the seat, and deletes it while the hub writes."""
    correct(filled, TRUE_S)
    apart, asked = store.summary_apart, []

    def slowly(session):
        made = apart(session)
        asked.append(session)
        if len(asked) == 1 and when == "before":
            note_erased(filled, 6)
        return made if when == "before" else _then_erase(made, filled)

    monkeypatch.setattr("hub.store.influx.summary_apart", slowly)
    fill(influx.url, filled)
    assert len(asked) == 2, "the figures of the group are worked out once more"
    is_without_seconds_of(influx, 6)


class _then_erase:
    def __init__(self, made, folder):
        self.made, self.folder = made, folder

    def __enter__(self):
        return self.made.__enter__()

    def __exit__(self, *how):
        note_erased(self.folder, 6)
        return self.made.__exit__(*how)


def is_without_seconds_of(influx, seat):
    assert influx.query(f"SELECT * FROM features WHERE seat = '{seat}'") == []
    assert influx.query('SELECT max(n) FROM "group"')[0]["max"] == 5


def test_a_kill_in_the_middle_leaves_nothing_that_the_next_start_does_not_put_right(
    influx, proxy, filled, monkeypatch
):
    correct(filled, TRUE_S)
    fill(influx.url, filled)
    whole = in_influx(influx)
    correct(filled, TRUE_S, 901)  # the same once more: another word, the same course
    proxy.after_delete = Fault(status=503, body="{}")
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(filled)], stdin=subprocess.DEVNULL,
        env={**os.environ, "STILLPOINT_INFLUX_URL": proxy.url, "STILLPOINT_INFLUX_TOKEN": TOKEN,
             "STILLPOINT_INFLUX_WAVES": "false"})
    wait_for(lambda: proxy.fault and proxy.answered(503), "it has deleted, and is to write")
    child.send_signal(signal.SIGKILL)
    child.wait()
    proxy.fault = None
    assert is_behind(filled) and in_influx(influx) != whole, "half of it"
    assert influx.query("SELECT * FROM basis") == [], "and no word of what it is"
    fill(proxy.url, filled)
    assert not is_behind(filled)
    assert without_basis(in_influx(influx)) == without_basis(whole)


def without_basis(points):
    """It says when the last correction was heard."""
    return {key: fields for key, fields in points.items() if key[1] != "basis"}


CHILD = """
import sys, time
from pathlib import Path
from hub.settings import load
from hub.store.sink import refill
sink = refill(load(), Path(sys.argv[1]))
while not sink.done:
    time.sleep(0.05)
"""


def test_influxdb_that_is_away_just_then_gets_it_later(influx, proxy, filled, monkeypatch):
    monkeypatch.setattr("hub.store.sending.RETRY_S", (0.05,))
    correct(filled, TRUE_S)
    proxy.fault = Fault(status=503, body="{}")
    sink = refill(settings(proxy.url), filled)
    wait_for(lambda: sink.trouble, "it is said")
    proxy.fault = None
    wait_for(lambda: any("delete" in one.path for one in proxy.passed), "it deletes")
    wait_for(lambda: sink.done, "all is in")
    assert seconds_of(influx) == exported(filled)


def test_an_analysis_that_fails_leaves_what_was_there_and_its_word_of_what_it_is(
    influx, filled, monkeypatch, caplog
):
    curve, basis = seconds_of(influx), influx.query("SELECT * FROM basis")
    correct(filled, TRUE_S)
    with monkeypatch.context() as slow:
        slow.setattr("hub.store.summary.LONGEST_S", 0.01)
        sink = refill(settings(influx.url), filled)
        wait_for(lambda: sink.done, "it has failed")
    assert seconds_of(influx) == curve and influx.query("SELECT * FROM basis") == basis
    assert "no summary of" in caplog.text and sink.trouble == UNSUMMED and is_behind(filled)
    fill(influx.url, filled)
    assert seconds_of(influx) == exported(filled) and not is_behind(filled)


def test_an_influxdb_that_cannot_delete_is_said_and_gets_what_can_be_written_over(
    influx, proxy, folder, monkeypatch
):
    def never(bucket, name, session):
        raise NotTaken("it answers 405", partly=False)

    monkeypatch.setattr("hub.store.sink.wiper", lambda settings: never)
    sink = refill(settings(proxy.url), folder)
    wait_for(lambda: sink.done, "all is in")
    assert "does not delete" in sink.trouble.what and "405" in sink.trouble.what
    got, wanted = seconds_of(influx), exported(folder)
    assert all(got[key]["hr"] == wanted[key]["hr"] for key in wanted if wanted[key]["hr"])


@pytest.fixture
def workers(influx):
    workers = Workers(settings(influx.url))
    yield workers
    workers.stop()


def test_two_corrections_in_a_row_have_one_writer_and_the_last_word(influx, folder, workers):
    """The second and the third come while the first is being written; somebody has the page open,
    who was told that InfluxDB has none of it yet."""
    view = opened(workers, folder)
    wait_for(lambda: "sealed" in view.snapshot(), "it is whole")
    tell_not_yet(view)
    for number, to_s in enumerate((TRUE_S, TRUE_S + 5, TRUE_S + 7), 900):
        correct(folder, to_s, number)
        workers.refill(folder.name, folder)
    wait_for(lambda: said(view) == [TAKEN_IN.what], "it is told")
    assert not is_behind(folder) and view.snapshot()["problems"][0]["over"]
    assert seconds_of(influx) == exported(folder)
    assert phases(influx)[0] == ("baseline", TRUE_S + 7)


def test_who_opens_its_page_does_not_begin_it(influx, filled, workers):
    """That waits until no session runs."""
    before = in_influx(influx)
    correct(filled, TRUE_S)
    view = opened(workers, filled)
    wait_for(lambda: "sealed" in view.snapshot(), "it is read")
    assert is_behind(filled) and in_influx(influx) == before


def opened(workers, folder):
    view = workers.follow(folder.name, folder)
    workers.seal(folder.name)
    return view


def tell_not_yet(view):
    problem = Problem(OPEN_NS, INFLUX, NOT_YET.what, NOT_YET.kept, NOT_YET.do)
    view.apply([problem_message(problem, ends=INFLUX)])


def said(view):
    return [problem["what"] for problem in view.snapshot()["problems"]]


def test_a_worker_that_dies_of_it_is_started_again_and_goes_on(influx, filled, workers):
    """And says so to who opened the page as it began."""
    correct(filled, TRUE_S)
    view = opened(workers, filled)
    tell_not_yet(view)
    workers.refill(filled.name, filled)
    wait_for(lambda: "sealed" in view.snapshot(), "it is read")
    os.kill(workers.pids()[0], signal.SIGKILL)
    wait_for(lambda: said(view) == [TAKEN_IN.what], "it is told")
    assert not is_behind(filled) and seconds_of(influx) == exported(filled)
