"""How far InfluxDB has a session, and in which buckets, on disk: so that a restart goes on from
there, and an erasure knows where to ask."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, cast

from hub.disk.erased import erased_seats
from hub.store.trouble import Trouble

NOTE, LOCK = "influx.json", "influx.lock"  # the lock: of who writes the session there

LACKS = "lacks", "to_do"
ENDING, WHOLE = 1, 2  # of a sealed session: its ending is in, and all that only the whole tells


def read_position(folder: Path, last: int = 0) -> int:
    """The journal row up to which InfluxDB has a session, 0: nothing; with ENDING or WHOLE added
    where that is in as well, and the journal has no row after it (`last` is its last)."""
    said = _read(folder)
    try:
        row, ended = int(said["row"]), int(said.get("ended", 0))
    except (KeyError, TypeError, ValueError):
        return 0
    return row + (ended if last <= row else 0)


def was_whole(folder: Path) -> bool:
    """True if InfluxDB had all of it once, whatever was said of the session since."""
    return _read(folder).get("whole") is True


def written_without(folder: Path) -> frozenset[int]:
    """The seats that were erased when this was written."""
    try:
        return frozenset(int(seat) for seat in _read(folder)["without"])
    except (KeyError, TypeError, ValueError):
        return frozenset()


def still_there(folder: Path, names: Collection[str] | None = None) -> frozenset[int]:
    """Seats that were erased, and that InfluxDB may have all the same, in buckets of these names
    (None: in any): the session was not deleted there since. NoteUnreadable where it is not known
    who was erased."""
    erased = erased_seats(folder) if (folder / NOTE).exists() else frozenset[int]()
    if not erased:
        return erased
    kept = still_in(folder)
    return erased if kept.intersection(kept if names is None else names) else (
        erased - written_without(folder))


def still_in(folder: Path) -> set[str]:
    """Names of buckets that may have somebody who was erased: when the session was deleted in the
    others, and written anew, the settings did not name these."""
    try:
        return set(_read(folder)["still_in"])
    except (KeyError, TypeError):
        return set()


def note_deleted(folder: Path, names: Collection[str], without: Collection[int]) -> None:
    """The session is deleted in buckets of these names, and is written there `without` these seats
    from now on. Before that is noted it is where they may still be: whoever is killed in between
    begins again."""
    is_new = written_without(folder) != frozenset(without)
    kept = set[str]().union(*read_buckets(folder).values()) if is_new else still_in(folder)
    _write(folder, {**_read(folder), "still_in": sorted(kept.difference(names))})
    write_position(folder, 0, without=without)


def write_position(
    folder: Path, row: int, ended: int = 0, without: Iterable[int] = (),
    lacks: Trouble | None = None,
) -> None:
    """Without fsync: an older position, or none, only means that points are written again.
    `lacks`: for who reads the note, why it is not all."""
    whole = ended == WHOLE or (row > 0 and was_whole(folder))
    known = {name: said for name, said in _read(folder).items() if name not in LACKS}
    why = zip(LACKS, (lacks.what, lacks.do), strict=True) if lacks else ()
    _write(folder, {**known, "row": row, "ended": ended, "whole": whole,
                    "without": sorted(without), **dict(why)})


def read_buckets(folder: Path) -> dict[str, set[str]]:
    """The names under which each bucket of the table was ever written to for this session."""
    try:
        return {bucket: set(names) for bucket, names in _read(folder)["buckets"].items()}
    except (KeyError, TypeError, AttributeError):
        return {}


def note_buckets(folder: Path, names: Mapping[str, str]) -> None:
    """From now on these may hold something of the session: bucket of the table -> its name."""
    known = read_buckets(folder)
    wanted = {bucket: known.get(bucket, set()) | {name} for bucket, name in names.items() if name}
    if not all(wanted[bucket] == known.get(bucket) for bucket in wanted):
        buckets = {bucket: sorted(found) for bucket, found in (known | wanted).items()}
        _write(folder, {**_read(folder), "buckets": buckets})


def _read(folder: Path) -> dict[str, Any]:
    try:
        said = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return cast("dict[str, Any]", said) if isinstance(said, dict) else {}


def _write(folder: Path, said: Mapping[str, Any]) -> None:
    part = folder / "influx.part"
    part.write_text(json.dumps(said), encoding="utf-8")
    part.replace(folder / NOTE)
