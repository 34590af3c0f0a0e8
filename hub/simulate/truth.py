"""The truth of a simulated session, in one file: docs/truth.md describes it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hub.arrays import Floats, Ints
from hub.simulate.feed import Clocks, Samples
from hub.simulate.world import Wearer, World

VERSION = 2


@dataclass(frozen=True, slots=True)
class SeatTruth:
    """What was true of one kit and its body; `seat` is the body's number, and the seat its kit has
    unless somebody gives it another. Times are UTC ns; `beat_ns` None: a recording, not known."""

    seat: int
    kit: str
    source: str
    sensor_hz: float
    ppb: int
    offset_us: int
    responder: bool
    ppg_time_ns: Ints
    ppg_value: Ints
    beat_ns: Ints | None
    eda_time_ns: Ints
    eda_code: Ints
    level_ns: Ints
    level_us: Floats
    scr_ns: Ints
    scr_us: Floats
    arousal_ns: Ints
    arousal: Floats
    speaking: Floats
    shaken_ns: Ints
    lifted_ns: Ints


@dataclass(frozen=True, slots=True)
class Truth:
    """A truth file. `meta` is its JSON: version, session, anchor, box, presses, seats."""

    meta: dict[str, Any]
    seats: dict[int, SeatTruth]

    @property
    def by_kit(self) -> dict[str, SeatTruth]:
        """Who is on which seat is said in the session, and may change; who wears a kit does not."""
        return {one.kit: one for one in self.seats.values()}


ARRAYS = ("ppg_time_ns", "ppg_value", "beat_ns", "eda_time_ns", "eda_code", "level_ns", "level_us",
          "scr_ns", "scr_us", "arousal_ns", "arousal", "speaking", "shaken_ns", "lifted_ns")
PLAIN = ("kit", "source", "sensor_hz", "ppb", "offset_us", "responder")


def of_world(world: World, session: str) -> Truth:
    """The truth so far. Call it when the world has stopped."""
    anchor, box = world.anchor, world.box_clocks
    seats = {wearer.seat: _seat(wearer, world) for wearer in world.wearers}
    meta: dict[str, Any] = {
        "version": VERSION,
        "session": session,
        "anchor": {"utc_ns": anchor.utc_ns, "mono_ns": anchor.mono_ns},
        "box": {"kit": world.box.name, "ppb": box.ppb, "offset_us": box.offset_us},
        "presses": [
            {"key": one.key, "time_ns": anchor.utc(one.at_us * 1000)} for one in world.pressed
        ],
        "seats": {str(n): {name: getattr(s, name) for name in PLAIN} for n, s in seats.items()},
    }
    return Truth(meta, seats)


def _seat(wearer: Wearer, world: World) -> SeatTruth:
    body, clocks = wearer.feed.body, wearer.feed.clocks
    anchor_ns = np.int64(world.anchor.utc(0))

    def utc(seconds: list[float]) -> Ints:
        mono = np.rint(np.array(seconds) * 1e9).astype(np.int64)
        return mono + anchor_ns

    def all_of(samples: Samples) -> tuple[Ints, Ints]:
        times_us = np.concatenate(samples.times_us)
        return times_us * 1000 + anchor_ns, np.concatenate(samples.values)

    def pairs(stretches: list[tuple[float, float]]) -> Ints:
        return utc([at for both in stretches for at in both]).reshape(-1, 2)

    beats, sweat, trace = body.heart.beats, body.sweat, body.trace
    return SeatTruth(
        wearer.seat, wearer.kit.name, body.person.source, clocks.sensor_hz, clocks.ppb,
        clocks.offset_us, body.person.skin.size_us >= sweat.COUNTED_US,
        *all_of(wearer.feed.samples), None if beats is None else utc(beats),
        *all_of(wearer.feed.skin), utc(sweat.levels_s), np.array(sweat.levels),
        utc(sweat.onsets), np.array(sweat.heights),
        utc(trace.arousal_s), np.array(trace.arousal), np.array(trace.speaking),
        pairs(body.fidget.shaken), pairs(body.fidget.lifted),
    )


def box_clocks(truth: Truth) -> Clocks:
    """The clocks of the leader's box, which has no sensor."""
    box = truth.meta["box"]
    return Clocks(0.0, box["ppb"], box["offset_us"])


def write(path: Path, truth: Truth) -> None:
    """Write the file whole or not at all."""
    arrays = {
        f"seat{n}_{name}": value
        for n, seat in truth.seats.items()
        for name in ARRAYS
        if (value := getattr(seat, name)) is not None
    }
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez_compressed(file, meta=np.array(json.dumps(truth.meta)), **arrays)
    part.replace(path)


def read(path: Path) -> Truth:
    """The truth of a file."""
    with np.load(path, allow_pickle=False) as file:
        meta = json.loads(str(file["meta"]))
        arrays: dict[str, Any] = {name: file[name] for name in file.files}
    return Truth(meta, {int(n): _read_seat(n, plain, arrays) for n, plain in meta["seats"].items()})


def _read_seat(n: str, plain: dict[str, Any], arrays: dict[str, Any]) -> SeatTruth:
    own: dict[str, Any] = {name: arrays.get(f"seat{n}_{name}") for name in ARRAYS}
    return SeatTruth(seat=int(n), **plain, **own)
