# ruff: noqa: PLC0415  (peers are there or not)
"""Skin conductance responses found against planted ones, in nine simulated conditions, and false
ones on a flat skin. The simulation convolves responses of each one's own shape (gamma rise,
two-stage recovery) over drift: none of it is what the detector assumes."""

from __future__ import annotations

import importlib.util
import sys
import warnings
from collections.abc import Callable

import numpy as np

from bench.signals.accept import Figures, Table
from bench.signals.measures import f1, outside
from hub.signals.eda import decompose

SECONDS, REPEATS = 600, 4
WITHIN_S = 2.0  # between a found peak and a planted one
COUNTED_US = 0.05
TABLE = {  # rate a minute, median size uS, noise uS, Hz, converter step uS, what goes wrong
    "typical": (5, 0.30, 0.003, 16, 0.00125, None), "calm": (1.5, 0.25, 0.003, 16, 0.00125, None),
    "busy": (12, 0.35, 0.003, 16, 0.00125, None), "small": (5, 0.09, 0.002, 16, 0.00125, None),
    "mixed": (7, 0.18, 0.004, 16, 0.00125, None), "coarse": (5, 0.30, 0.003, 16, 0.02, None),
    "artefacts": (5, 0.30, 0.003, 16, 0.00125, "touch"),
    "lost": (5, 0.30, 0.003, 16, 0.00125, "off"),
    "4 Hz": (5, 0.30, 0.003, 4, 0.00125, None),
}  # fmt: skip


def made(name: str, seed: int) -> tuple[np.ndarray, float, np.ndarray, np.ndarray]:
    """Conductance (uS), Hz, times of the peaks of responses of COUNTED_US or more, lost spans."""
    rate, size, noise, fs, step, wrong = TABLE[name]
    rng = np.random.default_rng(seed)
    t = np.arange(SECONDS * fs) / fs
    us = 5 + sum(0.3 * np.sin(2 * np.pi * (t / s + rng.random())) for s in rng.uniform(150, 600, 3))
    onsets = np.sort(rng.uniform(5, SECONDS - 15, rng.poisson(rate * SECONDS / 60)))
    onsets = onsets[np.diff(onsets, prepend=-9) > 1.5]
    heights = size * rng.lognormal(0, 0.5, len(onsets))
    peaks = []
    for onset, height in zip(onsets, heights, strict=True):
        wave, top = response(t - onset, rng)
        us += height * wave
        peaks.append(onset + top)
    spans = rng.uniform(20, SECONDS - 20, 8)
    lost = np.array([(s, s + rng.uniform(2, 8)) for s in spans if wrong == "off"])
    lost = lost.reshape(-1, 2)
    for a, b in lost:
        us[(t >= a) & (t < b)] = 0.0
    if wrong == "touch":
        for s in spans:
            us += rng.uniform(-1, 1) * np.exp(-0.5 * ((t - s) / 0.25) ** 2)
    us = np.round((us + noise * rng.standard_normal(len(t))) / step) * step
    return us, float(fs), np.array(peaks)[heights >= COUNTED_US], lost + np.array([-2.0, 5.0])


def response(since: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """Height 1: a gamma rise, then a fast and a slow recovery; and when it peaks (s)."""
    rise, fast, slow = rng.uniform(1.0, 2.2), rng.uniform(1.5, 3.0), rng.uniform(5.0, 12.0)
    x = np.maximum(since, 0.0)
    after = np.maximum(x - rise, 0)
    tail = 0.7 * np.exp(-after / fast) + 0.3 * np.exp(-after / slow)
    up = np.minimum(x / rise, 1.0)
    return up**2 * (3 - 2 * up) * tail, rise


def ours(us: np.ndarray, fs: float) -> np.ndarray:
    return decompose(us, fs).scrs.peak_s


def neurokit(us: np.ndarray, fs: float) -> np.ndarray:
    """NeuroKit2, its defaults: clean, phasic part, peaks."""
    import neurokit2 as nk

    signals, _ = nk.eda_process(us, sampling_rate=int(fs))
    return np.flatnonzero(signals["SCR_Peaks"]) / fs


def lean_neurokit(us: np.ndarray, fs: float) -> np.ndarray:
    """The same without its table of every sample."""
    import neurokit2 as nk

    phasic = nk.eda_phasic(nk.eda_clean(us, sampling_rate=int(fs)), sampling_rate=int(fs))
    _, found = nk.eda_peaks(phasic["EDA_Phasic"].to_numpy(), sampling_rate=int(fs))
    return np.asarray(found["SCR_Peaks"], float) / fs


def emotiphai(us: np.ndarray, fs: float) -> np.ndarray:
    """BioSPPy: emotiphai_eda with the same absolute 0.05 uS."""
    from biosppy.signals import eda

    found = eda.emotiphai_eda(signal=us, sampling_rate=fs, min_amplitude=COUNTED_US)
    return np.asarray(found["peaks"], float) / fs


Method = Callable[[np.ndarray, float], np.ndarray]
PEERS: dict[str, tuple[str, Method]] = {
    "NeuroKit2": ("neurokit2", neurokit), "BioSPPy emotiphai": ("biosppy", emotiphai),
}  # fmt: skip


FLAT_US = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)  # levels of flat skins, ten minutes each


def run(only_ours: bool) -> Table:
    """"skin" -> method -> F1 of each condition, their mean, and `flat_per_min`: false ones a minute
    on a flat skin."""
    return {"skin": {name: _row(method) for name, method in methods(only_ours).items()}}


def methods(only_ours: bool) -> dict[str, Method]:
    """Ours first, and the installed peers."""
    peers = {} if only_ours else PEERS
    return {"ours": ours} | {n: m for n, (mod, m) in peers.items() if importlib.util.find_spec(mod)}


def _row(method: Method) -> Figures:
    row = {name: _condition(method, name) for name in TABLE}
    flat = np.mean([_false_per_min(method, us, seed) for seed, us in enumerate(FLAT_US)])
    print(f"skin: {row}", file=sys.stderr, flush=True)
    return row | {"mean": float(np.mean(list(row.values()))), "flat_per_min": float(flat)}


def _condition(method: Method, name: str) -> float:
    return float(np.mean([_one(method, *made(name, seed)) for seed in range(REPEATS)]))


def _false_per_min(method: Method, level: float, seed: int) -> float:
    flat = level + 0.003 * np.random.default_rng(seed).standard_normal(SECONDS * 16)
    return len(_tried(method, flat, 16.0)) / (SECONDS / 60)


def _tried(method: Method, us: np.ndarray, fs: float) -> np.ndarray:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return np.sort(method(us, fs))
    except Exception as error:  # said, so that a wrong call is not read as a poor tool
        print(f"a method failed: {error!r}", file=sys.stderr)
        return np.empty(0)


def _one(method: Method, us: np.ndarray, fs: float, true: np.ndarray, lost: np.ndarray) -> float:
    found = _tried(method, us, fs)
    return f1(outside(found, lost), outside(true, lost), WITHIN_S)
