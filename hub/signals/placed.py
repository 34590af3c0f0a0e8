"""Samples placed in time: where each lies in the session, and on the sensor's own even clock."""

from __future__ import annotations

import numpy as np

from hub.signals.slope import Floats

BREAK_S = 1.5  # a jump in time this large is a pause, not a better clock fit
APART_S = 1000.0  # on the sensor's clock, between what has nothing to do with one another
KEEP_S = 40.0  # of places, for beats that become certain late


class Placed:
    """Counts samples from 0. What is pushed waits until it is gathered: many small pieces are then
    worked on at once. Session time may jump a little when the clock fit improves; sensor
    time (index x period) never does, so intervals are taken from it."""

    def __init__(self, start_s: float, before: Placed | None = None) -> None:
        self._first = 0  # index of the oldest kept
        self._rows: Floats = np.empty((3, 0))  # sample, session time, sensor time
        self._waiting: list[Floats] = []  # likewise, not gathered yet
        self._sensor_s = before._sensor_s + APART_S if before else 0.0
        self._end_s = start_s
        self._earlier = before._tail() if before else np.empty((2, 0))

    def breaks(self, start_s: float) -> bool:
        return abs(start_s - self._end_s) > BREAK_S

    def push(self, samples: Floats, start_s: float, period_s: float) -> None:
        steps = np.arange(len(samples)) * period_s
        rows = np.array((samples, start_s + steps, self._sensor_s + steps), np.float64)
        self._waiting.append(rows)
        self._sensor_s += len(samples) * period_s
        self._end_s = start_s + len(samples) * period_s

    def gather(self) -> Floats:
        """The samples pushed since the last time; only now they can be found below."""
        if not self._waiting:
            return np.empty(0)
        new = np.concatenate(self._waiting, axis=1) if len(self._waiting) > 1 else self._waiting[0]
        self._waiting = []
        self._rows = np.concatenate((self._rows, new), axis=1)
        return new[0]

    def locate(self, at: float) -> tuple[float, float]:
        """Session and sensor time of a position in samples (not whole).

        Rounded, so that how the samples were cut into pushes leaves no trace.
        """
        at -= self._first
        low = min(max(0, int(at)), max(0, self._rows.shape[1] - 2))
        part = at - low
        a = self._rows[1:, low].tolist()
        b = self._rows[1:, min(low + 1, self._rows.shape[1] - 1)].tolist()
        return (
            round(a[0] + part * (b[0] - a[0]), 7),
            round(a[1] + part * (b[1] - a[1]), 7),
        )

    def times(self, first: float, step: float, n: int) -> Floats:
        """Session time of `n` positions, `step` samples apart."""
        at = first + step * np.arange(n) - self._first
        low = np.minimum(at.astype(np.int64), self._rows.shape[1] - 1)
        high = np.minimum(low + 1, self._rows.shape[1] - 1)
        row: Floats = self._rows[1]
        return np.round(row[low] + (at - low) * (row[high] - row[low]), 7)

    def index(self, after_s: float) -> int:
        """The position of the first sample later than `after_s` of session time."""
        return self._first + int(self._rows[1].searchsorted(after_s, "right"))

    def within(self, after_s: float, until_s: float) -> Floats:
        """The samples in (after_s, until_s] of session time."""
        seen = self._rows[0, self.index(after_s) - self._first : self.index(until_s) - self._first]
        if not self._earlier.shape[1]:
            return seen
        old, new = np.searchsorted(self._earlier[1], (after_s, until_s), "right")
        return np.concatenate((self._earlier[0, old:new], seen))

    def forget(self, before_s: float) -> None:
        """What lies before can be let go, but for what is still needed to place late results."""
        old = int(self._rows[1].searchsorted(min(before_s, self._end_s - KEEP_S)))
        if old > self._rows.shape[1] // 4:
            self._first += old
            self._rows = self._rows[:, old:]
        if self._earlier.shape[1]:
            self._earlier = self._earlier[:, np.searchsorted(self._earlier[1], before_s) :]

    def _tail(self) -> Floats:
        """Samples and times not yet forgotten, for the seconds still to come."""
        return np.concatenate((self._earlier, self._rows[:2]), axis=1)
