"""What a session begins with: checks of what was asked, and the first rows."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from firmware import wire
from hub.boxes import is_box
from hub.course.event_checks import SEAT_MAX
from hub.course.events import EventError, event_from_json, event_to_json
from hub.course.protocol import LANGUAGES, Protocol, ProtocolError, load
from hub.disk.journal import Entry
from hub.disk.sessions import NewSession
from hub.errors import Refused
from hub.intake.kits import Kit
from hub.intake.route import about_entry
from hub.policy import LATE
from hub.records import Event
from hub.settings import Settings

NOTHING = "Nothing was opened; running sessions go on."
KINDS = ("seat", "presenter", "speaker", "phase", "marker", "undo", "retime", "delete")


def check_opening(
    room: str, protocol_text: str, seats: Mapping[int, str], language: str
) -> Protocol:
    """The protocol. Refused where a session cannot be opened like this."""
    if not wire.is_name(room):
        raise Refused(f"{room[:40]!r} cannot be the name of a room.", NOTHING,
                      "Use 1-24 characters: a-z, 0-9 and the hyphen.")
    if language not in LANGUAGES:
        raise Refused(f"There is no language {language[:10]!r}.", NOTHING,
                      f"Choose {', '.join(LANGUAGES[:-1])} or {LANGUAGES[-1]}.")
    try:
        protocol = load(protocol_text)
    except ProtocolError as error:
        raise Refused(f"The protocol cannot be used: {error}", NOTHING,
                      "Correct the protocol, then open the session again.",
                      code="protocol") from None
    for seat, kit in seats.items():
        if not 1 <= seat <= SEAT_MAX or not wire.is_name(kit):
            raise Refused(f"Seat {seat} with kit {kit[:40]!r} is not possible.", NOTHING,
                          f"Seats are 1 to {SEAT_MAX}; choose a kit from the list.")
    check_kits(seats.values(), NOTHING)
    twice = {kit for kit in seats.values() if list(seats.values()).count(kit) > 1}
    if twice:
        raise Refused(f"{', '.join(sorted(twice))} is on two seats.", NOTHING,
                      "Give each seat its own kit.")
    return protocol


def check_kits(kits: Iterable[str], kept: str) -> None:
    """Refused where a button box is among them: its presses lead, so nobody wears it."""
    boxes = sorted(filter(is_box, kits))
    if boxes:
        raise Refused(f"{', '.join(boxes)}: this name is for a button box, not for a kit.",
                      kept, "Give the seat a kit, or the kit another name in its config.json.")


def team_view(protocol: Protocol, settings: Settings, simulated: bool) -> str:
    """When the session's team sees its curve: as the protocol has it, else the hub. Where all is
    simulated nobody is exposed."""
    return LATE if simulated else protocol.team_view or settings.team_view


def first_rows(
    new: NewSession, protocol_text: str, start: Entry, kits: Iterable[Kit],
    seats: Mapping[int, str],
) -> list[Entry]:
    """How the hub started, that the session is open, what its kits are, and who sits where."""
    data = {
        "site": new.site, "room": new.room, "protocol": protocol_text,
        "simulated": new.simulated, "language": new.language, "team_view": new.team_view,
    }
    opening = event("open", data, new.opened_ns, "console", new.id)
    return [start, event_entry(opening, new.opened_ns),
            *(about_entry(kit, new.opened_ns) for kit in kits),
            *_seat_rows(seats, new.opened_ns + 1)]  # said after it was opened


def _seat_rows(seats: Mapping[int, str], now_ns: int) -> list[Entry]:
    events = (event("seat", {"seat": seat, "kit": kit}, now_ns, "console", str(uuid.uuid4()))
              for seat, kit in sorted(seats.items()))
    return [event_entry(one, now_ns) for one in events]


def start_entry(described: Mapping[str, Any], now_ns: int) -> Entry:
    """The row hub/start."""
    return Entry(now_ns, "hub/start", json.dumps(described).encode())


def event(kind: str, data: Mapping[str, Any], at_ns: int, source: str, id: str) -> Event:
    """An event that the journal can hold, exactly as it will be read back. Refused otherwise."""
    try:
        made = Event(id, kind, at_ns, source, dict(data))
        return event_from_json(event_to_json(made), at_ns)
    except (EventError, TypeError, ValueError, RecursionError) as error:
        raise Refused(f"This {kind[:24]} event cannot be kept: {error}.", "Nothing was changed.",
                      "Correct it and send it again.") from None


def check_kind(kind: str) -> None:
    """Refused where nobody may say this of a session."""
    if kind not in KINDS:
        raise Refused(f"There is no event {kind[:24]!r}.", "Nothing was changed.",
                      f"The events are: {', '.join(KINDS)}.")


def event_entry(said: Event, now_ns: int) -> Entry:
    """The row event/<kind>, received now."""
    return Entry(now_ns, f"event/{said.kind}", event_to_json(said))
