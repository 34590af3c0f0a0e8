"""Synchrony among people who never met: any that is found is false.

Groups are put together at random from the wrist recordings. Each person's half hour begins at a
random second of theirs, so that not even the tasks of the protocol lie together. What goes in are
the figures of each second, as in a session's own analysis. The groups are many and the people few:
the same ones meet again and again.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from bench.signals.accept import Figures, Table
from bench.signals.arousal import Person, Seconds, from_start, lived, with_skin
from bench.signals.synchrony import ALPHA, pearson_false
from hub.analysis.group_synchrony import FS, SIGNALS
from hub.signals.synchrony import group

PERSONS = 6
GROUPS = 150
NAIVE = 10  # of them are for Pearson's p too, which is slow
SESSION_S = 1800
PHASES_S = (200, 300, 600)  # phases of this length, side by side


def run(folder: Path) -> Table:
    """"strangers, FIGURE, SECONDS s" -> ours, naive Pearson -> `false_positives` (share of those
    judged), `judged`, `asked` (how many phases, of Pearson pairs), `people` (how many there are).
    Empty without two people's recordings with skin."""
    people = [figures(person) for person in with_skin(folder)]
    if len(people) < 2:
        return {}
    table: Table = {}
    for name in SIGNALS.values():
        groups = [strangers([one[name] for one in people], seed) for seed in range(GROUPS)]
        for length in PHASES_S:
            rows = {"ours": ours(groups, length), "naive Pearson": naive(groups[:NAIVE], length)}
            known = {who: row | {"people": float(len(people))} for who, row in rows.items()}
            table[f"strangers, {name}, {length} s"] = known
            print(f"strangers {name} {length} s: {known}", file=sys.stderr)
    return table


def figures(person: Person) -> Seconds:
    """What synchrony is worked out of."""
    span, live = lived(person)
    return {name: from_start(live[name], span) for name in SIGNALS.values()}


def strangers(signals: list[np.ndarray], seed: int) -> np.ndarray:
    """SESSION_S of each of PERSONS of them, from any second on: (persons, seconds)."""
    rng = np.random.default_rng(seed)
    some = [signals[k] for k in rng.permutation(len(signals))[:PERSONS]]
    begins = [rng.integers(0, max(0, len(one) - SESSION_S) + 1) for one in some]
    parts = [one[a : a + SESSION_S] for one, a in zip(some, begins, strict=True)]
    return np.array([np.pad(x, (0, SESSION_S - len(x)), constant_values=np.nan) for x in parts])


def ours(groups: list[np.ndarray], length: int) -> Figures:
    found = [one for signals in groups for one in group(signals, FS, phases(length))]
    ps = np.array([one.p for one in found if one.p is not None])
    return _row(float(np.mean(ps <= ALPHA)), len(ps), len(found))


def naive(groups: list[np.ndarray], length: int) -> Figures:
    parts = [signals[:, a:b] for signals in groups for a, b in phases(length)]
    return _row(*pearson_false(parts), sum(len(x) * (len(x) - 1) // 2 for x in parts))


def phases(length: int) -> list[tuple[int, int]]:
    return [(a, a + length) for a in range(0, SESSION_S - length + 1, length)]


def _row(share: float, judged: int, asked: int) -> Figures:
    return {"false_positives": share, "judged": float(judged), "asked": float(asked)}
