"""Samples placed in time: where each lies in the session, and on the sensor's own even clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hub.arrays import Floats, Ints

BREAK_S = 1.5  # a jump in time this large is a pause, not a better clock fit
APART_S = 1000.0  # on the sensor's clock, between what has nothing to do with one another
KEEP_S = 40.0  # of places, for beats that become certain late


@dataclass(frozen=True, slots=True)
class Stretches:
    """Samples one stretch after the other: the k-th is samples[cuts[k] : cuts[k + 1]]."""

    samples: Floats
    cuts: Ints

    def each(self, what: np.ufunc, of: Floats) -> Floats:
        """A figure for each stretch, of something there is for each sample: 0 of none."""
        out: Floats = what.reduceat(np.concatenate((of, (0.0,))), self.cuts)[:-1]
        out[self.cuts[1:] == self.cuts[:-1]] = 0.0
        return out


def joined(several: Sequence[Stretches]) -> Stretches:
    """All their stretches, one after the other."""
    if len(several) == 1:
        return several[0]
    begins = np.cumsum([0, *(len(one.samples) for one in several)])
    cuts = [one.cuts[:-1] + begin for one, begin in zip(several, begins[:-1], strict=True)]
    return Stretches(
        np.concatenate([one.samples for one in several]), np.concatenate((*cuts, begins[-1:]))
    )


class Placed:
    """Counts samples from 0. What is pushed waits until it is gathered: many small pieces are then
    worked on at once. Session time may jump a little when the clock fit improves; sensor
    time (index x period) never does, so intervals are taken from it."""

    def __init__(self, start_s: float, before: Placed | None = None) -> None:
        self._first = 0  # index of the oldest kept
        self._rows: Floats = np.empty((3, 0))  # sample, session time, sensor time
        self._waiting: list[Floats] = []  # samples not gathered yet
        self._begins: list[tuple[int, float, float, float]] = []  # of each: how many, times, period
        self._sensor_s = before._sensor_s + APART_S if before else 0.0
        self._end_s = start_s
        self._earlier = before._tail() if before else np.empty((2, 0))

    def breaks(self, start_s: float) -> bool:
        return abs(start_s - self._end_s) > BREAK_S

    def push(self, samples: Floats, start_s: float, period_s: float) -> None:
        self._waiting.append(samples)
        self._begins.append((len(samples), start_s, self._sensor_s, period_s))
        self._sensor_s += len(samples) * period_s
        self._end_s = start_s + len(samples) * period_s

    def gather(self) -> Floats:
        """The samples pushed since the last time; only now they can be found below."""
        if not self._waiting:
            return np.empty(0)
        samples = np.concatenate(self._waiting)
        new = np.empty((3, len(samples)))
        new[0] = samples
        end = 0
        for count, start_s, sensor_s, period_s in self._begins:
            begin, end = end, end + count
            steps = np.arange(count) * period_s
            np.add(start_s, steps, out=new[1, begin:end])
            np.add(sensor_s, steps, out=new[2, begin:end])
        self._waiting, self._begins = [], []
        self._rows = np.concatenate((self._rows, new), axis=1)
        return samples

    def locate(self, at: float) -> tuple[float, float]:
        """Session and sensor time of a position in samples (not whole).

        Rounded, so that how the samples were cut into pushes leaves no trace.
        """
        at -= self._first
        low = min(max(0, int(at)), max(0, self._rows.shape[1] - 2))
        part = at - low
        session, sensor = self._rows[1:, low : low + 2].tolist()
        return (
            round(session[0] + part * (session[-1] - session[0]), 7),
            round(sensor[0] + part * (sensor[-1] - sensor[0]), 7),
        )

    def times(self, first: float, step: float, n: int) -> Floats:
        """Session time of `n` positions, `step` samples apart."""
        at = first + step * np.arange(n) - self._first
        low = np.minimum(at.astype(np.int64), self._rows.shape[1] - 1)
        high = np.minimum(low + 1, self._rows.shape[1] - 1)
        row: Floats = self._rows[1]
        return (row[low] + (at - low) * (row[high] - row[low])).round(7)

    def seconds(self, span: range) -> Stretches:
        """The samples of each second of session time: (second - 1, second]."""
        marks = np.arange(span.start - 1.0, span.stop)
        cuts = self._rows[1].searchsorted(marks, "right")
        if not self._earlier.shape[1]:
            return Stretches(self._rows[0, cuts[0] : cuts[-1]], cuts - cuts[0])
        before = self._earlier[1].searchsorted(marks, "right")
        parts = [
            part for k in range(len(marks) - 1)
            for part in (self._earlier[0, before[k] : before[k + 1]],
                         self._rows[0, cuts[k] : cuts[k + 1]])
        ]  # fmt: skip
        return Stretches(np.concatenate(parts), cuts + before - cuts[0] - before[0])

    def forget(self, before_s: float) -> None:
        """What lies before can be let go, but for what is still needed to place late results."""
        old = int(self._rows[1].searchsorted(min(before_s, self._end_s - KEEP_S)))
        self._first += old
        self._rows = self._rows[:, old:]
        if self._earlier.shape[1]:
            self._earlier = self._earlier[:, np.searchsorted(self._earlier[1], before_s) :]

    def _tail(self) -> Floats:
        """Samples and times not yet forgotten, for the seconds still to come."""
        return np.concatenate((self._earlier, self._rows[:2]), axis=1)


def seconds_of(placed: Placed | None, span: range) -> Stretches:
    """The samples of each second, none where nothing has come yet."""
    if placed is None:
        return Stretches(np.empty(0), np.zeros(len(span) + 1, np.int64))
    return placed.seconds(span)


def seconds_since(first_s: float | None, at_s: Floats) -> Floats:
    """How long something has been there; infinite before it was (None: it never was), when nothing
    could be too young."""
    gone = at_s - (np.inf if first_s is None else first_s)
    return np.where(gone < 0.0, np.inf, gone)
