"""One share of a session worked out: its journal read for the clocks, and again for the results."""

from __future__ import annotations

import contextlib
import gc
from collections import defaultdict
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter
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
from hub.records import Gap, Ledger, Problem, Received
from hub.results.pipeline import Ledgers, Pipeline, Placed, Result, Stretch

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
    results, samples = defaultdict[type, list[Any]](list), _Gathered()
    for result in _results(pipeline, rows, end_ns):
        if isinstance(result, Placed):
            samples.add(result)
        else:
            results[type(result)].append(result)
    return Part(
        seats=by_seat(results[Stretch]), samples=samples.by_seat(), gaps=results[Gap],
        ledgers=list(results[Ledgers][-1].rows), problems=results[Problem],
        kits=clocks.kits, sensors=clocks.sensors,
    )


def _results(pipeline: Pipeline, rows: list[Received], end_ns: int) -> Iterator[Result]:
    """What the rows lead to; each is let go."""
    rows.reverse()
    while rows:
        yield from pipeline.feed(rows.pop())
    yield from pipeline.finish(end_ns)


def _every_seat(course: Course) -> set[int]:
    return {one.event.data["seat"] for one in course.history if one.event.kind == "seat"}


Columns = tuple[bytearray, bytearray, bytearray]  # of SeatSamples


class _Gathered:
    """All samples of a seat within its enrolment, each once, in the order of the sensor: in bytes
    that grow, for many small arrays and the one that they become would be twice as much."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int, int], Columns] = {}

    def add(self, placed: Placed) -> None:
        samples = placed.samples
        key = placed.seat, samples.channel, placed.stay
        kept = self._kept.setdefault(key, (bytearray(), bytearray(), bytearray()))
        for held, more in zip(kept, (samples.times_ns, placed.values, samples.late), strict=True):
            held += more.tobytes()

    def by_seat(self) -> dict[tuple[int, int], SeatSamples]:
        """By seat and channel, one of the seat's kits after the other."""
        stays: dict[tuple[int, int], list[Columns]] = defaultdict(list)
        for (seat, channel, _), kept in sorted(self._kept.items(), key=itemgetter(0)):
            stays[seat, channel].append(kept)
        return {key: _together(several) for key, several in stays.items()}


def _together(several: list[Columns]) -> SeatSamples:
    time_ns, value, late = map(_joined, zip(*several, strict=True))
    ends = accumulate(len(late) for _, _, late in several[:-1])
    return SeatSamples(np.frombuffer(time_ns, np.int64), np.frombuffer(value, np.float64),
                       np.frombuffer(late, np.bool_), tuple(ends))


def _joined(held: tuple[bytearray, ...]) -> bytearray:
    return bytearray().join(held) if held[1:] else held[0]
