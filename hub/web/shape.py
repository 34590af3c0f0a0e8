"""The hub's values as the JSON the pages read."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hub.course.phases import Course
from hub.course.protocol import MARKERS, Protocol
from hub.web.facade import SessionInfo


def session_json(info: SessionInfo) -> dict[str, Any]:
    """A session as anybody may know it: no token, no path."""
    names = ("id", "room", "simulated", "language", "opened_ns", "closed_ns", "sealed_ns")
    return {name: getattr(info, name) for name in names}


KIT_FIELDS = (
    "kit", "role", "says", "room", "last_seen_ns", "contact", "contact_ppg", "contact_eda",
    "recording", "session", "simulated", "board", "firmware", "lost_frames",
)  # fmt: skip


def fit_only(kit: dict[str, Any]) -> dict[str, Any]:
    """How a kit sits, without its figures: what a skin conducts is nobody's business here."""
    return {name: kit[name] for name in KIT_FIELDS if name in kit}


def protocol_json(protocol: Protocol) -> dict[str, Any]:
    """A protocol with its phases in order, and its markers with their labels."""
    markers = [{"id": name, "label": dict(MARKERS[name])} for name in protocol.markers]
    return {**asdict(protocol), "markers": markers}


def told_protocol(course: Course) -> dict[str, Any]:
    """{"protocol": ...} of a course; null where the session has none that can be read."""
    return {"protocol": protocol_json(course.protocol) if course.protocol else None}


def without_texts(course: dict[str, Any]) -> dict[str, Any]:
    """A course as JSON, without the protocol's text that its opening carries."""
    return {**course, "history": [_shortened(said) for said in course["history"]]}


def _shortened(said: dict[str, Any]) -> dict[str, Any]:
    event = said["event"]
    if "protocol" not in event["data"]:
        return said
    return {**said, "event": {**event, "data": {**event["data"], "protocol": None}}}
