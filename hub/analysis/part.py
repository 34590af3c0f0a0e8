"""One share of a session worked out: its journal read for the clocks, and again for the results."""

from __future__ import annotations

import contextlib
import gc
from collections import defaultdict
from collections.abc import Generator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np

from hub.analysis.clocks import WholeClocks
from hub.analysis.seats import SeatSeconds, by_seat
from hub.analysis.shares import Share
from hub.arrays import Bools, Floats, Ints
from hub.clock import FinalClock, FinalSensor
from hub.course.phases import Course
from hub.decode import Twice
from hub.disk.erased import erased_seats
from hub.disk.journal import JOURNAL, follow
from hub.records import Gap, Ledger, Problem
from hub.results.pipeline import Ledgers, Pipeline, Placed, Stretch

AT_ONCE = 60  # seconds of signals: nobody waits for the first of them


@contextlib.contextmanager
def uncollected() -> Generator[None, None, None]:
    """Millions of figures are made, and kept: to look through them again and again for cycles
    costs more than to carry them from one process to another."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.freeze()  # nor afterwards
            gc.enable()


@dataclass
class SeatSamples:
    """One channel of one seat: UTC ns, counts (PPG) or uS (EDA), and which came late; those of one
    kit after those of another, `begins`: where each further kit's do."""

    time_ns: Ints
    value: Floats
    late: Bools
    begins: tuple[int, ...] = ()


@dataclass
class Part:
    """What came of a share. `samples`: by seat and channel; `kits`, `sensors`: by (kit, boot)."""

    seats: dict[int, SeatSeconds]
    samples: dict[tuple[int, int], SeatSamples]
    gaps: list[Gap]
    ledgers: list[Ledger]
    problems: list[Problem]
    kits: dict[tuple[str, int], FinalClock]
    sensors: dict[tuple[str, int], list[FinalSensor]]


def work_out(folder: Path, share: Share, course: Course, end_ns: int) -> Part:
    """The results of the share's seats, by the `course` as it was in the end; the journal's last
    row came at `end_ns`."""
    path = folder / JOURNAL
    rows, decode = list(follow(path, kits=share.kits)), Twice()
    clocks = WholeClocks(rows, decode)
    others = frozenset(_every_seat(course)) - share.seats
    without = erased_seats(folder) | others
    pipeline = Pipeline(
        clocks, every=AT_ONCE, waves=False, without=without, decode=decode, by_second=False,
        final=course,
    )
    results: dict[type, list[Any]] = defaultdict(list)
    for row in rows:
        for result in pipeline.feed(row):
            results[type(result)].append(result)
    for result in pipeline.finish(end_ns):
        results[type(result)].append(result)
    return Part(
        seats=by_seat(results[Stretch]), samples=_samples(results[Placed]), gaps=results[Gap],
        ledgers=list(results[Ledgers][-1].rows), problems=results[Problem],
        kits=clocks.kits, sensors=clocks.sensors,
    )


def _every_seat(course: Course) -> set[int]:
    return {one.event.data["seat"] for one in course.history if one.event.kind == "seat"}


def _samples(placed: list[Placed]) -> dict[tuple[int, int], SeatSamples]:
    """All samples of a seat within its enrolment, each once, in the order of the sensor."""
    kept: dict[tuple[int, int], list[Placed]] = defaultdict(list)
    for one in placed:
        kept[(one.seat, one.samples.channel)].append(one)
    return {key: _together(several) for key, several in kept.items()}


def _together(several: list[Placed]) -> SeatSamples:
    several = sorted(several, key=lambda one: one.stay)
    blocks = [one.samples for one in several]
    ends = list(accumulate(len(block.times_ns) for block in blocks))
    begins = [end for end, (one, after) in zip(ends, pairwise(several), strict=False)
              if one.stay != after.stay]
    return SeatSamples(
        np.concatenate([block.times_ns for block in blocks]),
        np.concatenate([one.values for one in several]),
        np.concatenate([block.late for block in blocks]),
        tuple(begins),
    )
