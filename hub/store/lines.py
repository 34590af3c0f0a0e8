"""Results as line protocol for the bucket with seats (researchers). What there is: `table`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from hub.records import NS, Group, Ledger, Second, Wave
from hub.results.channels import CHANNELS
from hub.results.pipeline import CourseChanged, Ledgers, Result
from hub.store.regions import Regions
from hub.store.text import line, quote, tags_of

KITS_EVERY_S = 5
REASONS = {  # whose reason goes where
    f"quality_{channel.name}": f"cause_{channel.name}" for channel in CHANNELS.values()
} | {"arousal": "arousal_reason"}


class LineMaker:
    """Turns results into lines. `waves`: whether the signals themselves are wanted; `without`:
    seats that were erased."""

    def __init__(
        self, site: str, room: str, session: str, waves: bool = True,
        without: frozenset[int] = frozenset(),
    ) -> None:
        self._tags = tags_of(site, room, session)
        self._regions = Regions(self._tags, without=without)
        self._makers: dict[type, Callable[[Any], Iterator[str | None]]] = {
            Second: self._second, Group: self._group, Ledgers: self._ledgers,
            CourseChanged: lambda changed: self._regions.course(changed.course),
        }
        if waves:
            self._makers[Wave] = self._wave

    def lines(self, result: Result) -> list[str]:
        """The lines of one result; none where it is not stored."""
        make = self._makers.get(type(result))
        return [said for said in make(result) if said] if make else []

    def _second(self, second: Second) -> Iterator[str]:
        fields = [
            f"{name}={value.value!r},{name}_q={value.quality:.3f}"
            for name, value in second.values.items()
            if value.value is not None and math.isfinite(value.value)
        ]
        fields += [
            f"{name}={quote(reason)}" for signal, name in REASONS.items()
            if signal in second.values and (reason := second.values[signal].reason)
        ]
        if fields:
            yield f"features,{self._tags},seat={second.seat} {','.join(fields)} {second.time_ns}"

    def _group(self, group: Group) -> Iterator[str | None]:
        yield line(f"group,{self._tags}", group_fields(group), group.time_ns)

    def _wave(self, wave: Wave) -> Iterator[str]:
        head = f"waves,{self._tags},seat={wave.seat} {wave.channel}="
        for k, value in enumerate(wave.values):
            if math.isfinite(value):
                yield f"{head}{value:.6g} {wave.start_ns + k * wave.period_ns}"

    def _ledgers(self, ledgers: Ledgers) -> Iterator[str | None]:
        second_ns = ledgers.now_ns // NS * NS
        for row in ledgers.rows:
            yield line(f"coverage,{self._tags},seat={row.seat}", _coverage(row), second_ns)
            if second_ns // NS % KITS_EVERY_S == 0:
                health = {"ring_permille": row.ring_permille, "repeats": row.repeats,
                          "battery_mv": row.battery_mv, "rssi_dbm": row.rssi_dbm}
                yield line(f"kits,{self._tags},seat={row.seat}", health, second_ns)
        yield from self._regions.tick(second_ns)


def group_fields(group: Group) -> dict[str, float | int | None]:
    """The fields of `group`."""
    return {"n": group.n, "median": group.median, "low": group.low, "high": group.high,
            "sympathetic": group.sympathetic, "sympathetic_n": group.sympathetic_n or None,
            "parasympathetic": group.parasympathetic,
            "parasympathetic_n": group.parasympathetic_n or None}


def _coverage(row: Ledger) -> dict[str, float | int | None]:
    return {
        "expected": row.expected, "stored": row.stored, "late": row.late, "lost": row.lost,
        "error_ms": row.clock_error_ms, "rate_hz": row.rate_hz, "settling": int(row.settling),
        "contact": None if row.contact is None else int(row.contact),
    }
