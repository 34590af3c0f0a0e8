"""Beats, heart rate and RMSSD: every method on every case, clean and with each artefact."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import numpy as np

from bench.signals import cases as c
from bench.signals import measures as m
from bench.signals.accept import Figures, Table
from bench.signals.methods import is_ours, methods, tried
from bench.signals.tally import Tally, mean, pooled
from bench.signals.treadmill import runners
from hub.signals import prv
from hub.signals.ppg import detect_beats

NO_PHONE, OVERSIZED = ", no phone", ", oversized"
Ask = Callable[[float], float]  # end of a window (s of the reference) -> figure, NaN: withheld


def run(people: list[c.Case], only_ours: bool) -> Table:
    """Clean by group and in all, each artefact, the treadmill (recordings if there are any, else
    modelled), each artefact as large as the whole signal's spread (OVERSIZED), and the means of the
    seven kinds (NO_PHONE: on all but the phone's). Each condition is told on stderr as soon as it
    is there."""
    still = c.still(people)
    parts = {g: _condition(some, only_ours) for g, some in by_group(still).items()}
    real = [part for g, part in parts.items() if g != "simulated"] or list(parts.values())
    table = {g: _told(g, part) for g, part in parts.items()}
    table["clean"] = _told("clean", _joined(real))
    for kind in c.KINDS | c.EXTRA:
        table |= _spoilt(kind, [c.spoiled(p, kind) for p in still], only_ours)
    table["treadmill"] = _told("treadmill", _condition(runners(people), only_ours))
    for kind in c.KINDS | c.WALK:
        table |= _spoilt(kind + OVERSIZED, [c.oversized(p, kind) for p in still], only_ours)
    for rest in ("", NO_PHONE, OVERSIZED, OVERSIZED + NO_PHONE):
        rows = [table[kind + rest] for kind in c.KINDS]
        table["artefacts" + rest] = {n: mean([row[n] for row in rows]) for n in table["clean"]}
    return table


def _spoilt(kind: str, some: list[c.Case], only_ours: bool) -> Table:
    """One kind of artefact on all, and on all but the phone's."""
    parts = {g: _condition(group, only_ours) for g, group in by_group(some).items()}
    rest = [part for g, part in parts.items() if g != "phone"]
    return {
        kind: _told(kind, _joined(list(parts.values()))),
        kind + NO_PHONE: _told(kind + NO_PHONE, _joined(rest)),
    }


def by_group(people: list[c.Case]) -> dict[str, list[c.Case]]:
    """Those groups that there are, in their order."""
    groups = {g: [p for p in people if p.group == g] for g in c.GROUPS}
    return {g: some for g, some in groups.items() if some}


def _joined(parts: list[dict[str, Tally]]) -> dict[str, Tally]:
    return {name: pooled([part[name] for part in parts]) for name in parts[0]}


def _told(condition: str, tallies: dict[str, Tally]) -> dict[str, Figures]:
    rows = {name: tally.row() for name, tally in tallies.items()}
    print(json.dumps({condition: rows}), file=sys.stderr, flush=True)
    return rows


def _condition(some: list[c.Case], only_ours: bool) -> dict[str, Tally]:
    out = {}
    for name, method in methods(only_ours).items():
        out[name] = Tally()
        for case in some:
            judge(out[name], case, tried(method, case.ppg), name)
    return out


def judge(tally: Tally, case: c.Case, found: np.ndarray, name: str) -> None:
    """Add one case. Beats where there is no signal, or no reference, count for nobody; where the
    signal is away is known in its own time, `delay` after the reference's."""
    shifted, delay = m.lined_up(found, case)
    spans, last = m.unasked(case, delay), m.last_asked(case)
    a, b = m.outside(shifted, spans), m.outside(case.beats, spans)
    tally.f1.append(m.f1(a, b))
    errors = m.ibi_error_ms(a, b)
    tally.ibi.extend([float(errors.mean())] if len(errors) else [])
    rate, variability = _ours(case, delay) if is_ours(name) else _naive(shifted)
    for at in m.windows(last, 10.0, 5.0, case.bad):
        tally.hr.append(abs(rate(at) - m.hr_of(case.beats, at)))
    for at in m.windows(last, 60.0, 15.0, case.bad):
        tally.rmssd.append(abs(variability(at) - m.rmssd_of(case.beats, at)))


def _naive(beats: np.ndarray) -> tuple[Ask, Ask]:
    return lambda at: m.hr_of(beats, at), lambda at: m.rmssd_of(beats, at)


def _ours(case: c.Case, delay: float) -> tuple[Ask, Ask]:
    """The product's own figures, which withhold what is not good enough."""
    rows = prv.intervals(detect_beats(case.ppg, c.FS)).rows

    def ask(figure) -> Ask:
        return lambda at: number(figure(rows, at + delay).value)

    return ask(prv.heart_rate), ask(prv.rmssd)


def number(value: float | None) -> float:
    """NaN for what was withheld."""
    return np.nan if value is None else value
