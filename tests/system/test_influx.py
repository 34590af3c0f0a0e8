"""InfluxDB, the real one: filled from a session's journal, also after it was away."""

import json
import re
import shutil
import time
from itertools import pairwise

import pytest

from hub.analysis.session import analyse
from hub.cli import main
from hub.disk.journal import Entry, Journal
from hub.results.pipeline import Pipeline
from hub.settings import Settings
from hub.store.influx import InfluxSink
from hub.store.position import still_there
from hub.store.post import poster
from hub.store.sending import Sender
from hub.store.sink import is_behind, refill, wanted
from hub.store.table import TEAM
from tests.recorded import Recording, journal
from tests.rows import NS, OPEN_NS, Kit, session
from tests.system.influx import TOKEN, running_influx
from tests.system.rig_sessions import entries, six_people

pytestmark = pytest.mark.skipif(shutil.which("influxd") is None, reason="influxd is not installed")


@pytest.fixture
def influx(tmp_path):
    folder = tmp_path / "influx"
    folder.mkdir()
    with running_influx(folder) as running:
        yield running


@pytest.fixture
def folder(tmp_path):
    """A session's folder with an empty journal."""
    folder = tmp_path / "session"
    folder.mkdir()
    journal = Journal(folder / "session.sqlite")
    journal.set_meta(session="s1", tag=99, site="site", room="room", opened_ns=0)
    journal.close()
    return folder


class Worker:
    """What a worker does: row into the journal, through the pipeline, to the sink."""

    def __init__(self, folder, influx, token=TOKEN):
        settings = Settings(influx_url=influx.url, influx_token=token)
        self.journal = Journal(folder / "session.sqlite")
        self.pipeline = Pipeline()
        self.sink = InfluxSink(folder, poster(settings))

    def feed(self, rows):
        for row in rows:
            entry = Entry(row.at_ns, row.topic, row.payload, row.kit, row.boot, row.seq)
            (stored,) = self.journal.append([entry])
            self.sink.put(stored.row, self.pipeline.feed(stored))
        return stored.row


def wait(condition, seconds=180):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def seconds_stored(influx):
    rows = influx.query("SELECT contact_ppg_q, seat FROM features")
    return sorted(row["time"] for row in rows)


def test_every_second_and_wave_point_arrives_once(influx, folder):
    worker = Worker(folder, influx)
    worker.feed(session(Kit(), 40))
    wait(lambda: not worker.sink.pending)
    times = seconds_stored(influx)
    assert len(times) > 30
    assert {b - a for a, b in pairwise(times)} == {1_000_000_000}
    (count,) = influx.query("SELECT count(ppg) FROM waves")
    assert count["count"] == pytest.approx(40 * 25, abs=5)


def test_away_for_a_while_then_caught_up_without_gap_or_repeat(influx, folder, monkeypatch):
    monkeypatch.setattr("hub.store.queue.LINES_MAX", 50)  # so it is given up
    monkeypatch.setattr("hub.store.sending.RETRY_S", (0.05,))
    worker = Worker(folder, influx)
    rows = session(Kit(), 60)
    worker.feed(rows[:30])
    wait(lambda: worker.sink.position > 0)
    influx.stop()
    last = worker.feed(rows[30:])
    wait(lambda: worker.sink.error)
    assert worker.sink.position < last
    influx.start()
    wait(lambda: worker.sink.position == last)
    assert worker.sink.error is None
    times = seconds_stored(influx)
    assert len(times) == len(set(times)) > 50
    assert {b - a for a, b in pairwise(times)} == {1_000_000_000}


def test_after_a_restart_it_goes_on_where_influxdb_stopped(influx, folder):
    first = Worker(folder, influx)
    rows = session(Kit(), 40)
    half = first.feed(rows[:50])
    first.sink.close()
    assert first.sink.position == half
    first.journal.close()
    again = InfluxSink(folder, lambda bucket, lines: None)
    assert again.position == half


def test_a_wrong_token_is_said_and_nothing_is_given_up(influx, folder, monkeypatch):
    monkeypatch.setattr("hub.store.sending.RETRY_S", (0.05,))
    worker = Worker(folder, influx, token="wrong")
    worker.feed(session(Kit(), 10))
    wait(lambda: worker.sink.error)
    assert "401" in worker.sink.error
    assert worker.sink.position == 0


def test_a_session_that_ended_while_influxdb_was_away_is_filled_in_later(
    influx, folder, monkeypatch
):
    monkeypatch.setattr("hub.store.sending.RETRY_S", (0.05,))
    influx.stop()
    worker = Worker(folder, influx)
    rows = session(Kit(), 40)
    last = worker.feed(rows)
    worker.journal.set_meta(sealed_ns=rows[-1].at_ns)
    worker.journal.close()
    assert is_behind(folder)
    influx.start()
    sink = refill(Settings(influx_url=influx.url, influx_token=TOKEN), folder)
    wait(lambda: sink.position == last + 2)
    assert not is_behind(folder)
    times = seconds_stored(influx)
    assert len(times) == len(set(times)) >= 39


@pytest.fixture
def sealed(folder):
    """Six people for two minutes: the last is to be erased."""
    journal = Journal(folder / "session.sqlite")
    journal.append(entries(six_people(120)))
    last = 1_700_000_000 * 10**9 + 10**12
    journal.set_meta(closed_ns=last, sealed_ns=last)
    journal.close()
    return folder


def test_an_erased_seat_is_nowhere_and_the_group_is_without_it(influx, sealed, capsys, monkeypatch):
    monkeypatch.setenv("STILLPOINT_INFLUX_URL", influx.url)
    monkeypatch.setenv("STILLPOINT_INFLUX_TOKEN", TOKEN)
    assert main(["replay", str(sealed), "--influx", "--json"]) == 0
    whole = json.loads(capsys.readouterr().out)["points"]
    assert whole["stillpoint/features"] > 100 and whole["stillpoint/waves"] > 1000
    assert influx.query("SELECT count(hr) FROM features WHERE seat = '6'")
    assert influx.query('SELECT max(n) FROM "group"')[0]["max"] == 6
    assert main(["erase", str(sealed), "--seat", "6", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] and set(said["left"].values()) == {0} and len(said["left"]) >= 5
    assert said["points"]["stillpoint/features"] == whole["stillpoint/features"] * 5 / 6
    for name in ("features", "waves", "coverage", "kits", "roles"):
        assert influx.query(f"SELECT count(*) FROM {name} WHERE seat = '6'") == []
    assert influx.query('SELECT max(n) FROM "group"')[0]["max"] == 5
    assert main(["replay", str(sealed), "--influx", "--json"]) == 0
    assert influx.query("SELECT count(hr) FROM features WHERE seat = '6'") == []
    assert set(analyse(sealed).seats) == {1, 2, 3, 4, 5}


@pytest.fixture
def seen(tmp_path):
    """A sealed session whose team has seen its curve."""
    folder = journal(tmp_path / "seen", Recording(seats=6, end_s=250))
    book = Journal(folder / "session.sqlite")
    book.set_meta(closed_ns=OPEN_NS + 300 * NS, sealed_ns=OPEN_NS + 301 * NS)
    book.close()
    return folder


def test_who_saw_the_team_before_an_erasure_and_after_it_learns_nothing(
    influx, seen, capsys, monkeypatch
):
    """Seven's middle and six's at the same second: their difference would be the seat that is to
    be forgotten. So there is no second reading, and no word of who or how many."""
    monkeypatch.setenv("STILLPOINT_INFLUX_URL", influx.url)
    monkeypatch.setenv("STILLPOINT_INFLUX_TOKEN", TOKEN)
    monkeypatch.setenv("STILLPOINT_INFLUX_WAVES", "false")
    assert main(["replay", str(seen), "--influx", "--json"]) == 0
    points = json.loads(capsys.readouterr().out)["points"]
    assert points["stillpoint-team/room"] > 50 and points["stillpoint-team/coverage_room"] > 15
    assert main(["erase", str(seen), "--seat", "6", "--json"]) == 0
    left = json.loads(capsys.readouterr().out)["left"]
    assert left["stillpoint-team/room"] == left["stillpoint-team/coverage_room"] == 0
    assert influx.query("SELECT * FROM room", TEAM) == []
    assert influx.query("SELECT * FROM coverage_room", TEAM) == []
    status = influx.query("SELECT code, text FROM status", TEAM)
    assert len(status) > 5 and {row["code"] for row in status} == {"taken-back"}
    assert len(influx.query("SELECT label FROM phases", TEAM)) >= 4
    assert influx.query('SELECT max(n) FROM "group"')[0]["max"] == 5, "researchers go on with five"


def test_a_bucket_that_was_switched_off_since_is_not_called_empty(
    influx, sealed, capsys, monkeypatch
):
    monkeypatch.setenv("STILLPOINT_INFLUX_URL", influx.url)
    monkeypatch.setenv("STILLPOINT_INFLUX_TOKEN", TOKEN)
    monkeypatch.setenv("STILLPOINT_INFLUX_RAW_BUCKET", "stillpoint-raw")
    assert main(["replay", str(sealed), "--influx"]) == 0
    monkeypatch.delenv("STILLPOINT_INFLUX_RAW_BUCKET")
    assert main(["erase", str(sealed), "--seat", "6"]) == 1
    said = capsys.readouterr().out
    assert re.search(r"raw/raw +not asked", said) and "Nothing of it is left" not in said
    assert influx.query("SELECT count(ppg) FROM raw WHERE seat = '6'", "stillpoint-raw")
    assert still_there(sealed) == {6}, "the list of sessions goes on saying so"
    monkeypatch.setenv("STILLPOINT_INFLUX_RAW_BUCKET", "stillpoint-raw")
    assert main(["erase", str(sealed), "--seat", "6"]) == 0
    assert influx.query("SELECT count(ppg) FROM raw WHERE seat = '6'", "stillpoint-raw") == []
    assert not still_there(sealed)


def test_a_bucket_nobody_noted_is_asked_by_its_usual_name(influx, sealed, capsys, monkeypatch):
    monkeypatch.setenv("STILLPOINT_INFLUX_URL", influx.url)
    monkeypatch.setenv("STILLPOINT_INFLUX_TOKEN", TOKEN)
    monkeypatch.setenv("STILLPOINT_INFLUX_RAW_BUCKET", "stillpoint-raw")
    assert main(["replay", str(sealed), "--influx"]) == 0
    monkeypatch.delenv("STILLPOINT_INFLUX_RAW_BUCKET")
    (sealed / "influx.json").unlink()
    capsys.readouterr()
    assert main(["erase", str(sealed), "--seat", "6", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["left"]["stillpoint-raw/raw"] > 1000


def test_what_cannot_be_erased_says_why(influx, folder, monkeypatch, capsys):
    assert main(["replay", str(folder), "--influx"]) == 2
    assert "No InfluxDB is configured" in capsys.readouterr().err
    monkeypatch.setenv("STILLPOINT_INFLUX_URL", influx.url)
    assert main(["erase", str(folder), "--seat", "1"]) == 2
    assert "still being recorded" in capsys.readouterr().err
    assert not (folder / "erased.json").exists()


def test_a_line_that_will_never_be_taken_is_left_out_and_all_others_are_in(influx):
    bad = "features,seat=1 hr=notanumber 1"
    sender = Sender(poster(Settings(influx_url=influx.url, influx_token=TOKEN)))
    good = [f"features,session=s1,seat=1 hr={k}.5 {k}" for k in range(1, 40)]
    sender.send("stillpoint", [*good[:20], bad, *good[20:]])
    assert influx.query("SELECT count(hr) FROM features")[0]["count"] == 39
    assert sender.refused == 1 and "400" in sender.trouble.what
    assert "unable to parse 'features,seat=1 ...'" in sender.trouble.what
    assert "hr=" not in sender.trouble.what, "InfluxDB has quoted it whole"


def test_every_pulse_sample_goes_to_its_own_bucket_when_that_is_switched_on(influx, folder):
    journal = Journal(folder / "session.sqlite")
    rows = session(Kit(), 30)
    journal.append(entries(rows))
    journal.set_meta(sealed_ns=rows[-1].at_ns)
    journal.close()
    settings = Settings(influx_url=influx.url, influx_token=TOKEN,
                        influx_raw_bucket="stillpoint-raw", influx_waves=False)
    sink = refill(settings, folder)
    wait(lambda: sink.position == len(rows) + 2)
    (count,) = influx.query("SELECT count(ppg) FROM raw", db="stillpoint-raw")
    assert count["count"] == len(analyse(folder).samples(1).time_ns) > 2900
    assert influx.query("SELECT count(ppg) FROM waves") == []


def test_what_is_of_single_seats_comes_after_the_session_alone(influx, folder):
    """As the policy has it for every page: nobody's arousal is to be read while it happens."""
    settings = Settings(influx_url=influx.url, influx_token=TOKEN)
    journal, pipeline = Journal(folder / "session.sqlite"), Pipeline()
    sink = InfluxSink(folder, poster(settings), wanted(settings))
    rows = session(Kit(), 40)
    for entry in entries(rows):
        (stored,) = journal.append([entry])
        sink.put(stored.row, pipeline.feed(stored))
    wait(lambda: sink.position > 0 and not sink.pending)
    assert influx.query("SELECT count(stored) FROM coverage")[0]["count"] > 30
    for name in ("features", "waves", "group", "roles"):
        assert influx.query(f'SELECT * FROM "{name}"') == []
    promised = influx.query("SELECT code FROM status", TEAM)
    assert promised and {row["code"] for row in promised} == {"few"}  # seats: none is to come
    assert is_behind(folder), "a hub that is killed now would write all of it later"
    journal.set_meta(sealed_ns=rows[-1].at_ns)
    sink.end(len(rows) + 1, pipeline.finish(rows[-1].at_ns), rows[-1].at_ns)
    wait(lambda: sink.position == len(rows) + 2)
    assert len(seconds_stored(influx)) >= 39 and not is_behind(folder)
    assert {row["code"] for row in influx.query("SELECT code FROM status", TEAM)} == {"between"}
    assert influx.query("SELECT count(ppg) FROM waves")[0]["count"] > 900
