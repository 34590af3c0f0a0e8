"""Beats, heart rate and RMSSD: every method on every case, clean and with each artefact."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from time import process_time

import numpy as np

from bench.signals import cases as c
from bench.signals import measures as m
from bench.signals.methods import methods, tried
from hub.signals import prv
from hub.signals.ppg import detect_beats

ACCEPT = {  # of shared/signals.md: least F1 by condition
    "clean": 0.98, "artefacts": 0.97, "max30102": 0.98, "treadmill": 0.87,
}  # fmt: skip


@dataclass
class Tally:
    """What one method did in one condition, over all cases."""

    f1: list[float] = field(default_factory=list)
    ibi: list[float] = field(default_factory=list)
    hr: list[float] = field(default_factory=list)  # NaN: not answered
    rmssd: list[float] = field(default_factory=list)

    def row(self) -> dict[str, float | None]:
        hr, rm = _answered(self.hr), _answered(self.rmssd)
        return {
            "f1": float(np.mean(self.f1)),
            "ibi_ms": float(np.mean(self.ibi)) if self.ibi else None,
            "hr_bpm": float(np.mean(hr[0])) if len(hr[0]) else None, "hr_answered": hr[1],
            "rmssd_median_ms": float(np.median(rm[0])) if len(rm[0]) else None,
            "rmssd_p90_ms": float(np.percentile(rm[0], 90)) if len(rm[0]) else None,
            "rmssd_answered": rm[1],
        }  # fmt: skip


def _answered(errors: list[float]) -> tuple[np.ndarray, float]:
    values = np.array(errors)
    there = ~np.isnan(values)
    return values[there], float(there.mean()) if len(values) else 0.0


Figures = dict[str, float | None]
Counted = dict[str, tuple[Tally, float, float]]  # method -> tally, CPU s, hours of signal


def run(only_ours: bool) -> dict[str, dict[str, Figures]]:
    """Condition -> method -> figures. Each condition is told on stderr as soon as it is there."""
    people = c.recordings() + c.simulated()
    kinds = ("ecg", "seated", "phone", "simulated")
    groups = {g: [p for p in people if p.group == g] for g in kinds}
    parts = {g: _condition(some, only_ours) for g, some in groups.items() if some}
    real = [part for g, part in parts.items() if g != "simulated"] or list(parts.values())
    table = {g: _told(g, _rows(part)) for g, part in parts.items()}
    table["clean"] = _told("clean", _rows(_pooled(real)))
    for kind in c.KINDS | c.EXTRA:
        some = [c.spoiled(p, kind) for p in people]
        table[kind] = _told(kind, _rows(_condition(some, only_ours)))
    table["artefacts"] = {n: _mean([table[k][n] for k in c.KINDS]) for n in table["clean"]}
    return table


def _told(condition: str, rows: dict[str, Figures]) -> dict[str, Figures]:
    print(json.dumps({condition: rows}), file=sys.stderr, flush=True)
    return rows


def _rows(counted: Counted) -> dict[str, Figures]:
    return {n: t.row() | {"cpu_s_per_hour": s / h} for n, (t, s, h) in counted.items()}


def _pooled(parts: list[Counted]) -> Counted:
    """Several groups as one: each case as heavy as the next."""
    out: Counted = {}
    for name in parts[0]:
        some = [part[name] for part in parts]
        whole = Tally()
        for tally, _, _ in some:
            for key in vars(whole):
                getattr(whole, key).extend(getattr(tally, key))
        out[name] = (whole, sum(s for _, s, _ in some), sum(h for _, _, h in some))
    return out


def _mean(rows: list[Figures]) -> Figures:
    """Of the seven kinds, each as heavy as the next; None where any of them has no figure."""
    out: Figures = {}
    for key in rows[0]:
        values = [row[key] for row in rows]
        whole = [v for v in values if v is not None]
        out[key] = float(np.mean(whole)) if len(whole) == len(values) else None
    return out


def _condition(some: list[c.Case], only_ours: bool) -> Counted:
    hours = sum(len(p.ppg) for p in some) / c.FS / 3600
    out: Counted = {}
    for name, method in methods(only_ours).items():
        tally, spent = Tally(), 0.0
        for case in some:
            start = process_time()
            found = tried(method, case.ppg)
            spent += process_time() - start
            judge(tally, case, found, name)
        out[name] = (tally, spent, hours)
    return out


def judge(tally: Tally, case: c.Case, found: np.ndarray, name: str) -> None:
    """Add one case. Beats where there is no signal, or no reference, count for nobody."""
    reach = m.STRAP_REACH_S if case.group == "phone" else m.REACH_S
    shifted = m.aligned(found, case.beats, reach)
    delay = float(found[0] - shifted[0]) if len(found) else 0.0
    first, last = max(2.0, case.beats[0]), min(len(case.ppg) / c.FS, case.beats[-1]) - 2.0
    edges = np.array([[-1e9, first], [last, 1e9]])
    spans = np.concatenate([case.bad, case.away, edges])
    a, b = m.outside(shifted, spans), m.outside(case.beats, spans)
    tally.f1.append(m.f1(a, b))
    errors = m.ibi_error_ms(a, b)
    tally.ibi.extend([float(errors.mean())] if len(errors) else [])
    answers = _naive(shifted)
    if name == "ours":
        answers = _ours(case, delay)
    for at in m.windows(last, 10.0, 5.0, case.bad):
        tally.hr.append(abs(answers[0](at) - m.hr_of(case.beats, at)))
    for at in m.windows(last, 60.0, 15.0, case.bad):
        tally.rmssd.append(abs(answers[1](at) - m.rmssd_of(case.beats, at)))


def _naive(beats: np.ndarray):
    return lambda at: m.hr_of(beats, at), lambda at: m.rmssd_of(beats, at)


def _ours(case: c.Case, delay: float):
    rows = prv.intervals(detect_beats(case.ppg, c.FS)).rows

    def ask(figure):
        return lambda at: _number(figure(rows, at + delay).value)

    return ask(prv.heart_rate), ask(prv.rmssd)


def _number(value: float | None) -> float:
    return np.nan if value is None else value
