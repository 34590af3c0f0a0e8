"""A closed session, worked out whole."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from firmware import wire
from hub.analysis.clocks import WholeClocks
from hub.analysis.per_phase import PhaseFeatures, features_per_phase
from hub.clock import certificate
from hub.erased import erased_seats
from hub.journal import follow, read_meta
from hub.ledger import LATE_NS
from hub.phases import Course
from hub.pipeline import Ledgers, Pipeline, Placed, Result
from hub.records import Gap, Group, Ledger, Phase, Problem, Received, Second

JOURNAL = "session.sqlite"
AT_ONCE = 60  # seconds of signals: nobody waits for the first of them


@dataclass
class SeatSamples:
    """One channel of one seat: UTC ns, counts (PPG) or uS (EDA), and which came late."""

    time_ns: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]
    late: npt.NDArray[np.bool_]


@dataclass
class Analysis:
    """Everything that the journal says, with the clocks of the whole session."""

    folder: Path
    meta: dict[str, str]
    course: Course
    ledgers: list[Ledger]
    gaps: list[Gap]
    seconds: list[Second]
    group: list[Group]
    problems: list[Problem]  # rows that cannot be read, and what the hub said while it ran
    certificate: dict[str, Any]
    first_ns: int
    last_ns: int
    placed: dict[tuple[int, int], list[Placed]] = field(repr=False)

    @property
    def phases(self) -> tuple[Phase, ...]:
        return self.course.phases

    def samples(self, seat: int, channel: int = wire.PPG_IR) -> SeatSamples:
        """All samples of a seat within its enrolment, each once, in the order of the sensor."""
        kept = self.placed.get((seat, channel), [])
        if not kept:
            none = np.empty(0, dtype=np.int64)
            return SeatSamples(none, none.astype(np.float64), none.astype(np.bool_))
        blocks = [one.samples for one in kept]
        return SeatSamples(
            np.concatenate([block.times_ns for block in blocks]),
            np.concatenate([one.values for one in kept]),
            np.concatenate([block.at_ns - block.times_ns > LATE_NS for block in blocks]),
        )

    def features_per_phase(self) -> list[PhaseFeatures]:
        """Every feature of every seat in every phase."""
        return features_per_phase(self.seconds, self.phases, self.last_ns)


def analyse(folder: Path) -> Analysis:
    """Read a session's journal twice: once for the clocks, once for the results.

    FileNotFoundError where the folder holds no session.
    """
    path = journal_of(folder)
    clocks = WholeClocks(follow(path, 0))
    pipeline = Pipeline(clocks, AT_ONCE, waves=False, without=erased_seats(folder))
    results: dict[type, list[Any]] = defaultdict(list)
    first_ns = last_ns = 0
    for row in follow(path, 0):
        first_ns, last_ns = first_ns or row.at_ns, row.at_ns
        _sort(results, [*pipeline.feed(row), *_said_live(row)])
    ending = pipeline.finish(last_ns)
    _sort(results, ending)
    pipeline.course.remap(partial(_tick_ns, clocks))
    course = pipeline.course.state
    ledgers = next(list(last.rows) for last in ending if isinstance(last, Ledgers))
    return Analysis(
        folder, read_meta(path), course, ledgers, results[Gap],
        _newest(results[Second], _seat_second),
        _newest(results[Group], _second),
        sorted([*results[Problem], *pipeline.course.problems], key=lambda one: one.at_ns),
        certificate(clocks.kits, clocks.sensors),
        first_ns, course.closed_ns or last_ns, _by_seat(results[Placed]),
    )


def journal_of(folder: Path) -> Path:
    """The journal in a session's folder. FileNotFoundError, with what to do, if there is none."""
    path = folder / JOURNAL
    if not path.exists():
        raise FileNotFoundError(
            f"{folder} is no session: it holds no {JOURNAL}. `stillpoint sessions` lists them."
        )
    return path


def _tick_ns(clocks: WholeClocks, kit: str, boot: int, tick_us: int) -> int | None:
    """UTC ns of a tick by the clock of the whole session."""
    clock = clocks.kits.get((kit, boot))
    fit = clock.fit() if clock else None
    return None if fit is None else fit.to_ns(tick_us)


def _said_live(row: Received) -> list[Problem]:
    """The problem in a row hub/problem."""
    if row.topic != "hub/problem":
        return []
    try:
        return [Problem(**json.loads(row.payload))]
    except (ValueError, TypeError):
        return []


def _sort(kept: dict[type, list[Any]], results: list[Result]) -> None:
    for result in results:
        kept[type(result)].append(result)


def _second(row: Group) -> int:
    return row.time_ns


def _seat_second(row: Second) -> tuple[int, int]:
    return row.time_ns, row.seat


def _newest(rows: list[Any], key: Callable[[Any], Any]) -> list[Any]:
    """One row a key, the last that was said, in the order of the keys."""
    newest = {key(row): row for row in rows}
    return [newest[k] for k in sorted(newest)]


def _by_seat(placed: list[Placed]) -> dict[tuple[int, int], list[Placed]]:
    kept: dict[tuple[int, int], list[Placed]] = defaultdict(list)
    for one in placed:
        kept[(one.seat, one.samples.channel)].append(one)
    return kept
