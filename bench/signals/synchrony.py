# ruff: noqa: PLC0415  (peers are there or not)
"""Coupled groups told from uncoupled ones, and how often an uncoupled one is called significant.

Every method sees the same groups, in three strengths of coupling. The strongest is the one of the
verdict: there multiSyncPy's best figure of the signals as they come has about the AUC (0.89) it had
where the limit was set. `phasic`: on what is faster than 0.05 Hz, as is usual with skin
conductance. Ours has a p of its own; Pearson's is that of each pair; multiSyncPy's is by its own
surrogates, windows shuffled in time, for some groups only since they take long.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from itertools import combinations

import numpy as np
from scipy.signal import butter, detrend, hilbert, sosfiltfilt
from scipy.stats import pearsonr

from bench.signals.accept import Figures, Table
from bench.signals.groups import FS, PERSONS, SECONDS, a_group
from bench.signals.measures import auc
from hub.signals import synchrony

SHARES = (0.6, 0.45, 0.3)
UNCOUPLED, COUPLED = 100, 60  # for the AUC; coupled ones of each strength
FALSE = 1000  # uncoupled ones for the false positives of ours and Pearson
SHUFFLED, SURROGATES = 40, 19  # of multiSyncPy; above all 19 is p = 0.05
WINDOW = int(20 * FS)  # that multiSyncPy shuffles
ALPHA = 0.05
PHASIC = butter(2, 0.05, "high", fs=FS, output="sos")

Figure = Callable[[np.ndarray], float]
P = Callable[[list[np.ndarray]], tuple[float, int]]  # share of false positives, of how many


def run(only_ours: bool) -> Table:
    """`auc` (strongest coupling), `auc 0.45`, `auc 0.3`, `false_positives` (share), `judged` (of
    how many)."""
    apart = [a_group(seed, 0.0) for seed in range(FALSE)]
    together = [[a_group(seed, share) for seed in range(COUPLED)] for share in SHARES]
    rows = {"ours": _row(our_value, _our_false, apart, together)}
    if not only_ours:
        rows["naive Pearson"] = _row(mean_r, pearson_false, apart, together)
        rows["naive Pearson, phasic"] = _row(
            lambda g: mean_r(phasic(g)), lambda some: pearson_false([phasic(g) for g in some]),
            apart, together,
        )  # fmt: skip
        for name, figure in peers().items():
            rows[name] = _row(figure, _shuffled_false(figure), apart, together)
    return {"synchrony": rows}


def _row(figure: Figure, false: P, apart: list[np.ndarray], together: list) -> Figures:
    low = np.array([figure(g) for g in apart[:UNCOUPLED]])
    aucs = [auc(np.array([figure(g) for g in some]), low) for some in together]
    share, judged = false(apart)
    names = ["auc", *(f"auc {s:g}" for s in SHARES[1:])]
    return dict(zip(names, aucs, strict=True)) | {"false_positives": share, "judged": float(judged)}


def ours(signals: np.ndarray) -> synchrony.PhaseSynchrony:
    return synchrony.group(signals, FS, [(0.0, float(SECONDS))])[0]


def our_value(signals: np.ndarray) -> float:
    """A phase that was not judged stands below all others."""
    value = ours(signals).value
    return -1.0 if value is None else value


def _our_false(apart: list[np.ndarray]) -> tuple[float, int]:
    ps = [ours(g).p for g in apart]
    return float(np.mean([p is not None and p <= ALPHA for p in ps])), len(ps)


def mean_r(signals: np.ndarray) -> float:
    """Of all pairs."""
    return float(np.corrcoef(signals)[np.triu_indices(PERSONS, 1)].mean())


def pearson_false(apart: list[np.ndarray]) -> tuple[float, int]:
    """Of each pair's p, where both are known for half of the time."""
    pairs = [g[[a, b]] for g in apart for a, b in combinations(range(len(g)), 2)]
    known = [two[:, ~np.isnan(two).any(axis=0)] for two in pairs]
    enough = [both for both, two in zip(known, pairs, strict=True) if 2 * both.size > two.size]
    ps = [pearsonr(*both, alternative="greater").pvalue for both in enough]
    return float(np.mean(np.array(ps) <= ALPHA)), len(ps)


def phasic(signals: np.ndarray) -> np.ndarray:
    return sosfiltfilt(PHASIC, signals)


def peers() -> dict[str, Figure]:
    """multiSyncPy's figures of a whole group (more is more alike in each). Its index is left out:
    the slowest."""
    if not importlib.util.find_spec("multiSyncPy"):
        return {}
    from multiSyncPy import synchrony_metrics as s

    return {
        "multiSyncPy coherence": lambda g: s.coherence_team(detrend(g)),
        "multiSyncPy rho": lambda g: s.rho(np.angle(hilbert(detrend(g))))[1],
        "multiSyncPy rho, phasic": lambda g: s.rho(np.angle(hilbert(phasic(g))))[1],
        "multiSyncPy CSD, phasic": lambda g: s.sum_normalized_csd(phasic(g)),
        "multiSyncPy entropy, phasic": lambda g: -s.symbolic_entropy(phasic(g)),
    }


def _shuffled_false(figure: Figure) -> P:
    """multiSyncPy's shuffle, of the signals before anything else is done to them."""
    from multiSyncPy.synchrony_metrics import shuffle_time_windows

    def significant(signals: np.ndarray) -> bool:
        value = figure(signals)
        chance = (figure(shuffle_time_windows(signals, WINDOW)) for _ in range(SURROGATES))
        return all(value > one for one in chance)

    def false(apart: list[np.ndarray]) -> tuple[float, int]:
        np.random.seed(0)  # numpy's global generator is what it shuffles with
        return float(np.mean([significant(g) for g in apart[:SHUFFLED]])), SHUFFLED

    return false
