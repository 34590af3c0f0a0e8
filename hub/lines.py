"""Results as InfluxDB line protocol: the one table of measurements, tags and fields.

| measurement | time                  | tags beside site, room, session | fields                  |
| features    | whole second          | seat    | each feature, and NAME_q, its quality           |
| group       | whole second          |         | n, median, low, high                            |
| waves       | grid (40 ms, 62.5 ms) | seat    | ppg (counts) or eda (uS)                        |
| phases      | start of the phase    | phase   | label, end_ms, source, void                     |
| markers     | the moment            | label   | source, void                                    |
| coverage    | whole second          | seat    | expected, stored, late, lost, error_ms          |

Tags name no person. Every point lies on a grid or on the start of a phase, so writing it again
overwrites it; what is undone or re-timed is written with void=1i.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from hub.phases import Course
from hub.pipeline import CourseChanged, Ledgers, Result
from hub.records import Group, Marker, Phase, Second, Wave

NS = 1_000_000_000
OPEN_PHASE_EVERY_NS = 5 * NS  # how often the end of the phase that lasts is moved on


def escape(text: str) -> str:
    """A tag's value with what line protocol reserves taken care of."""
    return text.replace("\\", "\\\\").replace(" ", "\\ ").replace(",", "\\,").replace("=", "\\=")


def quote(text: str) -> str:
    """A string field."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class LineMaker:
    """Turns results into lines. It remembers which phases and markers it has written, so that it
    can void those that are no more."""

    def __init__(self, site: str, room: str, session: str) -> None:
        self._tags = f"site={escape(site)},room={escape(room)},session={escape(session)}"
        self._regions: dict[tuple[str, str, int], str] = {}
        self._open: Phase | None = None
        self._open_said_ns = 0
        self._makers: dict[type, Callable[[Any], Iterator[str]]] = {
            Second: self._second, Group: self._group, Wave: self._wave,
            CourseChanged: lambda changed: self._course(changed.course), Ledgers: self._ledgers,
        }

    def lines(self, result: Result) -> list[str]:
        """The lines of one result; none where it is not stored."""
        make = self._makers.get(type(result))
        return list(make(result)) if make else []

    def _second(self, second: Second) -> Iterator[str]:
        fields = [
            f"{name}={value.value!r},{name}_q={value.quality:.3f}"
            for name, value in second.values.items()
            if value.value is not None and math.isfinite(value.value)
        ]
        if fields:
            yield f"features,{self._tags},seat={second.seat} {','.join(fields)} {second.time_ns}"

    def _group(self, group: Group) -> Iterator[str]:
        named = (("median", group.median), ("low", group.low), ("high", group.high))
        fields = [f"n={group.n}i", *(f"{k}={v!r}" for k, v in named if v is not None)]
        yield f"group,{self._tags} {','.join(fields)} {group.time_ns}"

    def _wave(self, wave: Wave) -> Iterator[str]:
        head = f"waves,{self._tags},seat={wave.seat} {wave.channel}="
        for k, value in enumerate(wave.values):
            if math.isfinite(value):
                yield f"{head}{value:.6g} {wave.start_ns + k * wave.period_ns}"

    def _ledgers(self, ledgers: Ledgers) -> Iterator[str]:
        second_ns = ledgers.now_ns // NS * NS
        for row in ledgers.rows:
            error = "" if row.clock_error_ms is None else f",error_ms={row.clock_error_ms!r}"
            counts = f"expected={row.expected}i,stored={row.stored}i,late={row.late}i"
            fields = f"{counts},lost={row.lost}i{error}"
            yield f"coverage,{self._tags},seat={row.seat} {fields} {second_ns}"
        if self._open is not None and second_ns - self._open_said_ns >= OPEN_PHASE_EVERY_NS:
            self._open_said_ns = second_ns
            yield self._phase_line(self._open, second_ns)

    def _course(self, course: Course) -> Iterator[str]:
        now = {("phases", p.id, p.start_ns): self._phase_line(p, p.start_ns) for p in course.phases}
        now |= {("markers", m.label, m.at_ns): self._marker_line(m) for m in course.markers}
        for key, line in self._regions.items():
            if key not in now:
                yield line.replace("void=0i", "void=1i")
        self._regions = now
        self._open = next((p for p in course.phases if p.end_ns is None), None)
        yield from now.values()

    def _phase_line(self, phase: Phase, now_ns: int) -> str:
        end_ms = (phase.end_ns or now_ns) // 1_000_000
        label = quote(phase.label.get("en", phase.id))
        fields = f"label={label},end_ms={end_ms}i,source={quote(phase.source)},void=0i"
        return f"phases,{self._tags},phase={escape(phase.id)} {fields} {phase.start_ns}"

    def _marker_line(self, marker: Marker) -> str:
        fields = f"source={quote(marker.source)},void=0i"
        return f"markers,{self._tags},label={escape(marker.label)} {fields} {marker.at_ns}"
