"""Sessions put together: each contrast over sessions or, where it is known who presented, over
presenters; and in words what such figures can say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from hub.analysis.contrasts import averaged, over_sessions
from hub.analysis.measures import MEASURED, unit_of
from hub.provenance import made_by
from hub.study.gather import Left, Used
from hub.study.levels import Level
from hub.study.presenters import Presenters
from hub.study.session import Estimate, Found

LEAST = 3  # sessions, or presenters: of fewer nothing is tested
FEW = 20  # fewer find large effects only
UNNAMED = "it is not named in the file of presenters; it stays as it is; add a line for it"
INDEPENDENT = (
    "Each session counts once (two cases of one session are averaged). Sessions are treated as "
    "independent, because no record says who sat on which seat. If somebody presented in more than "
    "one, p is too small: name the presenters with --presenters FILE (docs/studies.md). If the "
    "sessions are of several groups, give a code for each group there instead."
)
AVERAGED = (
    "Each presenter counts once, by the mean of the cases presented. Presenters are treated as "
    "independent, although members of one group are only partly so. If there are several groups "
    "and they differ, p is too small: with a code for each group in place of the presenter's, each "
    "group counts once."
)
ORDER = (
    "Phases always come in the same order, and presenting means speaking. Recorded turns remove "
    "the effect of speech, except where a turn was not ended when another person spoke. So trust "
    "push-back (silent in both of its phases) more than presentation and role: the more sessions, "
    "the more surely leftover speech passes for an effect. A single session only describes; it "
    "takes a study to test."
)
HOLM = (
    "Holm corrects p over the contrasts of one measure, not over the measures: "
    "choose the measure and the contrasts that count before you look."
)
CHOSEN = (
    "Leaders intervene when they see something. If they do so when people are aroused, people calm "
    "down afterwards whatever was said, and `intervention` is found without any true effect."
)
HOW_MANY = ". `stillpoint power` says how many sessions find which effect."
MADE_UP = "These sessions are simulated: the figures say nothing about people."


@dataclass(frozen=True, slots=True)
class Row:
    """A case that counts, and as whose: the presenter's code, or the session's id."""

    session: Used
    found: Found
    counts_as: str


Study = dict[str, Any]


def study_of(
    used: Sequence[Used], left: Sequence[Left], presenters: Presenters | None = None,
    told: Iterable[str] = (),
) -> Study:
    """JSON-able: what it was `made_by`, `by` (what is counted), `n`, `sessions`, `left_out`,
    `measures` (the tests of each), `estimates` (each case's), `unmatched` (what was said of none of
    them), `warnings`. `told`: phases of which it was said what they are."""
    used = _named(used, presenters)
    rows = _rows(used, presenters)
    measures = {name: _tested(rows, name) for name in MEASURED}
    most = max(one["n"] for of in measures.values() for one in of["contrasts"])
    return {
        **made_by(),
        "by": "session" if presenters is None else "presenter",
        "n": len({row.counts_as for row in rows}), "cases": len(rows),
        "sessions": [one.to_dict() for one in used],
        "left_out": [asdict(one) for one in left],
        "measures": measures,
        "estimates": [_estimate(row, one, presenters) for row in rows
                      for one in row.found.estimates],
        "unmatched": [*_no_phase(used, told), *_no_case(used, presenters or {})],
        "warnings": [*_warnings(used, most, presenters), *_chosen(rows), *_unsealed(used)],
    }


def levels_of(used: Sequence[Used], presenters: Presenters | None = None) -> list[Study]:
    """Everybody's level in each phase of each case that counts, a row each."""
    return [_level(row, one, presenters) for row in _rows(_named(used, presenters), presenters)
            for one in row.found.levels]


def _rows(used: Iterable[Used], presenters: Presenters | None) -> list[Row]:
    return [Row(one, found, _counts_as(one, found, presenters))
            for one in used for found in one.cases if found.unusable is None]


def _named(used: Sequence[Used], presenters: Presenters | None) -> Sequence[Used]:
    return used if presenters is None else [_with_presenters(one, presenters) for one in used]


def _with_presenters(one: Used, presenters: Presenters) -> Used:
    """A case that the file does not name cannot count: as whose?"""
    cases = (found if found.unusable or (one.info.id, found.case) in presenters
             else replace(found, unusable=UNNAMED) for found in one.cases)
    return replace(one, cases=tuple(cases))


def _counts_as(one: Used, found: Found, presenters: Presenters | None) -> str:
    return one.info.id if presenters is None else presenters[one.info.id, found.case]


def _tested(rows: Sequence[Row], measure: str) -> Study:
    """The contrasts of a measure. Whoever comes more than once counts by the mean."""
    of: dict[str, list[Mapping[str, float]]] = {}
    for row in rows:
        of.setdefault(row.counts_as, []).append(_values(row.found, measure))
    tested = over_sessions([averaged(several) for several in of.values()])
    return {"label": MEASURED[measure].label, "unit": MEASURED[measure].unit,
            "contrasts": [{**asdict(one), "unit": unit_of(measure, one.name)} for one in tested]}


def _values(found: Found, measure: str) -> Mapping[str, float]:
    return {one.contrast: np.nan if one.value is None else one.value
            for one in found.estimates if one.measure == measure}


def _estimate(row: Row, one: Estimate, presenters: Presenters | None) -> Study:
    return {
        **_case(row, presenters), "seat": row.found.presenter, "people": row.found.people,
        "measure": one.measure, "contrast": one.contrast, "estimate": one.value,
        "unit": unit_of(one.measure, one.contrast), "reason": one.reason,
    }


def _level(row: Row, one: Level, presenters: Presenters | None) -> Study:
    return {
        **_case(row, presenters), "seat": one.seat,
        "role": "presenter" if one.seat == row.found.presenter else "member",
        "phase": one.phase, "measure": one.measure, "level": one.value,
        "unit": MEASURED[one.measure].unit, "steps": one.steps, "spoke": one.spoke,
        "reason": one.reason,
    }


def _case(row: Row, presenters: Presenters | None) -> Study:
    """Which case it is."""
    info = row.session.info
    return {
        "session": info.id, "opened_ns": info.opened_ns, "site": info.site, "room": info.room,
        "protocol": row.session.protocol, "simulated": info.simulated, "case": row.found.case,
        "presenter": None if presenters is None else row.counts_as,
    }


def _warnings(used: Iterable[Used], n: int, presenters: Presenters | None) -> list[str]:
    """What the figures can say, and what not, where a contrast has `n` at most."""
    of = "session" if presenters is None else "presenter"
    simulated = [MADE_UP] if any(one.info.simulated for one in used) else []
    if n < LEAST:
        return [*simulated, _untested(n, of), ORDER]
    small = (f"{n} {of}s find only large effects" if n < FEW
             else f"Even {n} {of}s do not find every effect")
    return [*simulated, f"{small}: a large p does not mean that there is none{HOW_MANY}",
            INDEPENDENT if presenters is None else AVERAGED, HOLM, ORDER]


def _chosen(rows: Iterable[Row]) -> list[str]:
    """When a leader intervenes hangs on what is measured."""
    there = any(one.contrast == "intervention" and one.value is not None
                for row in rows for one in row.found.estimates)
    return [CHOSEN] if there else []


def _untested(n: int, of: str) -> str:
    many = {0: f"No {of} can be used", 1: f"One {of}"}.get(n, f"{n} {of}s")
    shown = "" if n == 0 else " The figures only describe, and may be due to chance alone."
    return (f"{many}: nothing is tested. A test takes at least {LEAST}, and many more to find an "
            f"effect that is not very large (`stillpoint power`).{shown}")


def _unsealed(used: Iterable[Used]) -> list[str]:
    """Sessions of which more may come."""
    waiting = [one.info.id for one in used if one.info.state != "sealed"]
    return [f"Not sealed yet: {', '.join(waiting)}. Data that kits still hold are not in the "
            "figures: run the study again once sealed."] if waiting else []


def _no_phase(used: Iterable[Used], told: Iterable[str]) -> list[str]:
    """Phases that were told as a part and are in no session."""
    had = sorted({id for one in used for id in one.phases})
    return [f"No session that counts has a phase {id}, so --phase {id} had no effect (phases: "
            f"{', '.join(had) or 'none'}): correct it and run again"
            for id in told if id not in had]


def _no_case(used: Iterable[Used], presenters: Presenters) -> list[str]:
    """Lines of the file that belong to nothing."""
    there = {(one.info.id, found.case) for one in used for found in one.cases}
    names = "; ".join(f"{session}, case {case}" for session, case in presenters
                      if (session, case) not in there)
    return [f"The file of presenters also names cases that are not in these sessions: {names}; "
            "those lines had no effect"] if names else []
