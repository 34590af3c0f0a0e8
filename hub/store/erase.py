"""Takes a seat out of a session for good: noted first, then out of InfluxDB, if there is one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hub.analysis.session import journal_of
from hub.course.log import CourseLog
from hub.course.phases import Course
from hub.disk.erased import note_erased
from hub.disk.journal import Reader
from hub.errors import Refused
from hub.settings import Settings
from hub.store.api import InfluxError
from hub.store.position import NOTE, read_buckets
from hub.store.post import buckets_of
from hub.store.rebuild import count, rebuild, sealed
from hub.store.table import TABLE, TEAM, Measurement

NOTED = "The erasure is noted: exports, studies and pages pass the seat over."


@dataclass(frozen=True, slots=True)
class Erased:
    """What came of it. `held`: what the journal has of the seat all the same: rows, by its kits.
    `exports`: made before, in the session's folder. Of InfluxDB, where there is one: rows of the
    journal and points, as after every rebuild, and in `left` points of the seat that are left, and
    of what teams saw, by measurement (all 0; None: not asked, since the settings name that bucket
    no more). `owed`: InfluxDB had the session once, and the settings do not name it."""

    session: str
    seat: int
    held: dict[str, int]
    exports: list[str]
    rows: int | None = None
    points: dict[str, int] | None = None
    left: dict[str, int | None] | None = None
    owed: bool = False

    @property
    def ok(self) -> bool:
        return not self.owed and not any(n is None or n for n in (self.left or {}).values())

    def to_dict(self) -> dict[str, object]:
        names = ("session", "seat", "held", "exports", "rows", "points", "left", "owed", "ok")
        return {name: getattr(self, name) for name in names}


def erase(folder: Path, seat: int, settings: Settings) -> Erased:
    """Note the erasure, and where InfluxDB is configured write it anew without the seat, then ask.
    What was computed with it (the group) is computed without it; what the team saw is taken back,
    since the difference of the two would be the seat's. Refused where the session has no such
    seat, or is not sealed."""
    path = journal_of(folder)
    session = sealed(path)
    held = _held(path, seat)
    note_erased(folder, seat)
    exports = sorted(str(path) for path in folder.glob("export-*"))
    if not settings.influx_url:
        owed = (folder / NOTE).exists()
        return Erased(session, seat, held, exports, owed=owed)
    try:
        done = rebuild(folder, settings)
        left = _left(folder, done.session, seat, settings)
    except InfluxError as error:
        raise InfluxError(error.what, f"{NOTED} InfluxDB may still have it.",
                          f"{error.do} Then run the command again.", error.status) from error
    return Erased(done.session, seat, held, exports, done.rows, done.points, left)


def _held(path: Path, seat: int) -> dict[str, int]:
    """Rows of the kits that were on the seat."""
    course = CourseLog()
    with Reader(path) as reader:
        for row in reader.topics("event/"):
            course.feed(row)
        sizes = reader.sizes()
    kits = _kits_of(course.state, seat)
    return {kit: sizes.get(kit, 0) for kit in sorted(kits)}


def _kits_of(course: Course, seat: int) -> set[str]:
    """Refused where there is no such seat."""
    if seat not in course.seats:
        seats = ", ".join(map(str, sorted(course.seats))) or "none"
        raise Refused(f"The session has no seat {seat}; it has {seats}.", "Nothing was changed.",
                      "Name one of those with --seat.")
    return {str(span.value) for span in course.seats[seat] if span.value}


def _left(folder: Path, session: str, seat: int, settings: Settings) -> dict[str, int | None]:
    """What InfluxDB answers."""
    unasked = _unasked(folder, settings)
    return {
        f"{row.bucket}/{row.name}":
            None if row.bucket in unasked else count(settings, row, session, whose)
        for row in TABLE if (whose := _whose(row, seat)) is not None
    }


def _unasked(folder: Path, settings: Settings) -> set[str]:
    """Buckets of the table that were once written to under a name that they have no more."""
    now = buckets_of(settings)
    return {bucket for bucket, names in read_buckets(folder).items() if names - {now.get(bucket)}}


def _whose(row: Measurement, seat: int) -> str | None:
    """Which points are to be gone, in InfluxQL; None: these may stay."""
    if "seat" in row.tags:
        return f" AND seat = '{seat}'"
    return "" if row.bucket == TEAM and row.name in ("room", "coverage_room") else None
