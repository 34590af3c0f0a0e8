"""Real kits with simulated bodies, each behind a network of its own that a test may cut."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path

from firmware import wire
from hub.disk.journal import Reader
from hub.records import Received
from hub.simulate import circle
from hub.simulate.bodies import Body
from hub.simulate.bodies import circle as people
from hub.simulate.feed import Feed
from hub.simulate.kits import Kit, Place, config
from hub.simulate.network import KINDS, Proxy
from hub.simulate.world import AHEAD_US, STEP_S, Anchor, Wearer, World, mono_us
from tests.system.rig_hub import ROOM, SITE

BOX = circle.BOX
NS = 1_000_000_000


@dataclass(frozen=True)
class Plan:
    """`rings`: the ring of each seat's kit in KB; `network`: a kind of hub.simulate.network."""

    rings: tuple[int, ...]
    network: str = "wifi"
    seed: int = 5


class Circle:
    """Kits "kit-1".. on seats 1.. and a button box. Use as a context."""

    def __init__(self, plan: Plan, folder: Path, port: int) -> None:
        self._plan, self._folder = plan, folder
        seats = range(len(plan.rings) + 1)  # 0: the box
        self.ways = [Proxy(("127.0.0.1", port), KINDS[plan.network], plan.seed + i) for i in seats]
        self._turn = threading.Lock()  # bodies speak to a kit from one thread at a time
        self._ending = threading.Event()
        self._life = threading.Thread(target=self._live, name="bodies", daemon=True)

    def __enter__(self) -> Circle:
        for way in self.ways:
            way.start()
        self.world = self._world()
        for kit in self.world.kits:
            kit.start()
        self._life.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ending.set()
        self._life.join()
        self.world.kill()
        for way in self.ways:
            way.stop()

    def _world(self) -> World:
        plan = circle.Plan(len(self._plan.rings), self._plan.seed)
        wearers = tuple(
            Wearer(person.seat, self._kit(f"kit-{person.seat}", "kit", person.seat, ring_kb),
                   Feed(Body(person, plan.seed), circle.clocks(person.seat, plan), mono_us()))
            for person, ring_kb in zip(people(plan.seats, plan.seed), self._plan.rings, strict=True)
        )
        return World(wearers, self._kit(BOX, "box", 0, 4), circle.clocks(0, plan), Anchor.take())

    def _kit(self, name: str, role: str, seat: int, ring_kb: int) -> Kit:
        crystal = circle.clocks(seat, circle.Plan(len(self._plan.rings), self._plan.seed))
        place = Place(SITE, ROOM, "127.0.0.1", self.ways[seat].port)
        settings = config(place, name, role, ring_kb)
        return Kit(self._folder / name, settings, crystal.record())

    def _live(self) -> None:
        while not self._ending.wait(STEP_S):
            with self._turn:
                self.world.step(mono_us() + AHEAD_US)

    def kit(self, seat: int) -> Kit:
        return self.world.wearers[seat - 1].kit

    @property
    def seats(self) -> dict[int, str]:
        """Seat -> kit."""
        return {wearer.seat: wearer.kit.name for wearer in self.world.wearers}

    def press(self, key: int) -> None:
        """A finger comes down on a key of the box."""
        with self._turn:
            self.world.press(key)

    def power_cut(self, seat: int) -> int:
        """Take a kit's power and give it back: another boot. UTC ns of the cut."""
        with self._turn:
            cut_ns = self.world.anchor.utc(mono_us() * 1000)
            self.kit(seat).kill()
            self.kit(seat).start()
        return cut_ns

    def logs(self) -> str:
        """What the kits said, for a failure's message."""
        return "\n".join(f"{k.name}: {k.log.read_text()[-600:]}" for k in self.world.kits)


class Progress:
    """What a session's journal has of its kits, read as it grows."""

    def __init__(self, journal: Path) -> None:
        self._reader = Reader(journal)
        self._row = 0
        self._rows: dict[str, list[Received]] = {}

    def frames(self, kit: str) -> list[Received]:
        """The frames of the kit's newest boot, by their number."""
        for row in self._reader.rows(self._row):
            self._row = row.row
            if row.topic.startswith("data/"):
                self._rows.setdefault(row.kit or "", []).append(row)
        rows = self._rows.get(kit, [])
        mine = (row for row in rows if row.boot == rows[-1].boot)
        return sorted(mine, key=lambda row: row.seq or 0)

    def caught_up(self, kit: str) -> bool:
        """True if the newest frame has just come, was sent as soon as it was made, and the kit
        holds none from before it."""
        rows = self.frames(kit)
        if not rows or time.time_ns() - rows[-1].at_ns > 3 * NS:
            return False
        stamp, frame = wire.decode(rows[-1].payload)
        fresh = stamp.send_us - max(block.tick_us for block in frame.blocks) < 2_000_000
        return fresh and (rows[-1].seq or 0) - stamp.base <= 2

    def bytes_a_second(self, kit: str) -> float:
        """How fast a kit's ring fills, by the frames that it sent."""
        rows = self.frames(kit)
        ticks = [wire.decode(row.payload)[1].blocks[0].tick_us for row in (rows[0], rows[-1])]
        sizes = [len(row.payload) - wire.STAMP_SIZE - wire.CRC_SIZE for row in rows[1:]]
        return sum(sizes) / ((ticks[1] - ticks[0]) * 1e-6)

    def close(self) -> None:
        self._reader.close()
