"""Holds what a session exports against what was true."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np

from hub.analysis.session import Analysis, SeatSamples, analyse
from hub.records import Gap, Ledger
from hub.simulate.score import SeatScore, match, score
from hub.simulate.truth import SeatTruth, Truth
from tests.system.rig_circle import NS


@functools.cache
def analysed(folder: Path) -> Analysis:
    """The session, worked out whole, once."""
    return analyse(folder)


class Judge:
    """One seat of one session."""

    def __init__(self, folder: Path, truth: Truth, seat: int) -> None:
        self._analysis, self.seat = analysed(folder), seat
        self.truth: SeatTruth = truth.seats[seat]

    @functools.cached_property
    def samples(self) -> SeatSamples:
        return self._analysis.samples(self.seat)

    @functools.cached_property
    def enrolled(self) -> tuple[int, int]:
        """From the seat's being given to its end, UTC ns."""
        spans = self._analysis.course.seats[self.seat]
        return spans[0].start_ns, spans[-1].end_ns or self._analysis.last_ns

    @functools.cached_property
    def score(self) -> SeatScore:
        return score(self.truth, self.samples.time_ns, self.samples.value, self.enrolled)

    @property
    def ledger(self) -> Ledger:
        return next(row for row in self._analysis.ledgers if row.seat == self.seat)

    @property
    def gaps(self) -> list[Gap]:
        return [gap for gap in self._analysis.gaps if gap.seat == self.seat]

    @functools.cached_property
    def _found(self) -> np.ndarray:
        return match(self.truth.ppg_value, np.rint(self.samples.value).astype(np.int64))

    @property
    def true_gap(self) -> tuple[int, int]:
        """The true times (UTC ns) of the last sample before the longest hole in what is stored,
        and of the first after it."""
        index = self._found[self._found >= 0]
        at = int(np.argmax(np.diff(index)))
        before, after = self.truth.ppg_time_ns[index[at : at + 2]]
        return int(before), int(after)

    def error_ms(self, after_s: float) -> np.ndarray:
        """Exported minus true time of each sample taken so long after the seat was given."""
        placed = self._found >= 0
        true_ns = self.truth.ppg_time_ns[self._found[placed]]
        late = true_ns > self.enrolled[0] + after_s * NS
        return (self.samples.time_ns[placed] - true_ns)[late] * 1e-6

    def complete(self) -> None:
        """Nothing is lost, nothing is there twice, nothing is made up; and the ledger knows."""
        held, row = self.score, self.ledger
        assert held.stored > 0
        assert (held.lost, held.duplicates, held.unplaced) == (0, 0, 0), f"{held}, {row}"
        assert (row.lost, row.stored) == (0, held.stored), f"{held}, {row}"
        assert abs(row.expected - held.expected) <= 3
