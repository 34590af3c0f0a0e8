"""Presses laid out in time: which of them stand, and what phases and spans they make.

Everything that decides whether a press stands beside its neighbours in time lives in this file:
SETTLE has one rule per kind. What corrections do to presses is in `hub.course.corrections`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hub.course.protocol import Protocol
from hub.course.reasons import REASONS
from hub.records import Event, Span

S = 1_000_000_000
DOUBLE_NS = 5 * S  # the same press twice within this time is one press
NO_NEWS = (REASONS["running"], REASONS["unchanged"])
SLACK_NS = 2 * S  # how far clocks may disagree before a press counts as outside the session

VALUES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "phase": lambda data: data.get("phase"),
    "marker": lambda data: data.get("label"),
    "presenter": lambda data: data.get("seat"),
    "speaker": lambda data: data.get("seat"),
    "seat": lambda data: (data.get("seat"), data.get("kit")),
}


@dataclass(slots=True)
class Press:
    """One thing said once: the event with the earliest touch, and its doubles.

    `against` holds the ids of the undos and deletes in force, `retimes` (received order) what was
    said about its time. `order` counts presses as they were received.
    """

    first: Event
    value: Any
    order: int
    members: list[Event]
    against: dict[str, str] = field(default_factory=dict[str, str])  # id -> kind
    retimes: list[Retime] = field(default_factory=list["Retime"])

    def retime(self) -> Retime | None:
        """The re-time in force: the last that nobody took back."""
        return next((r for r in reversed(self.retimes) if not r.against), None)

    def at_ns(self, opened_ns: int) -> int:
        """When it takes effect: never before the session was opened."""
        retime = self.retime() if self.retimes else None
        return max(opened_ns, retime.to_ns) if retime else self.said_ns(opened_ns)

    def said_ns(self, opened_ns: int) -> int:
        """When it would take effect, had nothing been said about its time."""
        return max(opened_ns, self.first.at_ns)


@dataclass(slots=True)
class Retime:
    """A re-time of a press, and the ids of the undos in force against it."""

    event: Event
    to_ns: int
    against: dict[str, str]


@dataclass(frozen=True, slots=True)
class Placed:
    """A press at its time in the session."""

    at_ns: int
    press: Press


Idle = dict[int, str]  # the order of a press -> why it does not stand
Rule = Callable[[Sequence[Placed], Protocol, Idle], Idle]  # the last: of what is known not to stand


def settle(
    presses: Iterable[Press], protocol: Protocol, opened_ns: int
) -> tuple[dict[str, list[Placed]], Idle]:
    """(kind -> the presses that stand, in order of time; press order -> why it does not stand)."""
    live: dict[str, list[Press]] = {kind: [] for kind in SETTLE}
    for press in presses:
        if not press.against:
            live[press.first.kind].append(press)
    standing: dict[str, list[Placed]] = {}
    idle: Idle = {}
    for kind, pressed in live.items():
        no_news = _no_news(pressed, SETTLE[kind], protocol, opened_ns)
        placed = _in_time(Placed(press.at_ns(opened_ns), press) for press in pressed)
        idle |= SETTLE[kind](placed, protocol, no_news)
        standing[kind] = [item for item in placed if item.press.order not in idle]
    return standing, idle


def _in_time(placed: Iterable[Placed]) -> list[Placed]:
    return sorted(placed, key=lambda item: (item.at_ns, item.press.order))


def _no_news(pressed: Sequence[Press], rule: Rule, protocol: Protocol, opened_ns: int) -> Idle:
    """Presses that told nothing new when they were said: if another is moved to before them, they
    still do not. One that is moved itself is judged where it was moved to."""
    moved = {press.order for press in pressed if press.retime()}
    if not moved:
        return {}
    said = _in_time(Placed(press.said_ns(opened_ns), press) for press in pressed)
    idle = rule(said, protocol, {})
    return {order: why for order, why in idle.items() if why in NO_NEWS and order not in moved}


def _phases(placed: Sequence[Placed], protocol: Protocol, known: Idle) -> Idle:
    idle = _same_moment(placed) | known
    now: Placed | None = None
    for item in placed:
        if item.press.order in idle:
            continue
        if now and now.press.value == item.press.value and not _again(now, item, protocol):
            idle[item.press.order] = REASONS["running"]
        else:
            now = item
    return idle


def _again(now: Placed, item: Placed, protocol: Protocol) -> bool:
    phase = protocol.phase(item.press.value)
    return phase is not None and phase.repeatable and item.at_ns - now.at_ns > DOUBLE_NS


def _changes(placed: Sequence[Placed], _: Protocol, known: Idle) -> Idle:
    idle = _same_moment(placed) | known
    now: list[Any] = []  # empty until something was said: "nobody" is news at first
    for item in placed:
        if item.press.order in idle:
            continue
        if now == [item.press.value]:
            idle[item.press.order] = REASONS["unchanged"]
        now = [item.press.value]
    return idle


def _all_stand(_: Sequence[Placed], __: Protocol, ___: Idle) -> Idle:
    return {}


def _seats(placed: Sequence[Placed], _: Protocol, known: Idle) -> Idle:
    idle = dict(known)
    now: dict[int, str | None] = {}
    for item in placed:
        if item.press.order in idle:
            continue
        seat, kit = item.press.value
        if seat in now and now[seat] == kit:
            idle[item.press.order] = REASONS["unchanged"]
        _sit(now, seat, kit)
    return idle


def _same_moment(placed: Sequence[Placed]) -> Idle:
    """Of several at one moment the last that was received counts."""
    pairs = pairwise(placed)
    return {
        a.press.order: REASONS["same-moment"]
        for a, b in pairs
        if a.at_ns == b.at_ns
    }


SETTLE: dict[str, Rule] = {
    "phase": _phases,
    "marker": _all_stand,
    "presenter": _changes,
    "speaker": _changes,
    "seat": _seats,
}


def ends(placed: Sequence[Placed], closed_ns: int | None) -> Iterable[tuple[Placed, int | None]]:
    """Each press with the time at which the next one ends what it began."""
    later = [item.at_ns for item in placed[1:]]
    return zip(placed, [*later, closed_ns], strict=False)


def spans(placed: Sequence[Placed], closed_ns: int | None) -> tuple[Span, ...]:
    """What presses say that hold until the next."""
    return tuple(Span(p.at_ns, end, p.press.value) for p, end in ends(placed, closed_ns))


def seat_spans(placed: Sequence[Placed], closed_ns: int | None) -> dict[int, tuple[Span, ...]]:
    """Seat -> its kits in order of time. A kit is on one seat at a time: given a second seat, it
    leaves the first. A seat that was named and never had a kit is there with no span."""
    now: dict[int, str | None] = {}
    since: dict[int, int] = {}
    found: dict[int, list[Span]] = {}
    for at_ns, seat, kit in [(p.at_ns, *p.press.value) for p in placed]:
        found.setdefault(seat, [])
        before = dict(now)
        _sit(now, seat, kit)
        for changed in (s for s in now if now[s] != before.get(s)):
            _end(found[changed], since.get(changed), at_ns, before.get(changed))
            since[changed] = at_ns
    for seat, kit in now.items():
        _end(found[seat], since.get(seat), closed_ns, kit)
    return {seat: tuple(found[seat]) for seat in sorted(found)}


def _end(found: list[Span], start_ns: int | None, end_ns: int | None, kit: str | None) -> None:
    if kit is not None and start_ns is not None and start_ns != end_ns:
        found.append(Span(start_ns, end_ns, kit))


def _sit(now: dict[int, str | None], seat: int, kit: str | None) -> None:
    for other in [s for s in now if kit is not None and now[s] == kit]:
        now[other] = None
    now[seat] = kit


class Touches:
    """When each kind was pressed, to ask whether something else came between two touches."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._by_kind: dict[str, list[tuple[int, str]]] = {}
        for event in events:
            touch = (event.at_ns, repr(VALUES[event.kind](event.data)))
            self._by_kind.setdefault(event.kind, []).append(touch)
        self._other = {kind: _others(touches) for kind, touches in self._by_kind.items()}

    def other_between(self, kind: str, value: Any, one_ns: int, two_ns: int) -> bool:
        """True if this kind said something else strictly between the two moments."""
        touches = self._by_kind.get(kind, [])
        first, last = min(one_ns, two_ns), max(one_ns, two_ns)
        at = bisect_right(touches, first, key=lambda touch: touch[0])
        if at < len(touches) and touches[at][1] == repr(value):
            at = self._other[kind][at]
        return at < len(touches) and touches[at][0] < last


def _others(touches: list[tuple[int, str]]) -> list[int]:
    """Sorts the touches; for each, where the next is that says something else."""
    touches.sort()
    later = [len(touches)] * len(touches)
    for k in range(len(touches) - 2, -1, -1):
        later[k] = k + 1 if touches[k + 1][1] != touches[k][1] else later[k + 1]
    return later
