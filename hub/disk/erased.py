"""Which seats of a session were erased: a note beside the journal that outlives everything else.

Who reads the journal for anything but proof passes these seats over.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from hub.disk.files import locked
from hub.errors import HubError

NOTE, LOCK = "erased.json", "erased.lock"


class NoteUnreadable(HubError):
    """It is not known who was erased."""


def erased_seats(folder: Path) -> frozenset[int]:
    """The seats; empty where there is no note. NoteUnreadable for one that cannot be read."""
    return _read(folder)[0]


def erased_through(folder: Path) -> int | None:
    """The journal's last row when somebody was erased first: what is said later of who had which
    kit brings nobody back. None: nobody was, or it is not known when."""
    return _read(folder)[1]


def _read(folder: Path) -> tuple[frozenset[int], int | None]:
    try:
        said = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        seats = frozenset(int(seat) for seat in said["seats"])
        through = said.get("through")
        return seats, None if through is None else int(through)
    except FileNotFoundError:
        return frozenset(), None
    except (OSError, ValueError, KeyError, TypeError):
        raise NoteUnreadable(
            f"{folder / NOTE} cannot be read, so it is not known who was erased.",
            "Nothing was changed.", "Restore that file from a copy.",
        ) from None


def is_erased(folder: Path) -> bool:
    """True if somebody was, and where it cannot be read whether."""
    try:
        return bool(erased_seats(folder))
    except NoteUnreadable:
        return True


def note_erased(folder: Path, seat: int, last_row: int | None = None) -> frozenset[int]:
    """Add a seat to the note, durably; returns all of them. `last_row`: of the journal, now."""
    with locked(folder / LOCK):  # or of two commands at once the later forgets the other's seat
        before, through = _read(folder)
        seats = before | {seat}
        _write(folder, seats, last_row if through is None else through)
    return seats


def _write(folder: Path, seats: frozenset[int], through: int | None) -> None:
    part = folder / (NOTE + ".part")
    with part.open("w", encoding="utf-8") as file:
        json.dump({"seats": sorted(seats), "through": through}, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / NOTE)
