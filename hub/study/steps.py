"""A recorded case in the steps that contrasts are worked out from.

As in the figures of a phase, a window that reaches into what was before does not count, and of a
person too little of whose phase is valid nothing in it does. What speaking does is in the whole of
a window, so for each measure speaking is counted over its window. Where it is not known who spoke,
what speaking did is not known either, and no level counts; nor does any of a phase of most of which
it is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hub.analysis.contrasts import StudySession
from hub.analysis.measures import Measured
from hub.analysis.seats import Seats, SeatSeconds
from hub.analysis.session import Analysis
from hub.analysis.speech import KNOWN, known_who
from hub.analysis.spoken import Turns, share_spoken, spoken_by
from hub.arrays import Bools, Floats, Ints
from hub.course.protocol import BASELINE
from hub.disk.erased import erased_seats
from hub.records import NS
from hub.signals.column import last_known
from hub.signals.features import BY_NAME, Feature
from hub.study.cases import OF_A_CASE, Case, Stretch

STEP_S = 5  # contrasts count in steps of this


@dataclass(frozen=True, slots=True)
class People:
    """Who is there, but for erased seats. `turns`: by seat, each in order of time; `known_ns`:
    from when on it is recorded who speaks (None: never)."""

    seats: Seats
    turns: Mapping[int, Turns]
    known_ns: int | None

    def kits_in(self, case: Case) -> dict[int, list[str]]:
        """The kits that each seat had in the case or its baseline, first the one it had for most of
        the case."""
        return {seat: _kits_in(rows, case) for seat, rows in self.seats.items()}

    def with_first(self, had: Mapping[int, list[str]]) -> People:
        """With the first kit alone of those that each seat `had`: another may have been another
        person's."""
        seats = {seat: rows.of((had[seat] or rows.kits)[0]) for seat, rows in self.seats.items()}
        return replace(self, seats=seats)

    def row(self, seat: int | None) -> int:
        """Where somebody who is there comes in the order of seats."""
        return list(self.seats).index(seat or 0)


def people_of(analysis: Analysis) -> People:
    """Those of a session."""
    without = erased_seats(analysis.folder)
    turns = spoken_by(analysis.course, analysis.last_ns, without)
    seats = {seat: rows for seat, rows in analysis.seats.items() if seat not in without}
    said = analysis.course.speaker
    return People(seats, turns, said[0].start_ns if said else None)


def _kits_in(rows: SeatSeconds, case: Case) -> list[str]:
    of_case, at_rest = (_seconds_with(rows, case, names) for names in (OF_A_CASE, (BASELINE,)))
    return sorted((kit for kit in rows.kits if kit in of_case | at_rest), key=lambda k: -of_case[k])


def _seconds_with(rows: SeatSeconds, case: Case, names: Sequence[str]) -> Counter[str]:
    """How many of these stretches each kit was there for."""
    spans = [rows.between(one.start_ns, one.end_ns - 1) for one in case.stretches
             if one.name in names]
    return Counter(kit for begin, end in spans for kit in rows.kit[begin:end].tolist())


def in_steps(people: People, case: Case, measured: Measured) -> StudySession:
    """The case's people, in the order of their seats. The presenter must be one of them."""
    feature = BY_NAME[measured.feature]
    window_ns = round(feature.window_s * NS)
    times_ns = _seconds(case.stretches)
    at, counts = _where(people, case.stretches, times_ns, window_ns)
    names = case.names
    numbers = np.array([names.index(one.name) for one in case.stretches], np.int64)
    phase = numbers[at].reshape(-1, STEP_S)
    figures = [np.where(counts, _figures(rows, measured, times_ns), np.nan)
               for rows in people.seats.values()]
    one = numbers[at] == np.repeat(phase[:, 0], STEP_S)  # a step is of one phase
    y = np.array([_mean(np.where(one & _enough(own, at, counts, feature), own, np.nan))
                  for own in figures])
    heard = [*people.seats, *sorted(people.turns.keys() - people.seats.keys())]
    speaks = np.array([_shares(people.turns.get(seat, ()), times_ns, window_ns) for seat in heard])
    marks = _steps_of(case.marks_ns, times_ns)
    quiet = _quiet(case.stretches)[at].reshape(-1, STEP_S)[:, 0]
    known = _mostly(known_who(speaks, quiet), phase[:, 0])
    presenter = people.row(case.presenter)
    return StudySession(y, speaks[: len(y)], phase[:, 0], names, presenter, marks, known)


def _mostly(known: Bools, phase: Ints) -> Bools:
    """But for phases of most of which it is not known who speaks."""
    share = np.bincount(phase, known) / np.maximum(np.bincount(phase), 1)
    return known & (share >= KNOWN)[phase]


def spoken(people: People, case: Case) -> dict[tuple[int, str], float]:
    """By seat and phase, the share of its time in which somebody speaks; of what was before it was
    recorded who does, only quiet rest counts. None of a phase that was all before."""
    times_ns = _seconds(case.stretches)
    at, counts = _where(people, case.stretches, times_ns, NS)
    names = np.array([one.name for one in case.stretches])[at]
    own = {seat: share_spoken(people.turns.get(seat, ()), times_ns, NS) for seat in people.seats}
    return {(seat, name): float(own[seat][here].mean())
            for name in case.names if (here := counts & (names == name)).any()
            for seat in people.seats}


def tells_nothing(rows: SeatSeconds, measured: Measured) -> bool:
    """Of somebody who is mute in this measure."""
    return measured.mute is not None and last_known(rows.features[measured.mute].value) == 1.0


def _seconds(stretches: Sequence[Stretch]) -> Ints:
    """The whole seconds, as many as whole steps have."""
    first, last = -(-stretches[0].start_ns // NS), stretches[-1].end_ns // NS
    return np.arange(first, first + max(0, last - first) // STEP_S * STEP_S, dtype=np.int64) * NS


def _where(
    people: People, stretches: Sequence[Stretch], times_ns: Ints, window_ns: int
) -> tuple[Ints, Bools]:
    """For each second, its stretch, and whether a window that ends there counts."""
    starts = np.array([one.start_ns for one in stretches])
    at = np.searchsorted(starts, times_ns, side="right").astype(np.int64) - 1
    begin_ns = times_ns - window_ns
    quiet = _quiet(stretches)[at]
    known = quiet if people.known_ns is None else quiet | (begin_ns >= people.known_ns)
    return at, known & (begin_ns >= starts[at])


def _quiet(stretches: Sequence[Stretch]) -> Bools:
    return np.array([one.quiet for one in stretches])


def _figures(rows: SeatSeconds, measured: Measured, times_ns: Ints) -> Floats:
    """One person's, NaN where withheld."""
    out = np.full(len(times_ns), np.nan)
    if tells_nothing(rows, measured):
        return out
    found = rows.features[measured.feature].value
    at = np.searchsorted(rows.time_ns, times_ns)
    there = at < len(rows.time_ns)
    there[there] = rows.time_ns[at[there]] == times_ns[there]
    out[there] = found[at[there]]
    return np.log(np.where(out > 0, out, np.nan)) if measured.as_log else out


def _enough(own: Floats, at: Ints, counts: Bools, feature: Feature) -> Bools:
    """Where so much of the stretch is valid as the figure of a phase needs."""
    possible = np.bincount(at, counts)
    share = np.bincount(at, np.isfinite(own)) / np.maximum(possible, 1)
    return (share >= feature.minimum_coverage)[at]


def _mean(seconds: Floats) -> Floats:
    """Of each step, of what is valid in it; NaN where nothing is."""
    table = seconds.reshape(-1, STEP_S)
    n = np.isfinite(table).sum(axis=1)
    return np.nansum(table, axis=1) / np.where(n > 0, n, np.nan)


def _shares(turns: Turns, times_ns: Ints, window_ns: int) -> Floats:
    """For each step, the share of the windows that end in it in which somebody speaks."""
    return share_spoken(turns, times_ns, window_ns).reshape(-1, STEP_S).mean(axis=1)


def _steps_of(marks_ns: Sequence[int], times_ns: Ints) -> Ints:
    """The steps that begin with these moments, or have them in them."""
    if not len(times_ns):
        return np.empty(0, np.int64)
    steps = (np.array(marks_ns, np.int64) - times_ns[0]) // (STEP_S * NS)
    return steps[(steps >= 0) & (steps < len(times_ns) // STEP_S)]
