"""Results as the JSON messages that the live view speaks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import asdict, fields
from operator import attrgetter
from typing import Any

import numpy as np

from hub.course.phases import Course, course_to_dict
from hub.records import NS, Gap, Group, Ledger, Problem, Second, Wave
from hub.results.channels import named
from hub.results.pipeline import Ledgers, Result
from hub.team.curve import STATUS, Said, Told
from hub.team.figures import Shown

Message = dict[str, Any]

TEAM = ("middle", "low", "high")
LEDGER = tuple(field.name for field in fields(Ledger))


def message_of(result: Result) -> Message | None:
    """The message for a result; None where a live view does not need it."""
    make = _MAKERS.get(type(result))
    return make(result) if make else None


def _second(second: Second) -> Message:
    values = {
        name: {"v": _finite(value.value), "q": round(value.quality, 3), "r": value.reason}
        for name, value in second.values.items()
    }
    return {"type": "second", "seat": second.seat, "time_ns": second.time_ns, "values": values}


def _wave(wave: Wave) -> Message:
    values: list[Any] = np.round(wave.values, named(wave.channel).decimals).tolist()
    return {
        "type": "wave", "seat": wave.seat, "channel": wave.channel, "start_ns": wave.start_ns,
        "period_ns": wave.period_ns,
        "values": values if math.isfinite(sum(values)) else [_finite(v) for v in values],
    }


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, 5)


def course_message(course: Course) -> Message:
    """The course of the session, whole: the hub says it, and no worker, which may be behind."""
    return {"type": "course", **course_to_dict(course)}


def catching_up(on: bool) -> Message:
    """Are the figures still those of long ago, because the journal is read from its beginning?"""
    return {"type": "catching-up", "on": on}


def problem_message(
    problem: Problem, ends: str = "", over: bool = False, form: str = ""
) -> Message:
    """A problem. `ends`: the code of those before it that are no more; `over`: it says only that
    they are, and there is nothing to do; `form`: which of those with its code."""
    return {"type": "problem", **asdict(problem), "ends": ends, "over": over, "form": form}


def _ledgers(ledgers: Ledgers) -> Message:
    rows = [dict(zip(LEDGER, _of_ledger(row), strict=True)) for row in ledgers.rows]
    return {"type": "ledger", "now_ns": ledgers.now_ns, "rows": rows}


def team_messages(told: Iterable[Told]) -> list[Message]:
    """What a team is told: its curve, in columns, and why there is one, or none."""
    told = list(told)
    figures = [one for one in told if isinstance(one, Shown)]
    said = [one for one in told if isinstance(one, Said)]
    return [*([_curve(figures)] if figures else []), *(_status(one) for one in said[-1:])]


def _curve(figures: list[Shown]) -> Message:
    columns = {name: [getattr(one, name) for one in figures] for name in TEAM}
    times = [one.time_ns // NS for one in figures]
    return {"type": "team", "time_ns": figures[-1].time_ns, "time_s": times, **columns}


def _status(said: Said) -> Message:
    return {"type": "status", "code": said.code, "text": STATUS[said.code]}


TAKEN_BACK = _status(Said(0, "taken-back"))
_of_ledger = attrgetter(*LEDGER)
_MAKERS: dict[type, Callable[[Any], Message]] = {
    Second: _second,
    Wave: _wave,
    Group: lambda group: {"type": "group", **asdict(group)},
    Gap: lambda gap: {"type": "gap", **asdict(gap)},
    Problem: problem_message,
    Ledgers: _ledgers,
}
