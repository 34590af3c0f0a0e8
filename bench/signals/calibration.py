"""How far a quality can be believed: of what has this quality, what share is right.

A beat is right within 0.15 s of a true one, a heart rate within 5 a minute of the reference's.
"""

from __future__ import annotations

import sys
from itertools import pairwise

import numpy as np

from bench.signals import cases as c
from bench.signals import measures as m
from bench.signals.accept import Figures, Table
from bench.signals.treadmill import runners
from hub.signals import prv
from hub.signals.ppg import detect_beats

EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0)
BINS = [*[f"{low:g} to {high:g}" for low, high in pairwise(EDGES)][::-1], "0"]
RIGHT_BPM = 5.0
FEWEST = 30  # fewer say nothing
Pairs = list[tuple[float, bool]]  # quality, right


def run(people: list[c.Case]) -> Table:
    """"quality, <condition>" -> "beats" and "heart rates" -> share right by quality (see `bin_of`).
    Ours alone: no peer says a quality."""
    still = c.still(people)
    conditions = {"as recorded": still, "steps": runners(people)}
    conditions |= {kind: [c.spoiled(p, kind) for p in still] for kind in c.KINDS | c.EXTRA}
    table: Table = {}
    for name, some in conditions.items():
        both = [judged(case) for case in some]
        beats, rates = ([one for pair in both for one in pair[k]] for k in (0, 1))
        table[f"quality, {name}"] = {"beats": shares(beats), "heart rates": shares(rates)}
        print(f"quality, {name}: {table[f'quality, {name}']}", file=sys.stderr, flush=True)
    return table


def judged(case: c.Case) -> tuple[Pairs, Pairs]:
    """The beats and the heart rates of one case."""
    found = detect_beats(case.ppg, c.FS)
    shifted, delay = m.lined_up(found.times_s, case)
    asked = np.isin(shifted, m.outside(shifted, m.unasked(case, delay)))
    right = np.zeros(len(shifted), bool)
    right[m.match(shifted, case.beats).found] = True
    rows = prv.intervals(found).rows
    rates: Pairs = []
    for at in m.windows(m.last_asked(case), 10.0, 5.0, case.bad):
        said = prv.heart_rate(rows, at + delay)
        if said.value is not None:
            off = abs(said.value - m.hr_of(case.beats, at))
            rates.append((said.quality, bool(off <= RIGHT_BPM)))
    beats = zip(found.quality[asked].tolist(), right[asked].tolist(), strict=True)
    return list(beats), rates


def bin_of(quality: float) -> str:
    """One of BINS: the stretch between two EDGES that it lies in; "0" is a word of its own."""
    return BINS[len(EDGES) - 1 - int(np.searchsorted(EDGES, quality, "left"))]


def shares(pairs: Pairs) -> Figures:
    """Bin -> share that is right; None for bins of fewer than FEWEST."""
    bins: dict[str, list[bool]] = {name: [] for name in BINS}
    for quality, right in pairs:
        bins[bin_of(quality)].append(right)
    return {name: float(np.mean(all_)) if len(all_) >= FEWEST else None
            for name, all_ in bins.items()}  # fmt: skip
