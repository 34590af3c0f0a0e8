"""Phases, markers and roles as lines: regions that begin somewhere and may be taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hub.course.phases import Course
from hub.records import NS, Marker, Phase, Span
from hub.store.text import Scalar, escape, line

MS = 1_000_000
OPEN_EVERY_NS = 5 * NS  # how often the end of what still lasts is moved on
Key = tuple[str, ...]


class Regions:
    """Remembers what it has written, so that it can void what is no more. `all_of`: with markers
    and roles; without, phases alone."""

    def __init__(
        self, tags: str, all_of: bool = True, without: frozenset[int] = frozenset()
    ) -> None:
        self._tags, self._all, self._without = tags, all_of, without
        self._said: dict[Key, str] = {}
        self._course: Course | None = None
        self._open_said_ns = 0

    def course(self, course: Course) -> Iterator[str]:
        """The lines of a course that has a new word in it."""
        self._course = course
        now = dict(self._lines(course, None))
        for key, before in self._said.items():
            if key not in now:
                yield before.replace("void=0i", "void=1i")
        self._said = now
        yield from now.values()

    def tick(self, now_ns: int) -> Iterator[str]:
        """What still lasts, every 5 s: it ends now."""
        if self._course is not None and now_ns - self._open_said_ns >= OPEN_EVERY_NS:
            self._open_said_ns = now_ns
            for key, said in self._lines(self._course, now_ns, lasting=True):
                self._said[key] = said
                yield said

    def _lines(
        self, course: Course, now_ns: int | None, lasting: bool = False
    ) -> Iterator[tuple[Key, str]]:
        for ordinal, phase in enumerate(course.phases, 1):
            if not lasting or phase.end_ns is None:
                yield ("phases", phase.id, str(phase.start_ns)), self._phase(phase, ordinal, now_ns)
        if not self._all:
            return
        for role, spans in (("presenter", course.presenter), ("speaker", course.speaker)):
            for span in spans:
                if span.value is None or span.value in self._without:
                    continue
                if not lasting or span.end_ns is None:
                    key = ("roles", role, str(span.value), str(span.start_ns))
                    yield key, self._role(role, span, now_ns)
        if not lasting:
            for marker in course.markers:
                yield ("markers", marker.label, str(marker.at_ns)), self._marker(marker)

    def _phase(self, phase: Phase, ordinal: int, now_ns: int | None) -> str:
        named = {f"label_{tongue}": phase.label.get(tongue) for tongue in ("hu", "de")}
        fields = {"label": phase.label.get("en", phase.id), **named, "ordinal": ordinal,
                  "start_ms": phase.start_ns // MS, "end_ms": _end_ms(phase, now_ns),
                  "source": phase.source, "void": 0}
        return _line(f"phases,{self._tags},phase={escape(phase.id)}", fields, phase.start_ns)

    def _role(self, role: str, span: Span, now_ns: int | None) -> str:
        fields = {"end_ms": _end_ms(span, now_ns), "void": 0}
        return _line(f"roles,{self._tags},role={role},seat={span.value}", fields, span.start_ns)

    def _marker(self, marker: Marker) -> str:
        fields = {"source": marker.source, "void": 0}
        return _line(f"markers,{self._tags},label={escape(marker.label)}", fields, marker.at_ns)


def _line(head: str, fields: Mapping[str, Scalar | None], time_ns: int) -> str:
    return line(head, fields, time_ns) or ""


def _end_ms(region: Phase | Span, now_ns: int | None) -> int:
    return (region.end_ns or now_ns or region.start_ns) // MS
