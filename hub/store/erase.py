"""Takes a seat out of a session for good: noted first, then out of InfluxDB, if there is one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from hub.analysis.kits import Had, kits_of, kits_on_seats
from hub.analysis.session import courses, journal_of
from hub.course.phases import Course
from hub.disk.erased import erased_seats, note_erased
from hub.disk.journal import Reader, last_row
from hub.errors import Refused
from hub.settings import Settings, token_of
from hub.store.api import InfluxError
from hub.store.position import NOTE, read_buckets, still_in
from hub.store.rebuild import count, rebuild, sealed
from hub.store.table import TABLE, TEAM, Measurement

NOTED = "The erasure is noted: exports, studies and pages leave the seat out."


@dataclass(frozen=True, slots=True)
class Erased:
    """What came of it. `held`: what the journal has of the seat all the same: rows, by its kits.
    `shared`: when the seat had its kits, and when other seats had them; empty where it had one
    kit, that no other seat had. `corrected`: seats were after somebody was erased, and both go by
    what was said before, as exports do. `erased`: all seats that are erased by now. `exports`: made
    before, in the session's folder. Of InfluxDB, where there is one: rows of the journal and
    points, as after every rebuild, and in `left` points of the seat that are left, and of what
    teams saw, by measurement (all 0; None: not asked, since the settings name that bucket no more).
    `owed`: InfluxDB had the session once, and the settings do not name it."""

    session: str
    seat: int
    held: dict[str, int]
    shared: list[Had]
    corrected: bool
    erased: list[int]
    exports: list[str]
    rows: int | None = None
    points: dict[str, int] | None = None
    left: dict[str, int | None] | None = None
    owed: bool = False

    @property
    def ok(self) -> bool:
        return not self.owed and not any(n is None or n for n in (self.left or {}).values())

    def to_dict(self) -> dict[str, object]:
        names = ("session", "seat", "held", "corrected", "erased", "exports", "rows", "points",
                 "left", "owed", "ok")
        said = {name: getattr(self, name) for name in names}
        return {**said, "shared": [asdict(one) for one in self.shared]}


def erase(folder: Path, seat: int, settings: Settings) -> Erased:
    """Note the erasure, and where InfluxDB is configured write it anew without the seat, then ask.
    What was computed with it (the group) is computed without it; what the team saw is taken back,
    since the difference of the two would be the seat's. Refused where the session has no such
    seat, or is not sealed."""
    token_of(settings)  # SettingsError before anything is noted
    path = journal_of(folder)
    session = sealed(path)
    held = _held(folder, seat)
    erased = sorted(note_erased(folder, seat, last_row(path)))
    exports = sorted(str(path) for path in folder.glob("export-*"))
    if not settings.influx_url:
        owed = (folder / NOTE).exists()
        return Erased(session, seat, *held, erased, exports, owed=owed)
    try:
        done = rebuild(folder, settings)
        left = _left(folder, done.session, seat, settings)
    except InfluxError as error:
        raise InfluxError(error.what, f"{NOTED} InfluxDB may still have it.",
                          f"{error.do} Then run the command again.", error.status) from error
    return Erased(done.session, seat, *held, erased, exports, done.rows, done.points, left)


def _held(folder: Path, seat: int) -> tuple[dict[str, int], list[Had], bool]:
    """`Erased.held`, `Erased.shared` and `Erased.corrected`: by the seats that exports go by."""
    counts, stands = courses(folder)
    every = kits_on_seats(counts)
    its = _its_kits(seat, erased_seats(folder), counts, stands)
    had = [one for one in every if one.kit in its]
    with Reader(journal_of(folder)) as reader:
        held = {kit: _rows_of(seat, [one for one in had if one.kit == kit], reader.came_ns(kit))
                for kit in sorted({one.kit for one in had if one.seat == seat})}
    alone = len(its) == 1 and all(one.seat == seat for one in had)
    return held, [] if alone else had, counts.seats != stands.seats


def _rows_of(seat: int, had: Sequence[Had], came_ns: Iterable[int]) -> int:
    """How many rows of a kit came from the seat: those since it was on it and until it was on
    another, and of what came before it was on any, what the first of them has."""
    had = sorted(had, key=lambda one: one.start_ns)
    starts = [one.start_ns for one in had]
    return sum(had[max(0, bisect_right(starts, ns) - 1)].seat == seat for ns in came_ns)


def _its_kits(seat: int, erased: Collection[int], *courses: Course) -> set[str]:
    """All that were on the seat by one of these. Refused where none of them has such a seat."""
    known = {number for course in courses for number in course.seats}
    if seat not in known:
        said = (f"{one} (erased already)" if one in erased else str(one) for one in sorted(known))
        seats = ", ".join(said) or "none"
        raise Refused(f"The session has no seat {seat}; it has {seats}.", "Nothing was changed.",
                      "Give --seat one of these.")
    return {kit for course in courses for kit in kits_of(course, (seat,))}


def _left(folder: Path, session: str, seat: int, settings: Settings) -> dict[str, int | None]:
    """What InfluxDB answers."""
    unasked = _unasked(folder)
    return {
        f"{row.bucket}/{row.name}":
            None if row.bucket in unasked else count(settings, row, session, whose)
        for row in TABLE if (whose := _whose(row, seat)) is not None
    }


def _unasked(folder: Path) -> set[str]:
    """Buckets of the table that were once written to under a name that they have no more, and may
    have the seat there."""
    kept = still_in(folder)
    return {bucket for bucket, names in read_buckets(folder).items() if names & kept}


def _whose(row: Measurement, seat: int) -> str | None:
    """Which points are to be gone, in InfluxQL; None: these may stay."""
    if "seat" in row.tags:
        return f" AND seat = '{seat}'"
    return "" if row.bucket == TEAM and row.name in ("room", "coverage_room") else None
