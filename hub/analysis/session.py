"""A closed session, worked out whole."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from firmware import wire
from hub.analysis.clocks import WholeClocks
from hub.analysis.group_curve import whole_curve
from hub.analysis.helper import Helper
from hub.analysis.kits import kits_of
from hub.analysis.missing import missing
from hub.analysis.part import Part, SeatSamples, uncollected, work_out
from hub.analysis.per_phase import PhaseFeatures, features_per_phase
from hub.analysis.seats import SeatSeconds
from hub.analysis.shares import shares
from hub.clock import FinalClock, FinalFit, certificate
from hub.course.basis import corrected_ns
from hub.course.log import CourseLog
from hub.course.phases import Course
from hub.disk.erased import erased_seats, erased_through
from hub.disk.journal import JOURNAL, Reader, follow, read_meta
from hub.disk.sessions import listing
from hub.records import Gap, Group, Ledger, Phase, Problem, Received, Span

FRAMES_EACH = 10_000  # a few seconds of work


@dataclass
class Analysis:
    """Everything that the journal says, with the clocks of the whole session."""

    folder: Path
    meta: dict[str, str]
    course: Course
    ledgers: list[Ledger]
    gaps: list[Gap]
    seats: dict[int, SeatSeconds]  # those that have a second, in order
    group: list[Group]
    problems: list[Problem]  # rows that cannot be read, and what the hub said while it ran
    missing: list[str]  # rows and presses that are gone
    certificate: dict[str, Any]
    first_ns: int
    last_ns: int
    corrected_ns: int | None  # when the hub last heard that a baseline was another one
    descriptions: list[Received]  # of kits, as they came
    placed: dict[tuple[int, int], SeatSamples] = field(repr=False)

    @property
    def phases(self) -> tuple[Phase, ...]:
        return self.course.phases

    def samples(self, seat: int, channel: int = wire.PPG_IR) -> SeatSamples:
        """All samples of a seat within its enrolment, each once, in the order of the sensor."""
        kept = self.placed.get((seat, channel))
        if kept is None:
            none = np.empty(0, dtype=np.int64)
            return SeatSamples(none, none.astype(np.float64), none.astype(np.bool_))
        return kept

    def features_per_phase(self) -> list[PhaseFeatures]:
        """Every feature of every seat in every phase."""
        return features_per_phase(self.seats, self.phases, self.last_ns)


@dataclass
class _Read:
    """A first reading of the journal: what was said, and how much there is."""

    frames: dict[str, int]  # by kit
    first_ns: int
    last_ns: int
    descriptions: list[Received]
    course: CourseLog = field(default_factory=CourseLog)
    problems: list[Problem] = field(default_factory=list[Problem])
    corrected_ns: int | None = None
    through: int | None = None  # the last row that says who had which kit; None: each does
    seats: dict[int, tuple[Span, ...]] | None = None  # as that row left it

    def feed(self, row: Received) -> None:
        if self.seats is None and self.through is not None and row.row > self.through:
            self.seats = self.course.state.seats
        self.course.feed(row)
        self.problems += _said_live(row)

    @property
    def state(self) -> Course:
        course = self.course.state
        return course if self.seats is None else replace(course, seats=self.seats)

    @property
    def boxes(self) -> set[str]:
        return {kit for kit, role in self.course.roles.items() if role == "box"}


def _first_reading(path: Path, through: int | None) -> _Read:
    """Presses come in the frames of boxes: of kits' frames only theirs are read, and those of kits
    that have not said what they are. They are placed by the clocks of the whole session."""
    with Reader(path) as reader:
        spoken = reader.topics("about/")
        read = _Read(reader.sizes(), *reader.span_ns(), spoken, through=through)
    boxes: set[str] = set()
    said = CourseLog()
    for row in read.descriptions:
        said.feed(row)
        boxes |= {kit for kit, role in said.roles.items() if role == "box"}
    for row in follow(path, kits=boxes | set(read.frames) - set(said.roles)):
        read.feed(row)
    clocks = WholeClocks(follow(path, kits=read.boxes))
    read.corrected_ns = corrected_ns(read.course.events())  # as presses were placed when they came
    read.course.remap(partial(_fit_of, clocks.kits))
    return read


def courses(folder: Path) -> tuple[Course, Course]:
    """The course by which a session is worked out, and the one that stands now: their seats differ
    where some were corrected after somebody was erased."""
    read = _first_reading(journal_of(folder), erased_through(folder))
    return read.state, read.course.state


def analyse(folder: Path, processes: int | None = None) -> Analysis:
    """Work out a session from its journal, a long one in several `processes` (None: as many as
    there are cores); how many makes no difference to the results.

    FileNotFoundError where the folder holds no session.
    """
    with uncollected():
        return _analyse(folder, journal_of(folder), processes)


def _analyse(folder: Path, path: Path, processes: int | None) -> Analysis:
    read = _first_reading(path, erased_through(folder))
    course = read.state
    n = _enough(sum(read.frames.values()), processes)
    own, *others = [(folder, share, course, read.last_ns)
                    for share in shares(course, read.frames, read.boxes, n)]
    helpers = [Helper(*asked) for asked in others]
    parts = [work_out(*own), *(helper.part() for helper in helpers)]
    return _analysis(folder, read, parts)


def _enough(frames: int, processes: int | None) -> int:
    """A process has to be worth its start."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(processes or cores or 1, frames // FRAMES_EACH))


def _analysis(folder: Path, read: _Read, parts: list[Part]) -> Analysis:
    kits = {key: clock for part in parts for key, clock in part.kits.items()}
    sensors = {key: runs for part in parts for key, runs in part.sensors.items()}
    course = read.state
    seats = dict(sorted(item for part in parts for item in part.seats.items()))
    problems = [*read.problems, *(one for part in parts for one in part.problems),
                *read.course.problems]
    gone = kits_of(course, erased_seats(folder))
    return Analysis(
        folder=folder, meta=read_meta(folder / JOURNAL), course=course,
        ledgers=sorted((row for part in parts for row in part.ledgers), key=lambda row: row.seat),
        gaps=sorted((gap for part in parts for gap in part.gaps), key=lambda gap: gap.start_ns),
        seats=seats, group=whole_curve(seats),
        problems=sorted(_without(problems, gone), key=lambda one: one.at_ns),
        missing=missing(folder / JOURNAL, read.course.led()),
        certificate=certificate(kits, sensors),
        first_ns=read.first_ns, last_ns=course.closed_ns or read.last_ns,
        corrected_ns=read.corrected_ns, descriptions=read.descriptions,
        placed={key: samples for part in parts for key, samples in part.samples.items()},
    )


def _without(problems: Iterable[Problem], kits: Collection[str]) -> list[Problem]:
    """Those that name none of these kits: a problem knows a kit by its words alone."""
    named = re.compile("|".join(rf"(?<![\w-]){re.escape(kit)}(?![\w-])" for kit in kits) or "(?!)")
    return [one for one in problems if not named.search(f"{one.what} {one.kept} {one.do}")]


def journal_of(folder: Path) -> Path:
    """The journal in a session's folder. FileNotFoundError, with what to do, if there is none."""
    path = folder / JOURNAL
    if not path.exists():
        why = f"is no session: it holds no {JOURNAL}" if folder.is_dir() else "is not there"
        raise FileNotFoundError(f"{folder} {why}. {listing(folder)} lists the sessions.")
    return path


def _fit_of(kits: dict[tuple[str, int], FinalClock], kit: str, boot: int) -> FinalFit | None:
    """The clock of the whole session."""
    clock = kits.get((kit, boot))
    return clock.fit() if clock else None


def _said_live(row: Received) -> list[Problem]:
    """The problem in a row hub/problem."""
    if row.topic != "hub/problem":
        return []
    try:
        return [Problem(**json.loads(row.payload))]
    except (ValueError, TypeError):
        return []
