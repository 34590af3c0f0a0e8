"""Events as the JSON that the journal holds."""

from __future__ import annotations

import json
from typing import Any, cast

from hub.records import Event

PAYLOAD_MAX = 65_536  # bytes; an `open` carries the protocol's text
ID_MAX = 80
NS_MAX = 1 << 63


class EventError(ValueError):
    """The bytes are not an event; the text says which rule they break."""


def event_to_json(event: Event) -> bytes:
    """The payload of the row event/<kind>. The row itself says when it was received."""
    said = {"id": event.id, "kind": event.kind, "at_ns": event.at_ns, "source": event.source}
    return json.dumps({**said, "data": event.data}, ensure_ascii=False).encode()


def event_from_json(payload: bytes, received_ns: int) -> Event:
    """The event of a row that was received then (UTC ns). EventError for anything else."""
    if len(payload) > PAYLOAD_MAX:
        raise EventError(f"{len(payload)} bytes, and {PAYLOAD_MAX} are allowed")
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError):
        raise EventError("not JSON") from None
    if not isinstance(found, dict):
        raise EventError("not an object")
    said = cast("dict[str, Any]", found)
    at_ns, data = said.get("at_ns"), said.get("data", {})
    if type(at_ns) is not int or not 0 <= at_ns < NS_MAX:
        raise EventError("at_ns is not a time in nanoseconds")
    if not isinstance(data, dict):
        raise EventError("data is not an object")
    names = [_word(said, field) for field in ("id", "kind", "source")]
    return Event(names[0], names[1], at_ns, names[2], cast("dict[str, Any]", data), received_ns)


def _word(said: dict[str, Any], field: str) -> str:
    word = said.get(field)
    if not isinstance(word, str) or not 0 < len(word) <= ID_MAX:
        raise EventError(f"{field} is not a word of 1-{ID_MAX} characters")
    return word
