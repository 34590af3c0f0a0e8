"""Line protocol, as text."""

from __future__ import annotations

from collections.abc import Mapping

Scalar = float | int | str


def escape(text: str) -> str:
    """A tag's value with what line protocol reserves taken care of."""
    return text.replace("\\", "\\\\").replace(" ", "\\ ").replace(",", "\\,").replace("=", "\\=")


def quote(text: str) -> str:
    """A string field."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def tags_of(site: str, room: str, session: str) -> str:
    """The tags of every point."""
    return f"site={escape(site)},room={escape(room)},session={escape(session)}"


def line(head: str, fields: Mapping[str, Scalar | None], time_ns: int) -> str | None:
    """One line: `head` is the measurement with its tags; None as a field is left out, and None
    comes back where no field is left."""
    known = ((name, value) for name, value in fields.items() if value is not None)
    said = ",".join(f"{name}={_field(value)}" for name, value in known)
    return f"{head} {said} {time_ns}" if said else None


def _field(value: Scalar) -> str:
    if isinstance(value, str):
        return quote(value)
    return f"{int(value)}i" if isinstance(value, int) else repr(float(value))
