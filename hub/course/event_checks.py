"""What an event must be, by itself, to count in a session: CHECKS has one check per kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from firmware import wire
from hub.course.corrections import TARGETS, Frame
from hub.course.reasons import REASONS
from hub.course.timeline import SLACK_NS
from hub.records import Event

SEAT_MAX = 99

_Check = Callable[[Event, Frame, set[Any]], str | None]


def wrong(event: Event, frame: Frame, seats: set[Any]) -> str | None:
    """Why this event cannot count in a session with these seats; None where it can."""
    return CHECKS.get(event.kind, _unknown)(event, frame, seats)


def seats_named(events: Iterable[Event]) -> set[Any]:
    """The seats that the seat events among these speak of."""
    return {e.data.get("seat") for e in events if e.kind == "seat" and not _wrong_seat(e)}


def received(event: Event) -> int:
    """When the hub heard of it, UTC ns; when it was said, where that is not known."""
    return event.received_ns or event.at_ns


def _outside(event: Event, frame: Frame) -> str | None:
    if event.at_ns < frame.opened_ns - SLACK_NS:
        return REASONS["before-opening"]
    if frame.closed_ns is not None and event.at_ns >= frame.closed_ns:
        return REASONS["after-close"]
    if event.at_ns > received(event) + SLACK_NS:
        return REASONS["future"]
    return None


def _check_phase(event: Event, frame: Frame, _: set[Any]) -> str | None:
    if frame.protocol.phase(event.data.get("phase")) is None:
        return REASONS["no-phase"]
    return _outside(event, frame)


def _check_marker(event: Event, frame: Frame, _: set[Any]) -> str | None:
    label = event.data.get("label")
    if not isinstance(label, str) or label not in frame.protocol.markers:
        return REASONS["no-marker"]
    return _outside(event, frame)


def _check_person(event: Event, frame: Frame, seats: set[Any]) -> str | None:
    seat = event.data.get("seat")
    if seat is not None and not (type(seat) is int and seat in seats):
        return REASONS["no-seat"]
    return _outside(event, frame)


def _check_seat(event: Event, frame: Frame, _: set[Any]) -> str | None:
    return _wrong_seat(event) or _outside(event, frame)


def _wrong_seat(event: Event) -> str | None:
    seat, kit = event.data.get("seat"), event.data.get("kit")
    if type(seat) is not int or not 1 <= seat <= SEAT_MAX:
        return REASONS["seat"]
    if kit is not None and not (isinstance(kit, str) and wire.is_name(kit)):
        return REASONS["kit"]
    return None


def _no_check(_: Event, __: Frame, ___: set[Any]) -> str | None:
    return None


def _unknown(event: Event, _: Frame, __: set[Any]) -> str:
    return _UNKNOWN.get(event.kind, "nothing of this kind can be said of a session")


_UNKNOWN = {
    "open": "the session had been opened before",
    "close": "the session had been closed before, or this is dated outside of it",
    "key": "the session's protocol gives this key of the button box no meaning",
}
CHECKS: dict[str, _Check] = {
    "phase": _check_phase,
    "marker": _check_marker,
    "presenter": _check_person,
    "speaker": _check_person,
    "seat": _check_seat,
    **dict.fromkeys(TARGETS, _no_check),
}
