"""One circle that lives through everything that may go wrong, told as facts for the tests to judge.

seat 1  nothing of its own: only the hub, the broker and the worker fail
seat 2  cut off shortly before the session is closed, and back when the next one runs
seat 3  a ring of 4 KB, and cut off for longer than that holds
seat 4  loses its power while the broker is down
"""

from __future__ import annotations

import itertools
import os
import signal
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.disk.files import whole_lines
from hub.disk.journal import Reader
from hub.results.digest import DIGEST, from_json
from hub.simulate import truth
from hub.simulate.kits import RING_KB
from tests.system.broker import Broker
from tests.system.rig_circle import BOX, Circle, Plan, Progress
from tests.system.rig_hub import HubRig
from tests.waiting import wait_for

TINY_KB, TINY_HOLDS_S = 4, 24  # how long a ring of 4 KB lasts, at most
UNTIL_CLOCKS_S = 66  # a session lasts at least so long, so that its clocks can be judged
KILLS_IN_WORK, KILLS_ANYTIME = 4, 6


@dataclass(frozen=True)
class Script:
    """How long the broker is away and hangs (s)."""

    broker_down_s: float
    broker_hung_s: float


@dataclass
class Facts:
    """What happened. Times in UTC ns."""

    hub: HubRig
    first: str = ""  # the sessions
    second: str = ""
    truth: truth.Truth | None = None
    presses: list[str] = field(default_factory=list[str])  # ids the console was told are durable
    touched_ns: list[int] = field(default_factory=list[int])  # keys of the box
    cut_ns: tuple[int, int] = (0, 0)  # seat 3
    down_ns: int = 0  # the broker's end
    power_ns: int = 0  # seat 4
    closed_ns: int = 0
    cut_2_ns: int = 0
    restored_ns: int = 0  # seat 2
    workers: list[int] = field(default_factory=list[int])
    problems: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    states: list[str] = field(default_factory=list[str])
    bytes_a_second: float = 0.0
    exit_code: int | None = None

    def folder(self, session: str) -> Path:
        return self.hub.folder(session)


def live_through(script: Script, folder: Path) -> Facts:
    """Run it all; returns when both sessions are sealed and everything has ended."""
    broker = Broker(folder)
    broker.start()
    hub = HubRig(folder, broker.port)
    try:
        hub.start()
        with Circle(Plan((RING_KB, RING_KB, TINY_KB, RING_KB)), folder, broker.port) as circle:
            return _Story(script, broker, hub, circle).tell()
    finally:
        hub.stop()
        broker.stop()


class _Story:
    def __init__(self, script: Script, broker: Broker, hub: HubRig, circle: Circle) -> None:
        self.script, self.broker, self.hub, self.circle = script, broker, hub, circle
        self.facts = Facts(hub)
        self._keys = itertools.cycle(range(6))

    def tell(self) -> Facts:
        try:
            self._begin()
            self._hub_dies()
            self._worker_dies()
            self._broker_dies()
            self._broker_hangs()
            self._close_without_seat_2()
            self._second_session()
            self._end()
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.circle.logs()}\n{self._hub_log()}") from error
        return self.facts

    def _hub_log(self) -> str:
        return self.hub.log.read_text()[-3000:] if self.hub.log.exists() else ""

    # -- scenes -----------------------------------------------------------------------------------

    def _begin(self) -> None:
        self.hub.ready()
        wanted = {*self.circle.seats.values(), BOX}
        wait_for(lambda: wanted <= set(self.hub.kits()), "every kit is heard")
        self.facts.first = self.hub.open(self.circle.seats)
        self.began = time.monotonic()
        self.progress = Progress(self.hub.folder(self.facts.first) / "session.sqlite")
        self._all_caught_up()
        self._press()

    def _hub_dies(self) -> None:
        """Ten times: some while it works, some while it is only just starting. Seat 3 is cut off
        meanwhile, for longer than its ring holds."""
        cut_ns, cut_at = self._now_ns(), time.monotonic()
        self.circle.ways[3].cut()
        for _ in range(KILLS_IN_WORK):
            self.hub.ready()
            self._say({"seat": 1})
            self._press()
            self.hub.kill_within(0.6)
        for _ in range(KILLS_ANYTIME):
            self.hub.kill_within(3.0)
        self.hub.ready()
        self._press()
        _wait_until(cut_at + TINY_HOLDS_S)
        self.circle.ways[3].restore()
        self.facts.cut_ns = (cut_ns, self._now_ns())
        self._all_caught_up()

    def _worker_dies(self) -> None:
        worker = self.hub.worker()
        assert worker is not None
        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: self.hub.worker() not in (None, worker), "another worker")
        self.facts.workers = [worker, self.hub.worker() or 0]

    def _broker_dies(self) -> None:
        self.broker.kill()
        begin, self.facts.down_ns = time.monotonic(), self._now_ns()
        wait_for(lambda: "broker" in self._problems(), "the console says that the broker is gone")
        self.facts.problems["broker down"] = self._problems()
        self._press()
        _wait_until(begin + self.script.broker_down_s / 3)
        self.facts.power_ns = self.circle.power_cut(4)
        _wait_until(begin + self.script.broker_down_s)
        self.broker.start()
        self._all_caught_up()
        self.facts.problems["broker back"] = self._problems()

    def _broker_hangs(self) -> None:
        begin = time.monotonic()
        self.broker.hang()
        self._press()
        _wait_until(begin + self.script.broker_hung_s)
        self.broker.go_on()
        self._all_caught_up()

    def _close_without_seat_2(self) -> None:
        self.facts.bytes_a_second = self.progress.bytes_a_second("kit-1")
        _wait_until(self.began + UNTIL_CLOCKS_S)
        self.facts.cut_2_ns = self._now_ns()
        self.circle.ways[2].cut()
        _wait_until(time.monotonic() + 3)
        self.facts.closed_ns = self.hub.close(self.facts.first)
        self.hub.kill()
        self.hub.start()
        self.hub.ready()
        self.facts.states.append(self.hub.state(self.facts.first))

    def _second_session(self) -> None:
        self.facts.second = self.hub.open({1: "kit-1", 2: "kit-2"})
        self.progress.close()
        self.progress = Progress(self.hub.folder(self.facts.second) / "session.sqlite")
        self._caught_up("kit-1")
        self.facts.states.append(self.hub.state(self.facts.first))
        self.facts.restored_ns = self._now_ns()
        self.circle.ways[2].restore()
        self._caught_up("kit-2")
        wait_for(lambda: self.hub.state(self.facts.first) == "sealed", "the first is sealed")
        self.hub.close(self.facts.second)
        wait_for(lambda: self.hub.state(self.facts.second) == "sealed", "the second is sealed")
        folders = [self.hub.folder(session) for session in (self.facts.first, self.facts.second)]
        wait_for(lambda: all(map(_said_all, folders)), "the live digests have their last line")

    def _end(self) -> None:
        self.progress.close()
        self.facts.exit_code = self.hub.stop()
        self.facts.truth = truth.of_world(self.circle.world, self.facts.first)
        world = self.circle.world
        self.facts.touched_ns = [world.anchor.utc(one.at_us * 1000) for one in world.pressed]

    # -- words ------------------------------------------------------------------------------------

    def _now_ns(self) -> int:
        return self.circle.world.anchor.utc(time.monotonic_ns())

    def _press(self) -> None:
        self.circle.press(next(self._keys))

    def _say(self, data: dict[str, Any]) -> None:
        self.facts.presses.append(self.hub.console().press(self.facts.first, "speaker", data))

    def _problems(self) -> list[str]:
        return [problem["code"] for problem in self.hub.get("/api/problems")]

    def _caught_up(self, kit: str) -> None:
        wait_for(lambda: self.progress.caught_up(kit), f"{kit} has caught up")

    def _all_caught_up(self) -> None:
        for kit in self.circle.seats.values():
            self._caught_up(kit)


def _said_all(folder: Path) -> bool:
    """True if the live digest goes up to the journal's last row."""
    lines = whole_lines(folder / DIGEST)
    with Reader(folder / "session.sqlite") as reader:
        return bool(lines) and from_json(lines[-1]).row == reader.rows()[-1].row


def _wait_until(moment: float) -> None:
    """Until this moment of the monotonic clock: an outage has to last."""
    threading.Event().wait(max(0.0, moment - time.monotonic()))
