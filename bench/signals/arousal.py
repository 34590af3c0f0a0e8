"""Stress told from rest by each figure of arousal that the product gives, within each person: the
wrist recordings of `bench.signals.stress`, pulse and skin, second by second as in a session whose
baseline is the first rest. The pulse is put into counts as a MAX30102 gives them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from bench.signals.accept import Figures, Table
from bench.signals.cases import FS, at_fs, pulse_height
from bench.signals.stress import WHOLE, Means, minutes, recorded, row, tasks, windows
from hub.signals.after import after
from hub.signals.column import Column
from hub.signals.parts import PARTS, SYMPATHETIC
from hub.signals.quality import MAX30102
from hub.signals.seat import SeatSignals, work
from hub.simulate import artefacts

CALMING = {part.name for part in PARTS[SYMPATHETIC:]} | {
    "arousal_parasympathetic", "arousal_parasympathetic_after"
}  # fmt: skip
SUM = "sum of the parts' z, unweighted"
FIGURES = (
    *(part.name for part in PARTS), "arousal", "arousal_sympathetic", "arousal_parasympathetic",
    "arousal_after", "arousal_sympathetic_after", "arousal_parasympathetic_after",
)  # fmt: skip
MEANS: dict[str, Means] = {"arousal": minutes, "arousal" + WHOLE: tasks}

Person = dict[str, np.ndarray]  # the arrays of a recording
Seconds = dict[str, np.ndarray]  # figure -> its value at each second from 0 on, NaN: withheld


def run(folder: Path) -> Table:
    """Each of MEANS -> figure (and SUM) -> as `stress.row`. What falls with arousal is turned.
    Empty without any recordings with skin."""
    people = with_skin(folder)
    if not people:
        return {}
    found = [seconds(p) for p in people]
    asked = [windows(p["segments"]) for p in people]
    table: Table = {said: {} for said in MEANS}
    for name in (*FIGURES, SUM):
        given = [at(one[name], ends) for one, (ends, _) in zip(found, asked, strict=True)]
        for said, mean in MEANS.items():
            table[said][name] = _row(given, asked, mean)
        print(f"arousal {name}: {[some[name] for some in table.values()]}", file=sys.stderr)
    return table


def _row(
    given: list[np.ndarray], asked: list[tuple[np.ndarray, np.ndarray]], mean: Means
) -> Figures:
    pairs = [mean(values, *one) for values, one in zip(given, asked, strict=True)]
    return row([values for values, _ in pairs], [stressed for _, stressed in pairs])


def with_skin(folder: Path) -> list[Person]:
    """The people whose skin was recorded too."""
    return [p for p in recorded(folder) if "eda_us" in p]


def seconds(person: Person) -> Seconds:
    """The figures of one person, turned so that more is more arousal."""
    span, live = lived(person)
    every = live | after(live)
    out = {name: turned(name, every[name], span) for name in FIGURES}
    return out | {SUM: summed([out[part.name] for part in PARTS])}


def lived(person: Person) -> tuple[range, dict[str, Column]]:
    """Every figure of each second, as the hub works them out."""
    seat = SeatSignals()
    counts = as_counts(at_fs(person["ppg"].astype(float), float(person["ppg_fs"])))
    seat.push_ppg(counts, 0.0, 1 / FS)
    skin_fs = float(person["eda_fs"])
    seat.push_eda(person["eda_us"].astype(float), float(person["eda_shift"]), 1 / skin_fs)
    seat.baseline(*person["segments"][0, :2].tolist())
    (span,), live = work([seat], len(counts) / FS, final=True)
    return span, live


def as_counts(ppg: np.ndarray) -> np.ndarray:
    """As a MAX30102 would count it, movement and all."""
    counts, _ = artefacts.max30102(ppg, FS, np.random.default_rng(0), pulse_height(ppg))
    return np.clip(counts, 0, MAX30102.full_scale)


def turned(name: str, found: Column, span: range) -> np.ndarray:
    return (-1.0 if name in CALMING else 1.0) * from_start(found, span)


def from_start(found: Column, span: range) -> np.ndarray:
    """What stands at each second from 0 on, NaN: withheld."""
    out = np.full(span.stop, np.nan)
    there = np.array(span) >= 0
    out[np.array(span)[there]] = found.value[there]
    return out


def summed(parts: list[np.ndarray]) -> np.ndarray:
    """The plain composite that others use: each part's z over the session, where all are there."""
    return np.sum([(x - np.nanmean(x)) / np.nanstd(x) for x in parts], axis=0)


def at(values: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """What stands at the last whole second of each window."""
    return values[np.minimum(ends.astype(int), len(values) - 1)]
