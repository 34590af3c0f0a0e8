"""Journal rows of a made-up session, as the hub would have written them, with their truth."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import resources

import numpy as np

from firmware import wire
from hub.records import Received

NS = 1_000_000_000
OPEN_NS = 1_700_000_000 * NS
BOOT, TAG = 0x1234_5678, 99


def event(kind, at_ns, row, **data):
    said = {"id": f"e{row}", "kind": kind, "at_ns": at_ns, "source": "script", "data": data}
    return Received(row, at_ns, f"event/{kind}", json.dumps(said).encode())


def protocol_text(name="demo-fast"):
    """A shipped protocol's text."""
    return resources.files("hub").joinpath(f"protocols/{name}.toml").read_text("utf-8")


def pulse(index, hz, bpm=66.0):
    """IR counts of a regular pulse: they fall with each beat."""
    return beating(index / hz * bpm / 60)


def beating(beats):
    """IR counts where so many beats have gone by."""
    phase = beats % 1.0
    wave = np.exp(-((phase - 0.15) ** 2) / 0.006) + 0.4 * np.exp(-((phase - 0.42) ** 2) / 0.012)
    return np.rint(150_000 - 2_000 * wave).astype(int)


@dataclass
class Kit:
    """A kit on a seat: its own crystal and sensor, delays of a quiet network."""

    name: str = "kit-1"
    seat: int = 1
    hz: float = 101.7
    ppm: float = 30.0
    offset_us: int = 5_000_000
    begin_ns: int = OPEN_NS + NS
    seq: int = 0
    boot: int = BOOT
    deaf_ns: int = 2**62  # from then on it hears nothing of the hub
    hub_ns: Callable[[int], int] = int  # the hub's time at a true one
    forgets: bool = True  # holds nothing but the frame it sends
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(1))

    def tick(self, ns):
        return round((ns - OPEN_NS) * 1e-3 * (1 + self.ppm * 1e-6)) + self.offset_us

    def counts(self, index):
        """What the pulse sensor reads."""
        return pulse(index, self.hz)

    def skin(self, second):
        """What the skin sensor reads in a second."""
        return [8000] * 16

    def sample_ns(self, index):
        """The truth: when the sample's conversion was complete."""
        return self.begin_ns + (np.asarray(index) + 1) * (NS / self.hz)

    def frame(self, second, row, late_ns=0, keep=True):
        """The row of the frame that covers this second (0, 1, ...) of the recording."""
        cut_ns = self.begin_ns + (second + 1) * NS + int(self.rng.integers(0, 15_000_000))
        before_ns = 0 if second == 0 else self._cut_before
        self._cut_before = cut_ns
        first, last = (self._taken(ns) for ns in (before_ns, cut_ns))
        values = self.counts(np.arange(first, last))
        blocks = [_block(wire.PPG_IR, first, values, self.tick(cut_ns), 300)]
        blocks.append(_block(wire.EDA, 16 * second, self.skin(second), self.tick(cut_ns), 300))
        payload = self._payload(blocks, cut_ns + late_ns)
        arrival = self.hub_ns(cut_ns + late_ns + int(self.rng.exponential(3e6)) + 500_000)
        self.seq += 1
        if not keep:
            return None
        return Received(
            row, arrival, f"data/{self.name}", payload, self.name, self.boot, self.seq - 1
        )

    def press(self, number, at_ns, key=0):
        """The row of a frame that a box made of a press."""
        payload = self._payload([_block(wire.EVENT, number, [key], self.tick(at_ns), 0)], at_ns)
        self.seq += 1
        arrival = at_ns + 4_000_000
        return Received(
            0, arrival, f"data/{self.name}", payload, self.name, self.boot, self.seq - 1
        )

    def _taken(self, ns):
        return max(0, int((ns - self.begin_ns) * 1e-9 * self.hz)) if ns else 0

    def _payload(self, blocks, send_ns):
        writer = wire.FrameWriter()
        writer.begin()
        for block in blocks:
            writer.block(block)
        size = writer.end(0, self.boot, TAG, self.seq)
        buf = bytearray(wire.PAYLOAD_MAX)
        buf[wire.STAMP_SIZE : wire.STAMP_SIZE + size] = writer.buf[:size]
        send, echo_ns = self.tick(send_ns), min(send_ns, self.deaf_ns) - 900_000_000
        echo = self.tick(echo_ns + 500_000)
        wire.stamp_into(buf, self.seq if self.forgets else 0, *_split(send),
                        self.hub_ns(echo_ns), *_split(echo))
        return bytes(buf[: wire.seal(buf, size)])


@dataclass
class Changing(Kit):
    """A kit whose sensor runs at another rate from `change_s` on."""

    change_s: float = 60.0
    then_hz: float = 50.0

    def counts(self, index):
        return beating((self.sample_ns(index) - self.begin_ns) / NS * 66.0 / 60)

    def sample_ns(self, index):
        before = self.change_s * self.hz
        taken_s = np.minimum(index + 1, before) / self.hz
        return self.begin_ns + (taken_s + np.maximum(index + 1 - before, 0) / self.then_hz) * NS

    def _taken(self, ns):
        taken_s = (ns - self.begin_ns) / NS if ns else 0.0
        after_s = max(0.0, taken_s - self.change_s)
        return max(0, int((taken_s - after_s) * self.hz + after_s * self.then_hz))


def _split(tick):
    return tick & (wire.TICK_SPAN - 1), tick >> wire.TICK_BITS


def _block(channel, index, values, tick, span):
    writer = wire.BlockWriter(channel, 800)
    writer.clear(index)
    for value in values:
        writer.add(int(value))
    writer.at(*_split(tick), span)
    return writer


def session(kit, seconds, skip=(), late=None, close=True):
    """All rows of a session of so many seconds with one kit; frames in `skip` are gone for good,
    `late` maps a frame's second to how long it was held back (s)."""
    late = late or {}
    about = {"kit": kit.name, "role": "kit"}
    rows = [
        Received(1, OPEN_NS, "hub/start", b"{}"),
        event("open", OPEN_NS, 2, site="s", room="r", protocol=protocol_text(), simulated=True),
        Received(3, OPEN_NS, f"about/{kit.name}", json.dumps(about).encode()),
        event("seat", OPEN_NS + 1, 4, seat=kit.seat, kit=kit.name),
    ]
    frames = [
        kit.frame(s, 0, int(late.get(s, 0) * NS), keep=s not in skip) for s in range(seconds)
    ]
    ticks = [Received(0, OPEN_NS + (s + 1) * NS, "hub/tick", b"") for s in range(seconds + 3)]
    rest = sorted([*(f for f in frames if f), *ticks], key=lambda r: r.at_ns)
    rows += [row._replace(row=5 + i) for i, row in enumerate(rest)]
    if close:
        rows.append(event("close", kit.begin_ns + seconds * NS, len(rows) + 1))
    return rows
