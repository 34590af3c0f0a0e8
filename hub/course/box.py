"""What a button box says: the presses in its frames, placed in time, as events."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from firmware import wire
from hub.arrays import Floats, Ints
from hub.records import Event, Received


class Fit(Protocol):
    """What a clock knows about a kit's tick."""

    @property
    def error_ns(self) -> float: ...
    def to_ns(self, tick_us: int) -> Any: ...
    def error_at(self, tick_us: Ints) -> Floats: ...


@dataclass(frozen=True, slots=True)
class Touch:
    """A key of a button box that was touched. `placed` says how `at_ns` was found: by the box's
    clock (`fit`, `final`), which is not further off than `error_ns` at that tick, or, before it
    was known, by the frame's own send tick (`arrival`)."""

    kit: str
    boot: int
    index: int
    key: int
    tick_us: int
    at_ns: int
    received_ns: int
    placed: str
    error_ns: int | None

    @property
    def id(self) -> str:
        return f"{self.kit}:{self.boot:08x}:{self.index}"


def channels(payload: bytes) -> set[int]:
    """The channels of a frame, without decoding it; empty where it is damaged."""
    at = wire.STAMP_SIZE + wire.HEADER_SIZE
    channels: set[int] = set()
    while at + wire.BLOCK_SIZE <= len(payload) - wire.CRC_SIZE:
        channels.add(payload[at])
        size = int.from_bytes(payload[at + wire.BLOCK_SIZE - 2 : at + wire.BLOCK_SIZE], "little")
        at += wire.BLOCK_SIZE + size
    return channels


def touches(
    row: Received, kit: str, stamp: wire.Stamp, frame: wire.Frame, fit: Fit | None
) -> Iterator[Touch]:
    """The presses of a frame. Without a clock fit a press is placed by the frame's own send tick,
    which is right up to the delay of the network."""
    presses = [
        (block, offset, key)
        for block in frame.blocks
        if block.channel == wire.EVENT
        for offset, key in enumerate(block.values)
    ]
    fit = fit if fit and math.isfinite(fit.error_ns) else None
    for number, (block, offset, key) in enumerate(presses):
        late_ns = (stamp.send_us - block.tick_us) * 1000
        touch = Touch(
            kit,
            frame.boot,
            block.index + offset,
            key,
            block.tick_us,
            max(0, row.at_ns - max(0, late_ns)),
            row.at_ns + number,  # presses of one frame keep their order
            "arrival",
            None,
        )
        yield by_clock(touch, fit, "fit") if fit else touch


def by_clock(touch: Touch, fit: Fit, placed: str) -> Touch:
    """The touch where the box's clock puts it, which may be long before the box was first heard."""
    at_ns = max(0, min(int(fit.to_ns(touch.tick_us)), touch.received_ns))
    error_ns = int(fit.error_at(np.array([touch.tick_us]))[0])
    return replace(touch, at_ns=at_ns, placed=placed, error_ns=error_ns)


def event_of(touch: Touch, keys: tuple[dict[str, Any], ...]) -> Event:
    """The event of a press, where `keys` says what each key means (see `hub.course.protocol`)."""
    said: dict[str, Any] = keys[touch.key] if 0 <= touch.key < len(keys) else {}
    kind = next(iter(said), "key")
    data = {"key": touch.key, "kit": touch.kit, "placed": touch.placed, "error_ns": touch.error_ns}
    data |= {"label": said["marker"]} if kind == "marker" else {}
    data |= {"phase": said["phase"]} if kind == "phase" else {}
    return Event(touch.id, kind, touch.at_ns, "box", data, touch.received_ns)
