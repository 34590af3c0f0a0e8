"""InfluxDB, the real one: filled from a session's journal, also after it was away."""

import shutil
import time
from itertools import pairwise

import pytest

from hub.influx import InfluxSink, is_behind, poster, refill
from hub.journal import Entry, Journal
from hub.pipeline import Pipeline
from hub.settings import Settings
from tests.rows import Kit, session
from tests.system.influx import TOKEN, running_influx

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


def wait(condition, seconds=30):
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
    monkeypatch.setattr("hub.influx.QUEUED_LINES_MAX", 50)  # so that the queue must be given up
    monkeypatch.setattr("hub.influx.RETRY_S", (0.05,))
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
    again = InfluxSink(folder, lambda lines: None)
    assert again.position == half


def test_a_wrong_token_is_said_and_nothing_is_given_up(influx, folder, monkeypatch):
    monkeypatch.setattr("hub.influx.RETRY_S", (0.05,))
    worker = Worker(folder, influx, token="wrong")
    worker.feed(session(Kit(), 10))
    wait(lambda: worker.sink.error)
    assert "401" in worker.sink.error
    assert worker.sink.position == 0


def test_a_session_that_ended_while_influxdb_was_away_is_filled_in_later(
    influx, folder, monkeypatch
):
    monkeypatch.setattr("hub.influx.RETRY_S", (0.05,))
    influx.stop()
    worker = Worker(folder, influx)
    rows = session(Kit(), 40)
    last = worker.feed(rows)
    worker.journal.set_meta(sealed_ns=rows[-1].at_ns)
    worker.journal.close()
    assert is_behind(folder)
    influx.start()
    sink = refill(Settings(influx_url=influx.url, influx_token=TOKEN), folder)
    wait(lambda: sink.position == last + 1)
    assert not is_behind(folder)
    times = seconds_stored(influx)
    assert len(times) == len(set(times)) >= 39
