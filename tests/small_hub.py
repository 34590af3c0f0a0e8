"""A hub without broker and workers: kits speak to it by calls."""

from __future__ import annotations

import uuid
from importlib import resources

from bench.frames import FrameKit
from hub.disk.journal import Reader
from hub.errors import Refused
from hub.intake import shelf
from hub.live.view import LiveView
from hub.records import Event
from hub.service import afterwards
from hub.service.hub import Hub
from hub.settings import Settings
from tests.waiting import wait_for

PROTOCOL = resources.files("hub.protocols").joinpath("demo-fast.toml").read_text("utf-8")


def record(hub, session, kind, data, at_ns=None, source="console", id=None):
    """Say one thing of a session, as a page does: what is stored, or Refused."""
    at_ns = hub.now_ns() if at_ns is None else at_ns
    event = Event(id or str(uuid.uuid4()), kind, at_ns, source, data)
    (stored,) = hub.record_events(session, [event])
    if isinstance(stored, Refused):
        raise stored
    return stored


class NoWorkers:
    """Stands for hub.live.workers.Workers; remembers what it was told."""

    def __init__(self, settings=None):
        self.followed, self.sealed = [], []
        self.views = {}

    def follow(self, session, folder):
        self.followed.append(session)
        return self.views.setdefault(session, LiveView())

    def seal(self, session):
        self.sealed.append(session)

    def view(self, session):
        return self.views.get(session)

    def stop(self):
        pass


class NoBroker:
    """Stands for hub.intake.mqtt.Link; what the hub publishes goes to `heard`."""

    mistakes, alive = 0, True

    def __init__(self, settings, on_message, on_line):
        self.on_line, self.heard = on_line, lambda topic, payload: None

    def start(self):
        self.on_line(True, "")

    def stop(self):
        pass

    def publish(self, topic, payload):
        self.heard(topic, payload)
        return True


class StoppedClock:
    """Stands for `time` where the hub counts for how long nothing has come of a session: its
    seconds pass when a test says so, however long that takes."""

    def __init__(self, monkeypatch):
        self.s = 1000.0
        for module in (shelf, afterwards):
            monkeypatch.setattr(module, "time", self)

    def monotonic(self):
        return self.s


class SmallHub:
    """A hub and its kits. Time of the kits is in seconds and goes on by `second()`."""

    def __init__(self, folder, **settings):
        self.settings = Settings(
            **{"data_dir": folder, "reserve_mb": 0, **settings}
        )
        self.kits: dict[str, FrameKit] = {}
        self.now_s, self.step_s = 1000.0, 1.0
        self.deaf = False  # acknowledgements do not reach the kits
        self.start()

    def start(self):
        self.hub = Hub(self.settings, NoWorkers, NoBroker)
        self.hub.start()
        self.hub.link.heard = self._acked

    def restart(self):
        self.hub.stop()
        self.start()

    def _acked(self, topic, payload):
        name = topic.split("/")[4]
        if name in self.kits and not self.deaf:
            self.kits[name].acked(payload, self.now_s)

    def add(self, *names, room="r1", role="kit"):
        for name in names:
            kit = FrameKit("site", room, name, self._arrived, role)
            self.kits[name] = kit
            kit.connected(self.now_s)
        self.second()
        wait_for(lambda: set(names) <= {kit["kit"] for kit in self.hub.kits()}, "kits are heard")

    def _arrived(self, topic, payload):
        self.hub.ingest.arrived(topic, payload)

    def second(self, count=1):
        for _ in range(count):
            self.now_s += self.step_s
            for kit in self.kits.values():
                kit.second(self.now_s)
        self.settle()

    def settle(self):
        """Wait until the writer has dealt with all that came."""
        for _ in range(2):
            self.hub.ingest.call(lambda: None)

    def seal(self, info):
        """As when nothing more is waited for; unless the hub has, which looks once a second."""
        self.hub.ingest.call(lambda: self._seal(info))

    def _seal(self, info):
        session = self.hub.shelf.inwork.get(info.tag)
        if session is not None:
            session.mark(sealed_ns=self.hub.now_ns())
            self.hub.shelf.put_away(session)

    def open(self, *names, room="r1"):
        seats = {n + 1: name for n, name in enumerate(names)}
        return self.hub.open_session(room, PROTOCOL, seats, True, "en")

    def rows(self, info, topics=""):
        with Reader(info.path) as reader:
            return [row for row in reader.rows() if row.topic.startswith(topics)]

    def seqs(self, info, kit):
        return [row.seq for row in self.rows(info, f"data/{kit}")]
