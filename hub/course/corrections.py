"""What undo, re-time and delete do to presses: nothing is removed, everything can be taken back.

`Book` takes events in received order and keeps what each press and each correction came to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hub.course.protocol import Protocol
from hub.course.reasons import REASONS
from hub.course.timeline import (
    DOUBLE_NS,
    SLACK_NS,
    VALUES,
    Placed,
    Press,
    Retime,
    Touches,
    settle,
)
from hub.records import Event

PRESSES = tuple(VALUES)
LAST = ("phase", "marker", "presenter", "speaker")  # what an undo without a target looks at
DOUBLES = LAST  # kinds of which two equal presses within DOUBLE_NS are one
CANCELS = ("undo", "delete")
CHAIN_MAX = 64  # undo of an undo of ...: how far back an overtaken press is looked for
TARGETS: dict[str, tuple[str, ...]] = {  # a correction -> what it may be said of
    "undo": (*PRESSES, "undo", "retime", "delete"),
    "retime": PRESSES,
    "delete": PRESSES,
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What holds for the whole session."""

    opened_ns: int
    closed_ns: int | None
    protocol: Protocol


@dataclass(slots=True)
class Correction:
    """An undo or delete that was accepted, what it is said of, and what is in force against it."""

    event: Event
    thing: Press | Retime | Correction
    against: dict[str, str]


class NoEffect(Exception):
    """This event has no effect; the text says why."""


class Book:
    """Presses and corrections so far. `refused`: id of an event -> why it has no effect."""

    def __init__(self, frame: Frame, touches: Touches) -> None:
        self.frame = frame
        self.presses: list[Press] = []
        self.refused: dict[str, str] = {}
        self.of: dict[str, Press | Retime | Correction] = {}
        self._touches = touches
        self._touched: dict[tuple[str, Any, int], dict[int, Press]] = {}  # by their order

    def add(self, event: Event) -> None:
        """Take in the next event; its own content has been checked."""
        try:
            self.of[event.id] = _ADD[event.kind](self, event)
        except NoEffect as refusal:
            self.refused[event.id] = str(refusal)

    def settled(self) -> tuple[dict[str, list[Placed]], dict[int, str]]:
        """`timeline.settle` of the presses so far."""
        return settle(self.presses, self.frame.protocol, self.frame.opened_ns)

    def press(self, event: Event) -> Press:
        """A press joins an equal one that stands and was touched at almost the same time."""
        value = VALUES[event.kind](event.data)
        near = event.at_ns // DOUBLE_NS
        alike = {k: p for n in (-1, 0, 1) for k, p in self._alike(event, value, near + n).items()}
        double = next(
            (p for _, p in sorted(alike.items(), reverse=True) if self._is_double(p, event)), None
        )
        if double is not None:
            double.members.append(event)
            double.first = min(double.first, event, key=lambda e: e.at_ns)
        else:
            double = Press(event, value, len(self.presses), [event])
            self.presses.append(double)
        self._alike(event, value, near)[double.order] = double
        return double

    def _alike(self, event: Event, value: Any, near: int) -> dict[int, Press]:
        """Equal presses touched in one stretch of DOUBLE_NS: where doubles are looked for."""
        return self._touched.setdefault((event.kind, value, near), {})

    def _is_double(self, press: Press, event: Event) -> bool:
        if event.kind not in DOUBLES or press.against:
            return False
        one, two = press.first.at_ns, event.at_ns
        near = abs(one - two) <= DOUBLE_NS
        return near and not self._touches.other_between(event.kind, press.value, one, two)

    def cancel(self, event: Event) -> Correction:
        """Undo or delete: the target no longer counts, until this one is undone itself."""
        target = event.data.get("target")
        if target is None and event.kind == "undo":
            target = self._last().first.id
        correction = Correction(event, self._thing(event, target), {})
        _put(correction, in_force=True)
        return correction

    def retime(self, event: Event) -> Retime:
        """The target takes effect at another time."""
        to_ns = event.data.get("to_ns")
        if type(to_ns) is not int:
            raise NoEffect(REASONS["no-time"])
        if to_ns > (event.received_ns or event.at_ns) + SLACK_NS:
            raise NoEffect(REASONS["to-future"])
        if self.frame.closed_ns is not None and to_ns >= self.frame.closed_ns:
            raise NoEffect(REASONS["behind-end"])
        press = self._thing(event, event.data.get("target"))
        retime = Retime(event, to_ns, {})
        if isinstance(press, Press):
            press.retimes.append(retime)
        return retime

    def _last(self) -> Press:
        standing, _ = self.settled()
        last = max((p.press.order for kind in LAST for p in standing[kind]), default=None)
        if last is None:
            raise NoEffect(REASONS["none-left"])
        return self.presses[last]

    def _thing(self, event: Event, target: Any) -> Press | Retime | Correction:
        thing = self.of.get(target) if isinstance(target, str) else None
        if thing is None:
            raise NoEffect(self._no_target(event, target))
        kind = thing.first.kind if isinstance(thing, Press) else thing.event.kind
        if kind not in TARGETS[event.kind]:
            raise NoEffect(REASONS["other-kind"])
        done = set(thing.against.values())
        if done and not (event.kind == "delete" and done == {"undo"}):
            raise NoEffect(REASONS["deleted-before" if "delete" in done else "undone-before"])
        return thing

    def _no_target(self, event: Event, target: Any) -> str:
        if target == event.id:
            return REASONS["itself"]
        if isinstance(target, str) and target in self.refused:
            return REASONS["no-effect"]
        return REASONS["unknown"]


_ADD: dict[str, Callable[[Book, Event], Press | Retime | Correction]] = {
    **dict.fromkeys(PRESSES, Book.press),
    **dict.fromkeys(CANCELS, Book.cancel),
    "retime": Book.retime,
}


def _put(correction: Correction, in_force: bool) -> None:
    """Put an undo or delete in force, or out of it, and all that hangs on it."""
    while True:
        thing = correction.thing
        was = bool(thing.against)
        if in_force:
            thing.against[correction.event.id] = correction.event.kind
        else:
            thing.against.pop(correction.event.id, None)
        if not isinstance(thing, Correction) or bool(thing.against) == was:
            return
        correction, in_force = thing, not thing.against


def in_turn(events: Sequence[Event]) -> list[Event]:
    """Events (in received order) with each correction behind what it names: one that overtook its
    press on the way counts from the moment the press came."""
    place = {event.id: number for number, event in enumerate(events)}
    return sorted(events, key=lambda event: _turn(event, events, place))


def _turn(event: Event, events: Sequence[Event], place: dict[str, int]) -> tuple[int, int, int]:
    latest = own = place[event.id]
    depth = 0
    target = event.data.get("target") if event.kind in TARGETS else None
    while isinstance(target, str) and target in place and depth < CHAIN_MAX:
        depth += 1
        latest = max(latest, place[target])
        named = events[place[target]]
        target = named.data.get("target") if named.kind in TARGETS else None
    return latest, depth, own
