"""What is said of a session after it was sealed reaches InfluxDB when nobody is disturbed."""

import pytest

from hub.disk.journal import last_row
from hub.live.view import LiveView
from hub.service import afterwards
from hub.service.hub import Hub
from hub.store.position import WHOLE, write_position
from tests.small_hub import NoBroker, NoWorkers, SmallHub, StoppedClock, record


class Refilling(NoWorkers):
    def __init__(self, settings=None):
        super().__init__(settings)
        self.refilled, self.views = [], {}

    def refill(self, session, folder):
        self.refilled.append(session)

    def view(self, session):
        return self.views.get(session)


class Small(SmallHub):
    """Its InfluxDB is never asked: the workers are none."""

    def start(self):
        self.hub = Hub(self.settings, Refilling, NoBroker)
        self.hub.start()
        self.hub.link.heard = self._acked

    def sealed(self, room):
        """A session that InfluxDB has whole."""
        info = self.open("k1", room=room)
        self.hub.close_session(info.id)
        self.seal(info)
        write_position(info.folder, last_row(info.path), WHOLE)
        return info

    def look(self, later_s=0.0):
        """The hub looks after its sessions, so much later."""
        self.clock.s += later_s
        self.hub.ingest.call(self.hub.ingest.every_second)


@pytest.fixture
def small(tmp_path, monkeypatch):
    clock = StoppedClock(monkeypatch)
    small = Small(tmp_path / "data", influx_url="http://127.0.0.1:9")
    small.clock = clock
    yield small
    small.hub.stop()


def correct(small, info):
    record(small.hub, info.id, "marker", {"label": "laughter"}, info.opened_ns + 1)


def test_a_correction_is_taken_in_a_minute_after_the_last_one(small):
    info = small.sealed("r1")
    small.look()
    assert small.hub.workers.refilled == [], "nothing was said"
    correct(small, info)
    small.look()
    correct(small, info)
    small.look(afterwards.REST_S - 5)
    assert small.hub.workers.refilled == []
    small.look(10)
    assert small.hub.workers.refilled == [info.id], "once for both"
    small.look()
    assert small.hub.workers.refilled == [info.id]


def test_not_while_another_session_runs_and_not_forgotten(small):
    info = small.sealed("r1")
    other = small.open("k2", room="r2")
    correct(small, info)
    small.look(afterwards.REST_S + 1)
    assert small.hub.workers.refilled == []
    small.hub.close_session(other.id)
    small.seal(other)
    small.look()
    assert info.id in small.hub.workers.refilled


def test_a_restart_remembers_it_and_waits_for_the_others_too(small):
    info = small.sealed("r1")
    other = small.open("k2", room="r2")
    correct(small, info)
    small.restart()
    small.look()
    assert small.hub.workers.refilled == []
    small.hub.close_session(other.id)
    small.seal(other)
    small.look()
    assert small.hub.workers.refilled == [info.id]


def test_who_corrects_hears_that_influxdb_has_it_not_yet(small):
    info = small.sealed("r1")
    view = small.hub.workers.views[info.id] = LiveView()
    correct(small, info)
    (said,) = view.snapshot()["problems"]
    assert said["code"] == "influxdb" and "not in InfluxDB yet" in said["what"]
    correct(small, info)
    assert len(view.snapshot()["problems"]) == 1, "one word of it"
