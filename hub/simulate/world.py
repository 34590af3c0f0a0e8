"""Feeds all kits in real time, from one thread."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from hub.simulate.feed import STOP, Clocks, Feed, press, record
from hub.simulate.kits import Kit
from hub.simulate.scene import Scene

AHEAD_US = 800_000
STEP_S = 0.25
SCENES_KEPT = 8


def mono_us() -> int:
    """Microseconds of the machine's monotonic clock, which the simulated boards go by too."""
    return time.monotonic_ns() // 1000


@dataclass(frozen=True, slots=True)
class Anchor:
    """What UTC it was at one moment of the monotonic clock; both in ns."""

    utc_ns: int
    mono_ns: int

    @staticmethod
    def take() -> Anchor:
        """The tightest of a few readings."""
        best: tuple[int, Anchor] | None = None
        for _ in range(20):
            before, utc, after = time.monotonic_ns(), time.time_ns(), time.monotonic_ns()
            if best is None or after - before < best[0]:
                best = after - before, Anchor(utc, (before + after) // 2)
        assert best is not None
        return best[1]

    def utc(self, mono_ns: int) -> int:
        """UTC ns of a monotonic ns."""
        return self.utc_ns + mono_ns - self.mono_ns


@dataclass(frozen=True, slots=True)
class Wearer:
    """A body and its kit. `seat` is the number of both; the session may map the kit to another."""

    seat: int
    kit: Kit
    feed: Feed


@dataclass(frozen=True, slots=True)
class Pressed:
    """A finger on the box, as it truly was."""

    key: int
    at_us: int


@dataclass
class World:
    """The circle: who wears what, the button box, and what is going on."""

    wearers: tuple[Wearer, ...]
    box: Kit
    box_clocks: Clocks
    anchor: Anchor
    scenes: list[Scene] = field(default_factory=lambda: [Scene(0.0)])
    pressed: list[Pressed] = field(default_factory=list[Pressed])

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bodies", daemon=True)

    @property
    def kits(self) -> tuple[Kit, ...]:
        return (*(wearer.kit for wearer in self.wearers), self.box)

    @property
    def bodies(self) -> dict[str, int]:
        """The number of the body that wears a kit, by the kit's name."""
        return {wearer.kit.name: wearer.seat for wearer in self.wearers}

    def start(self) -> None:
        """Switch every kit on and begin to live."""
        for kit in self.kits:
            kit.start()
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            self.step(mono_us() + AHEAD_US)
            self._stop.wait(STEP_S)

    def step(self, until_us: int) -> None:
        """Let every body live up to a moment of the monotonic clock."""
        scenes = self.scenes[-SCENES_KEPT:]
        for wearer in self.wearers:
            wearer.kit.send(wearer.feed.until(until_us, scenes))
        self.box.send(b"")

    def play(self, scene: Scene) -> None:
        """From now on this is going on."""
        self.scenes.append(scene)

    def press(self, key: int) -> None:
        """A finger comes down on a key of the box in 30 ms."""
        at_us = mono_us() + 30_000
        self.pressed.append(Pressed(key, at_us))
        self.box.send(press(key, at_us))

    def stop(self, timeout_s: float) -> list[str]:
        """Tell the kits to send what they hold and switch off; then take their power. Returns the
        names of those that had not ended by themselves."""
        for kit in self.kits:
            kit.send(record(STOP, 0, mono_us()))
        end = time.monotonic() + timeout_s
        late = [kit.name for kit in self.kits if not kit.wait(max(0.0, end - time.monotonic()))]
        self.kill()
        return late

    def kill(self) -> None:
        """Power off for all."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        for kit in self.kits:
            kit.kill()
