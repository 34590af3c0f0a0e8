"""The figures of each second as the whole session has them, as lines: those of an export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from hub.analysis.seats import Seats
from hub.analysis.session import Analysis
from hub.course.basis import name_of_the_baseline
from hub.disk.erased import is_erased
from hub.records import NS, Second
from hub.signals.index import SHORT_BASELINE
from hub.store.lines import LineMaker
from hub.store.makers import Line
from hub.store.table import SEATS, TEAM
from hub.store.text import line

MS = 1_000_000


def second_lines(session: Analysis) -> Iterator[str]:
    """Every second of every seat, and of the group."""
    meta = session.meta
    made = LineMaker(meta["site"], meta["room"], meta["session"])
    for number, seat in session.seats.items():
        rows = zip(*(column.values() for column in seat.features.values()), strict=True)
        for time_ns, row in zip(seat.time_ns.tolist(), rows, strict=True):
            second = Second(number, time_ns, dict(zip(seat.features, row, strict=True)))
            yield from made.lines(second)
    for group in session.group:
        yield from made.lines(group)


def basis_lines(session: Analysis, tags: str) -> Iterator[Line]:
    """What the curves stand against: a note at the opening. What a team was shown stays as it was,
    so its note says another thing; none where that was taken back."""
    last = session.course.baselines[-1:]
    at_ns = (session.course.opened_ns or session.first_ns) // NS * NS
    fields = {name: ns // MS for span in last
              for name, ns in zip(("start_ms", "end_ms"), span, strict=True)}
    texts = {SEATS: _of_researchers(session)}
    if not is_erased(session.folder):
        texts[TEAM] = _of_the_team(session)
    for bucket, text in texts.items():
        corrected_ms = (session.corrected_ns or 0) // MS
        said = line(f"basis,{tags}", {"text": text, **fields, "corrected_ms": corrected_ms}, at_ns)
        yield bucket, said or ""


def _of_researchers(session: Analysis) -> str:
    corrected_ns = session.corrected_ns
    since = "" if corrected_ns is None else f", corrected {_clock(session, corrected_ns)}"
    return _baselines(session) + since + _without(session.seats) + "."


def _without(seats: Seats) -> str:
    """Who had none of them long enough: most figures say so."""
    arousal = {number: seat.features["arousal"] for number, seat in seats.items()}
    said = {number: column.at(~np.isnan(column.value)).reason for number, column in arousal.items()}
    those = [str(number) for number, reasons in sorted(said.items())
             if np.count_nonzero(reasons == SHORT_BASELINE) * 2 > len(reasons)]
    which = f"seat{'s' * (len(those) > 1)} {', '.join(those)}"
    return f"; for {which} the session so far, without a long enough baseline" if those else ""


def _of_the_team(session: Analysis) -> str:
    if session.corrected_ns is None:
        return _baselines(session) + "."
    when = _clock(session, session.corrected_ns)
    return (f"The baseline was corrected {when} after the opening. The curve shown for the time "
            "before that is unchanged and uses the old baseline.")


def _baselines(session: Analysis) -> str:
    spans = [f"{_clock(session, a)} to {_clock(session, b)}" for a, b in session.course.baselines]
    if not spans:
        return "No baseline: against the session so far"
    name = name_of_the_baseline(session.course)
    return f"{name}, {' and '.join(spans)} after the opening"


def _clock(session: Analysis, at_ns: int) -> str:
    """Since the opening: 1:05:30."""
    since_ns = at_ns - (session.course.opened_ns or session.first_ns)
    return str(timedelta(seconds=since_ns // NS))
