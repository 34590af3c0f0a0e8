"""The synchrony of an analysed session: per phase, for skin and heart, and as a curve.

Who speaks is stirred by speaking, and the others at that moment are not: in a group that takes
turns this would hide what they share. So what speaking adds is taken out of each, as far as turns
were recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hub.analysis.seats import Seats, matrix, members
from hub.analysis.speech import without_speech
from hub.analysis.spoken import Turns, share_spoken
from hub.arrays import Floats, Ints
from hub.records import NS, Phase
from hub.signals.features import BY_NAME
from hub.signals.synchrony import TOO_SHORT, PhaseSynchrony, group
from hub.signals.synchrony_curve import curve

FS = 1.0  # features come once a second
# The level of the skin's last ten seconds, and heart rate: what a second's figures are made of.
SIGNALS: dict[str, str] = {"eda": "scl", "hr": "hr"}
LAG_S = 5  # from one lag of speaking to the next
NOBODY: Mapping[int, Turns] = {}


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """One signal in one phase; `found` as `signals.synchrony` says."""

    phase: str
    start_ns: int
    end_ns: int
    signal: str
    found: PhaseSynchrony

    def looked_at(self, name: str) -> Any:
        """A figure of `found`; None in a phase too short to be looked at: nobody was counted."""
        return None if self.found.reason == TOO_SHORT else getattr(self.found, name)


@dataclass(frozen=True, slots=True)
class CurveRow:
    """One window of one signal; `low` to `high` is where chance lies."""

    signal: str
    time_ns: int
    value: float
    low: float
    high: float


def phase_synchrony(
    seats: Seats, phases: Sequence[Phase], end_ns: int, spoken: Mapping[int, Turns] = NOBODY
) -> list[PhaseRow]:
    """Every phase, for every signal of SIGNALS. An open phase ends at `end_ns`; `spoken`: each
    seat's turns of speaking, see `spoken_by`."""
    rows: list[PhaseRow] = []
    ends = [phase.end_ns or end_ns for phase in phases]
    for signal in SIGNALS:
        start_ns, values = _of_themselves(seats, signal, phases, spoken)
        spans = [((p.start_ns - start_ns) / NS, (end - start_ns) / NS)
                 for p, end in zip(phases, ends, strict=True)]
        for phase, end, found in zip(phases, ends, group(values, FS, spans), strict=True):
            rows.append(PhaseRow(phase.id, phase.start_ns, end, signal, found))
    return rows


def synchrony_curve(
    seats: Seats, phases: Sequence[Phase] = (), spoken: Mapping[int, Turns] = NOBODY
) -> list[CurveRow]:
    """The windowed curve of every signal of SIGNALS; see `phase_synchrony`."""
    rows: list[CurveRow] = []
    for signal in SIGNALS:
        start_ns, values = _of_themselves(seats, signal, phases, spoken)
        shown = curve(values, FS)
        rows += [
            CurveRow(signal, start_ns + round(float(at)) * NS, float(value), shown.low, shown.high)
            for at, value in zip(shown.times_s, shown.value, strict=True) if np.isfinite(value)
        ]
    return rows


def _of_themselves(
    seats: Seats, signal: str, phases: Sequence[Phase], spoken: Mapping[int, Turns]
) -> tuple[int, Floats]:
    """When it begins (UTC ns), and (members, seconds) of a signal without what speaking adds."""
    feature = BY_NAME[SIGNALS[signal]]
    start_ns, values = matrix(seats, feature.name)
    if not spoken or not seats:
        return start_ns, values
    times_ns = start_ns + np.arange(values.shape[1], dtype=np.int64) * NS
    window_ns = round(feature.window_s * NS)
    speaks = [share_spoken(spoken.get(seat, ()), times_ns, window_ns) 
              for seat, _ in members(seats)]
    return start_ns, without_speech(values, np.array(speaks), _phase_at(times_ns, phases), LAG_S)


def _phase_at(times_ns: Ints, phases: Sequence[Phase]) -> Ints:
    """How many phases have begun by each moment."""
    starts = np.array(sorted(phase.start_ns for phase in phases), np.int64)
    return np.searchsorted(starts, times_ns, side="right").astype(np.int64)
