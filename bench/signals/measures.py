"""How good: definitions shared by every method, so that none is judged by its own.

A method gives beats (s); ours gives heart rate and RMSSD too. Windows are compared with the
reference's whole window, artefacts and all, and not where the reference itself is bad.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from bench.signals.cases import FS, Case

WITHIN_S = 0.150  # a beat found this near a true one is that beat
REACH_S = 0.6  # light at the finger comes later than the ECG
STRAP_REACH_S = 3.0  # a chest strap's log begins at its own moment


@dataclass(frozen=True)
class Matched:
    """One-to-one: indices of found beats and of the true ones they are."""

    found: np.ndarray
    true: np.ndarray


def match(found: np.ndarray, true: np.ndarray, within: float = WITHIN_S) -> Matched:
    """Two sorted lists, in order, each used once."""
    i = j = 0
    pairs = []
    while i < len(found) and j < len(true):
        off = found[i] - true[j]
        if abs(off) <= within:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif off < 0:
            i += 1
        else:
            j += 1
    rows = np.array(pairs, int).reshape(-1, 2)
    return Matched(rows[:, 0], rows[:, 1])


def aligned(found: np.ndarray, true: np.ndarray, reach: float = REACH_S) -> np.ndarray:
    """The found times less the one constant delay that matches most (all methods alike)."""
    if not len(found):
        return found

    def fit(shift: float) -> tuple[int, float]:
        return len(match(found - shift, true, 0.08).true), -abs(shift)

    best = max(np.arange(-reach, reach + 0.01, 0.04), key=fit)
    pairs = match(found - best, true)
    rest = np.median((found - best)[pairs.found] - true[pairs.true]) if len(pairs.true) else 0.0
    return found - best - rest


def lined_up(found: np.ndarray, case: Case) -> tuple[np.ndarray, float]:
    """The found times less their delay against the case's reference, and that delay (s)."""
    shifted = aligned(found, case.beats, STRAP_REACH_S if case.group == "phone" else REACH_S)
    return shifted, float(found[0] - shifted[0]) if len(found) else 0.0


def end_of(case: Case) -> float:
    """Until when there is both a signal and a reference (s)."""
    return float(min(len(case.ppg) / FS, case.beats[-1]))


def last_asked(case: Case) -> float:
    """Until when beats are asked for (s): what lies at the very end nobody can know."""
    return end_of(case) - 2.0


def unasked(case: Case, delay: float) -> np.ndarray:
    """Spans (s of the reference) in which no beat is asked for, nor counted as false: before the
    first and after the last, where the reference is bad, and where the signal is away, which is
    known in its own time, `delay` after the reference's."""
    edges = np.array([[-1e9, max(2.0, case.beats[0])], [last_asked(case), 1e9]])
    return np.concatenate([case.bad, case.away - delay, edges])


def outside(times: np.ndarray, spans: np.ndarray) -> np.ndarray:
    """Those times that lie in none of the spans (start, end)."""
    keep = np.ones(len(times), bool)
    for start, end in spans:
        keep &= (times < start) | (times > end)
    return times[keep]


def f1(found: np.ndarray, true: np.ndarray, within: float = WITHIN_S) -> float:
    """2 x matched / (found + true); 1 where there was nothing and nothing was found."""
    both = len(found) + len(true)
    return 2 * len(match(found, true, within).true) / both if both else 1.0


def ibi_error_ms(found: np.ndarray, true: np.ndarray) -> np.ndarray:
    """|interval - true interval| where both ends are matched, ms."""
    pairs = match(found, true)
    both = (np.diff(pairs.true) == 1) & (np.diff(pairs.found) == 1)
    return 1000 * np.abs(np.diff(found[pairs.found]) - np.diff(true[pairs.true]))[both]


def hr_of(beats: np.ndarray, at: float, length: float = 10.0) -> float:
    """Beats a minute from the intervals that lie in the window; NaN with fewer than three."""
    inside = beats[(beats > at - length) & (beats <= at)]
    ibi = np.diff(inside)
    return 60.0 / ibi.mean() if len(ibi) >= 3 else np.nan


def rmssd_of(beats: np.ndarray, at: float, length: float = 60.0) -> float:
    """Root mean square of successive differences, ms, in the window; NaN with under 20 beats."""
    inside = beats[(beats > at - length) & (beats <= at)]
    return 1000 * np.sqrt(np.mean(np.diff(inside, 2) ** 2)) if len(inside) >= 20 else np.nan


def windows(end: float, length: float, step: float, bad: np.ndarray) -> list[float]:
    """Ends of the windows that no bad stretch of the reference touches."""
    ends = np.arange(length + 2.0, end - 4.0, step)
    return [float(e) for e in ends if all(b < e - length or a > e for a, b in bad)]


def answered(errors: list[float] | np.ndarray) -> tuple[np.ndarray, float]:
    """The errors that are there (NaN: not answered), and their share of all asked for."""
    values = np.array(errors, float)
    there = ~np.isnan(values)
    return values[there], float(there.mean()) if len(values) else 0.0


def auc(higher: np.ndarray, lower: np.ndarray) -> float:
    """How often one of `higher` is above one of `lower`; a tie is half a time. NaN without any."""
    pairs = len(higher) * len(lower)
    ranks = rankdata(np.concatenate([higher, lower]))[: len(higher)]
    return float((ranks.sum() - len(higher) * (len(higher) + 1) / 2) / pairs) if pairs else np.nan
