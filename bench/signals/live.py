
"""Live with motion: heart rate and RMSSD asked for every second, while the samples come in.

The reference is the window that ends now, as whoever reads the figure takes it; that a method
knows its last beats later is its own error. NeuroKit2 has no live mode: the last 60 s are worked
out anew each second. Each method's one delay is that of its beats in the whole recording. Two are
ours: `PulseWindow`, whose figures are those of now, and what the live page shows, which is final
and some seconds old.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable

import numpy as np

from bench.signals import cases as c
from bench.signals import measures as m
from bench.signals.accept import Table
from bench.signals.beats import by_group, number
from bench.signals.methods import PEERS, Beats, ours, tried
from bench.signals.tally import Tally, pooled
from hub.signals.live import PulseWindow
from hub.signals.seat import SeatSignals

Answers = np.ndarray  # (seconds, 2): heart rate (1/min) and RMSSD (ms) at each whole second, or NaN
Live = Callable[[np.ndarray], Answers]
PEER = "NeuroKit2 elgendi"
ON_THE_PAGE = "ours, on the page"
WINDOW_S = 60
COUNTS, PULSE_COUNTS = 130_000.0, 1_000.0  # a finger's light, and how much of it its pulse is


def run(people: list[c.Case], only_ours: bool) -> Table:
    """"live motion", and the same for each group of cases."""
    spoilt = [c.spoiled(p, "motion") for p in c.still(people)]
    table: Table = {"live motion": {}} | {f"live motion, {g}": {} for g in c.GROUPS}
    for name, (live, beats) in methods(only_ours).items():
        tallies = {case.name: judged(case, live, beats) for case in spoilt}
        table["live motion"][name] = pooled(list(tallies.values())).row()
        for group, some in by_group(spoilt).items():
            row = pooled([tallies[case.name] for case in some]).row()
            table[f"live motion, {group}"][name] = row
        print(f"live {name}: {table['live motion'][name]}", file=sys.stderr, flush=True)
    return {condition: rows for condition, rows in table.items() if rows}


def methods(only_ours: bool) -> dict[str, tuple[Live, Beats]]:
    """Name -> the live method, and the beats (of the whole) that say its delay."""
    found: dict[str, tuple[Live, Beats]] = {
        "ours": (pulse_window, ours), ON_THE_PAGE: (on_the_page, ours),
    }  # fmt: skip
    module, beats = PEERS[PEER]
    if not only_ours and importlib.util.find_spec(module):
        found[f"{PEER}, 60 s anew"] = (anew(beats), beats)
    return found


def pulse_window(ppg: np.ndarray) -> Answers:
    """The library's live window, pushed second by second."""
    window, step = PulseWindow(c.FS), int(c.FS)
    said = [window.push(ppg[k : k + step]) for k in range(0, len(ppg) - step + 1, step)]
    return np.array([(number(one["hr"]), number(one["rmssd"])) for one in said])


def on_the_page(ppg: np.ndarray) -> Answers:
    """What a seat's signals have given out by each second: the figures of the last second that was
    final then."""
    seat, step = SeatSignals(("ppg",)), int(c.FS)
    counts = COUNTS + PULSE_COUNTS * (ppg - np.nanmedian(ppg)) / c.pulse_height(ppg)
    said, last = [], (np.nan, np.nan)
    for second in range(len(ppg) // step):
        seat.push_ppg(counts[second * step : (second + 1) * step], float(second), 1 / c.FS)
        for _, found in seat.advance(second + 1.0):
            last = number(found["hr"].value), number(found["rmssd"].value)
        said.append(last)
    return np.array(said)


def anew(beats: Beats) -> Live:
    """A method for whole recordings, on the last WINDOW_S at each second."""

    def live(ppg: np.ndarray) -> Answers:
        return np.array([_last(ppg, second) for second in range(1, int(len(ppg) / c.FS) + 1)])

    def _last(ppg: np.ndarray, second: int) -> tuple[float, float]:
        first = max(0, second - WINDOW_S)
        if second < 10:
            return np.nan, np.nan
        found = first + tried(beats, ppg[int(first * c.FS) : int(second * c.FS)])
        variability = m.rmssd_of(found, second) if second >= WINDOW_S else np.nan
        return m.hr_of(found, second), variability

    return live


def judged(case: c.Case, live: Live, beats: Beats) -> Tally:
    """Every second whose window no bad stretch of the reference touches."""
    tally, answers = Tally(), live(case.ppg)
    _, delay = m.lined_up(tried(beats, case.ppg), case)
    last = min(m.end_of(case), len(answers) - delay) - 2.0
    for length, errors, reference, column in (
        (10.0, tally.hr, m.hr_of, 0), (60.0, tally.rmssd, m.rmssd_of, 1),
    ):  # fmt: skip
        for end in m.windows(last, length + 1.0, 1.0, case.bad):
            second = int(end + delay)  # whole seconds of the signal: the reference's window follows
            said = answers[second - 1, column]
            errors.append(abs(said - reference(case.beats, second - delay)))
    return tally
