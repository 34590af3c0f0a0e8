"""A session's way into InfluxDB, as the settings ask for it, and whether one is still owed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from hub.disk.erased import NoteUnreadable
from hub.disk.journal import JOURNAL, last_row
from hub.policy import LATE
from hub.results.pipeline import Result
from hub.settings import Settings
from hub.store.influx import InfluxSink
from hub.store.makers import Wanted
from hub.store.position import WHOLE, note_buckets, read_position, still_there
from hub.store.post import buckets_of, named_in, poster, wiper
from hub.store.trouble import Trouble


class Sink(Protocol):
    """Where a worker puts results, row by row, in order. Never blocks. `trouble`: what somebody
    should know of it; None while all is well. `reached`: something has been taken; `done`: all of
    a sealed session, up to `position` (`InfluxSink`), so no more will be said."""

    position: int

    @property
    def trouble(self) -> Trouble | None: ...

    @property
    def reached(self) -> bool: ...

    @property
    def done(self) -> bool: ...

    def put(self, row: int, results: Iterable[Result]) -> None: ...

    def end(self, row: int, results: Iterable[Result], end_ns: int) -> None: ...

    def close(self) -> None: ...


def sink_for(settings: Settings, folder: Path) -> Sink | None:
    """The session's writer, or None where InfluxDB is not configured."""
    return _sink(settings, folder) if settings.influx_url else None


def refill(
    settings: Settings, folder: Path, nicely: bool = False, alone: bool = False
) -> InfluxSink:
    """Write the rest of a session of old, from its journal, beside everything else. `nicely`: rest
    as long as it works, where live sessions are. `alone`: the caller holds the session's lock."""
    return _sink(settings, folder, behind=True, nicely=nicely, alone=alone)


def _sink(settings: Settings, folder: Path, **how: bool) -> InfluxSink:
    with contextlib.suppress(OSError):  # the hub's disk is full
        note_buckets(folder, buckets_of(settings))
    return InfluxSink(folder, poster(settings), wanted(settings), wipe=wiper(settings), **how)


def wanted(settings: Settings) -> Wanted:
    """What the settings ask for."""
    live = settings.simulated or settings.team_view == LATE
    seats = settings.simulated or settings.seat_view == "live"
    return Wanted(settings.influx_waves, live, bool(settings.influx_team_bucket),
                  bool(settings.influx_raw_bucket), seats, named_in(settings))


def is_behind(folder: Path, settings: Settings | None = None) -> bool:
    """True if InfluxDB does not have all of a sealed session, or more than all, in the buckets of
    the settings (None: in any): it was away at the end, perhaps, something was corrected since, or
    a command was ended amid an erasure."""
    last = last_row(folder / JOURNAL)
    try:
        names = named_in(settings) if settings else None
        return read_position(folder, last) < last + WHOLE or bool(still_there(folder, names))
    except NoteUnreadable:
        return True  # who is to write it says so
