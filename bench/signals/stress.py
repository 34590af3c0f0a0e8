"""Stress told from rest by heart rate alone, within each person: wrist recordings of an hour with
labelled segments, where they are. Movement is not an artefact put on here: it is how they came."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bench.signals import measures as m
from bench.signals.accept import Figures, Table
from bench.signals.beats import number
from bench.signals.cases import FS, at_fs
from bench.signals.methods import USED, methods, tried
from hub.signals import prv
from hub.signals.ppg import detect_beats

STEP_S = 10.0  # windows of 10 s, side by side
MINUTE = 6  # of them are one figure more: the mean of those answered
EACH, WHOLE = ", 10 s", ", whole tasks"

Means = Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def run(folder: Path, only_ours: bool) -> Table:
    """"stress" (a minute's mean), with EACH (windows of 10 s) and with WHOLE (a task's mean) ->
    method -> mean within-person AUC of the windows answered, `sure`: its standard error over the
    people, their share, and `auc_held`: of every window, with the last answer where none was given.
    Empty without any recordings."""
    people = recorded(folder)
    if not people:
        return {}
    pulses = [at_fs(p["ppg"].astype(float), float(p["ppg_fs"])) for p in people]
    asked = [windows(p["segments"]) for p in people]
    table: Table = {"stress": {}, "stress" + EACH: {}, "stress" + WHOLE: {}}
    for name, method in methods(only_ours).items():
        if name == USED:
            continue
        both = zip(pulses, asked, strict=True)
        rates = [_rates(name, method, ppg, ends) for ppg, (ends, _) in both]
        table["stress" + EACH][name] = row(rates, [stressed for _, stressed in asked])
        for said, means in {"stress": minutes, "stress" + WHOLE: tasks}.items():
            pairs = [means(r, *one) for r, one in zip(rates, asked, strict=True)]
            table[said][name] = row([r for r, _ in pairs], [stressed for _, stressed in pairs])
        print(f"stress {name}: {[some[name] for some in table.values()]}", file=sys.stderr)
    return table


def recorded(folder: Path) -> list[dict[str, np.ndarray]]:
    """The arrays of each person."""
    return [dict(np.load(path)) for path in sorted(folder.glob("stresspredict*.npz"))]


def windows(segments: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ends (s) of the windows that lie within one segment, and whether it was a stress task."""
    ends = [np.arange(start + STEP_S, end, STEP_S) for start, end, _ in segments]
    labels = [np.full(len(e), bool(label)) for e, label in zip(ends, segments[:, 2], strict=True)]
    return np.concatenate(ends), np.concatenate(labels)


def minutes(
    rates: np.ndarray, ends: np.ndarray, stressed: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The mean of the rates answered in each MINUTE windows in a row, NaN: none was; and whether it
    was a stress task. What is left over of a segment is left out."""
    parts = _segments(ends, stressed)
    whole = [part[: len(part) - len(part) % MINUTE].reshape(-1, MINUTE) for part in parts]
    return _means(rates, stressed, list(np.concatenate(whole)))


def tasks(
    rates: np.ndarray, ends: np.ndarray, stressed: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The same of each whole segment."""
    return _means(rates, stressed, _segments(ends, stressed))


def _segments(ends: np.ndarray, stressed: np.ndarray) -> list[np.ndarray]:
    """Indices of the windows of each segment."""
    apart = (np.diff(ends) > STEP_S + 0.1) | np.diff(stressed)
    return np.split(np.arange(len(ends)), np.flatnonzero(apart) + 1)


def _means(
    rates: np.ndarray, stressed: np.ndarray, parts: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # the mean of none
        means = [np.nanmean(rates[part]) for part in parts]
    return np.array(means), stressed[[part[0] for part in parts]]


def _rates(name: str, method, ppg: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Heart rate (1/min) of each window, NaN: not answered."""
    if name == "ours":
        rows = prv.intervals(detect_beats(ppg, FS)).rows
        return np.array([number(prv.heart_rate(rows, end).value) for end in ends])
    beats = tried(method, ppg)
    return np.array([m.hr_of(beats, end) for end in ends])


def row(rates: list[np.ndarray], stressed: list[np.ndarray]) -> Figures:
    both = list(zip(rates, stressed, strict=True))
    there = np.concatenate([~np.isnan(rate) for rate in rates])
    each = np.array([_auc(*one) for one in both])
    known = each[~np.isnan(each)]
    return {
        "auc": float(known.mean()), "sure": float(known.std() / np.sqrt(len(known))),
        "answered": float(there.mean()),
        "auc_held": float(np.nanmean([_auc(held(rate), labels) for rate, labels in both])),
        "people": float(len(rates)),
    }  # fmt: skip


def _auc(rate: np.ndarray, stressed: np.ndarray) -> float:
    there = ~np.isnan(rate)
    return m.auc(rate[there & stressed], rate[there & ~stressed])


def held(rate: np.ndarray) -> np.ndarray:
    """Each missing one replaced by the last before it, or by the first of all."""
    there = np.flatnonzero(~np.isnan(rate))
    if not len(there):
        return rate
    last = np.searchsorted(there, np.arange(len(rate)), "right") - 1
    return rate[there[np.maximum(last, 0)]]
