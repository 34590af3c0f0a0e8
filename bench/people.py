"""What the pipeline makes of a room of 14 simulated people: for those who measure what comes
behind it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import numpy as np

from bench.fleet import ROOM_SEATS
from firmware import wire
from hub.arrays import Floats, Ints
from hub.records import Received
from hub.results.pipeline import Pipeline, Result
from hub.simulate.bodies import Body, circle
from hub.simulate.scene import Scene
from hub.simulate.skin import code
from tests.rows import BOOT, NS, OPEN_NS, Kit, event, protocol_text

PPG_HZ, EDA_HZ = 100, 16
BASELINE_S = 90
Step = tuple[int, int, list[Result]]  # row, its arrival (ns), what it led to


def room(seconds: int) -> list[Step]:
    """A session's rows with their results. Its kits are spread over the second; the baseline ends
    after BASELINE_S, so that everything is computed once windows are full (five minutes)."""
    pipeline = Pipeline()
    return [(row.row, row.at_ns, pipeline.feed(row)) for row in rows(seconds)]


def rows(seconds: int, seats: int = ROOM_SEATS) -> list[Received]:
    """The rows of a session with so many seats, in the order of arrival."""
    opening = event("open", OPEN_NS, 1, site="s", room="r", protocol=protocol_text(),
                    simulated=True)
    presses = [
        event("phase", OPEN_NS + NS, 201, phase="baseline"),
        event("phase", OPEN_NS + BASELINE_S * NS, 202, phase="presentation"),
        event("presenter", OPEN_NS + BASELINE_S * NS, 203, seat=1),
        event("speaker", OPEN_NS + BASELINE_S * NS, 204, seat=1),
    ]
    ticks = [Received(0, OPEN_NS + second * NS, "hub/tick", b"") for second in range(1, seconds)]
    frames = [row for seat in range(1, seats + 1) for row in _of(seat, seconds)]
    given = [event("seat", OPEN_NS + k, 100 + k, seat=k, kit=f"kit-{k}")
             for k in range(1, seats + 1)]
    said = [_about(seat) for seat in range(1, seats + 1)]
    rest = sorted([*said, *given, *presses, *ticks, *frames], key=lambda row: row.at_ns)
    return [row._replace(row=at) for at, row in enumerate([opening, *rest], 1)]


def _about(seat: int) -> Received:
    """What a kit says of itself when it comes."""
    kit = f"kit-{seat}"
    payload = json.dumps({"kit": kit, "role": "kit"}).encode()
    return Received(0, OPEN_NS, f"about/{kit}", payload)


def _of(seat: int, seconds: int) -> list[Received]:
    worn = _Worn(Kit(f"kit-{seat}", seat, PPG_HZ, begin_ns=OPEN_NS + NS + seat * NS // ROOM_SEATS))
    return [worn.frame(second) for second in range(seconds - 2)]


@dataclass
class _Worn:
    """A kit with somebody's body behind it: a frame a second."""

    kit: Kit
    scenes: list[Scene] = field(default_factory=lambda: [
        Scene(0.0, "baseline", 0.0, BASELINE_S), Scene(BASELINE_S, "presentation", BASELINE_S)
    ])

    def __post_init__(self) -> None:
        self._body = Body(circle(ROOM_SEATS, 1)[self.kit.seat - 1], 1)

    def frame(self, second: int) -> Received:
        """The row of the frame of this second."""
        cut_ns = self.kit.begin_ns + (second + 1) * NS
        tick = self.kit.tick(cut_ns)
        light, skin = self._sensed(second)
        blocks = [_block(wire.PPG_IR, PPG_HZ * second, light, tick),
                  _block(wire.EDA, EDA_HZ * second, skin, tick)]
        payload = self.kit._payload(blocks, cut_ns)
        self.kit.seq += 1
        at_ns = cut_ns + 2_000_000
        return Received(0, at_ns, f"data/{self.kit.name}", payload, self.kit.name, BOOT, second)

    def _sensed(self, second: int) -> tuple[Ints, Ints]:
        fast, slow = (_grid(second, hz) for hz in (PPG_HZ, EDA_HZ))
        mood = self._body.mood(fast, 1 / PPG_HZ, self.scenes)
        light = self._body.pulse(fast, 1 / PPG_HZ, mood)
        calm = self._body.mood(slow, 1 / EDA_HZ, self.scenes)
        return light, code(self._body.skin_us(slow, 1 / EDA_HZ, calm))


def _grid(second: int, hz: int) -> Floats:
    return second + (np.arange(hz) + 1) / hz


def _block(channel: int, index: int, values: Ints, tick: int) -> wire.BlockWriter:
    writer = wire.BlockWriter(channel, 800)
    writer.clear(index)
    for value in values.tolist():
        writer.add(value)
    writer.at(tick & (wire.TICK_SPAN - 1), tick >> wire.TICK_BITS, 300)
    return writer
