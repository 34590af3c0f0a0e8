"""Session folders: <data>/sessions/<id>/ with the journal, the token and the disk reserve.

A folder appears under its name only when its journal says what the session is and that it was
opened; a half-made one (`.new-<id>`) is no session.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.disk.files import sync_folder, write_private
from hub.disk.journal import JOURNAL, Entry, Journal, read_meta
from hub.disk.reserve import make_reserve
from hub.errors import HubError, Refused
from hub.policy import AFTER

TOKEN_FILE = "session.json"
MAKING = ".new-"


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """What a session is. `closed_ns`: no more is recorded; `sealed_ns`: all has come in."""

    id: str
    tag: int  # names the session on the wire
    folder: Path
    site: str
    room: str
    opened_ns: int
    simulated: bool = False
    language: str = "en"
    closed_ns: int | None = None
    sealed_ns: int | None = None
    team_view: str | None = None  # when its team sees its curve; None: as the hub has it
    token: str = field(default="", repr=False)  # opens its console

    @property
    def path(self) -> Path:
        return self.folder / JOURNAL

    @property
    def state(self) -> str:
        """open, closed (kits may still send what they hold) or sealed."""
        return "open" if self.closed_ns is None else "sealed" if self.sealed_ns else "closed"

    def to_dict(self) -> dict[str, Any]:
        """For JSON; without the token."""
        names = ("id", "room", "site", "state", "opened_ns", "closed_ns", "sealed_ns",
                 "simulated", "language", "team_view")
        return {**{name: getattr(self, name) for name in names}, "folder": str(self.folder)}


@dataclass(frozen=True, slots=True)
class NewSession:
    """What a session is opened with."""

    site: str
    room: str
    opened_ns: int
    simulated: bool
    language: str
    team_view: str
    id: str
    tag: int


def new_session(
    site: str, room: str, now_ns: int, simulated: bool, language: str, team_view: str = AFTER
) -> NewSession:
    """Names a session that begins now."""
    tag = secrets.randbits(32) or 1
    return NewSession(site, room, now_ns, simulated, language, team_view, uuid7(now_ns), tag)


def uuid7(now_ns: int) -> str:
    """A UUID version 7: its text sorts by the time (ms) it was made."""
    value = (now_ns // 1_000_000 & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 7 << 76
    text = f"{value & ~(3 << 62) | 2 << 62:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def create(
    data_dir: Path, new: NewSession, entries: Iterable[Entry], reserve_mb: int
) -> SessionInfo:
    """Make the session's folder with its first rows. Refused where the reserve does not fit;
    JournalError where the disk fails. Then nothing is left of it."""
    folder = data_dir / "sessions" / new.id
    making = folder.with_name(MAKING + new.id)
    making.mkdir(parents=True, mode=0o700)
    try:
        make_reserve(making, reserve_mb)
        token = secrets.token_urlsafe(16)
        write_private(making / TOKEN_FILE, json.dumps({"token": token}).encode())
        journal = Journal(making / JOURNAL)
        try:
            journal.set_meta(**_meta(new))
            journal.append(entries)
        finally:
            journal.close()
        os.rename(making, folder)
        sync_folder(folder.parent)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return load(folder)


def clear_half_made(data_dir: Path) -> None:
    """Remove what a hub was making when it was killed. Only for who has the data folder's lock."""
    for making in (data_dir / "sessions").glob(f"{MAKING}*"):
        shutil.rmtree(making, ignore_errors=True)


def _meta(new: NewSession) -> dict[str, object]:
    return {
        "format": 1, "session": new.id, "tag": new.tag, "site": new.site, "room": new.room,
        "opened_ns": new.opened_ns, "simulated": int(new.simulated), "language": new.language,
        "team_view": new.team_view,
    }


def load(folder: Path) -> SessionInfo:
    """What the session in this folder is. HubError, OSError, KeyError, ValueError where it is
    none."""
    meta = read_meta(folder / JOURNAL)
    times = (int(meta[name]) if name in meta else None for name in ("closed_ns", "sealed_ns"))
    return SessionInfo(
        meta["session"], int(meta["tag"]), folder, meta["site"], meta["room"],
        int(meta["opened_ns"]), meta.get("simulated") == "1", meta.get("language", "en"),
        *times, team_view=meta.get("team_view"), token=_token(folder),
    )


def _token(folder: Path) -> str:
    try:
        return str(json.loads((folder / TOKEN_FILE).read_bytes())["token"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def list_sessions(data_dir: Path) -> list[SessionInfo]:
    """All sessions of a data folder, oldest first; what cannot be read is left out."""
    return [info for info in map(load_or_why, _folders(data_dir)) if isinstance(info, SessionInfo)]


def folder_of(data_dir: Path, named: str) -> Path:
    """The folder of a session that is named by it, by its journal, or by its id in `data_dir`, of
    which the beginning is enough. Refused where several begin so."""
    path = Path(named)
    if path.name == JOURNAL:
        return path.parent
    if path.is_dir() or len(path.parts) > 1:
        return path
    begin_so = [one for one in _folders(data_dir) if named and one.name.startswith(named)]
    whole = data_dir / "sessions" / named
    if whole in begin_so or not begin_so:
        return whole
    if len(begin_so) > 1:
        names = ", ".join(one.name for one in begin_so)
        raise Refused(f"{named} is the beginning of several sessions: {names}.",
                      "Nothing was changed.", "Name one of them by more of its id.")
    return begin_so[0]


def listing(folder: Path) -> str:
    """The command that lists the sessions beside this folder of one."""
    named = f" --data {folder.parent.parent}" if folder.parent.name == "sessions" else ""
    return f"`stillpoint sessions{named}`"


def unreadable(data_dir: Path) -> list[str]:
    """What looks like a session and cannot be read, each with the reason."""
    return [said for said in map(load_or_why, _folders(data_dir)) if isinstance(said, str)]


def incomplete(data_dir: Path) -> list[str]:
    """Folders among the sessions without a journal, each in a sentence: a copy may have been broken
    off."""
    return [f"{one} has no {JOURNAL}, so it holds no session; nothing was changed; if it was "
            "copied, copy the whole folder again, otherwise move it away."
            for one in _beside(data_dir) if one.is_dir() and not _has_journal(one)]


def _folders(data_dir: Path) -> list[Path]:
    return [one for one in _beside(data_dir) if _has_journal(one)]


def _beside(data_dir: Path) -> list[Path]:
    """What lies among the sessions, but for what is being made."""
    folder = data_dir / "sessions"
    found = folder.iterdir() if folder.exists() else ()  # a glob of what may not be read is empty
    return sorted(one for one in found if one.name[0] != ".")


def _has_journal(folder: Path) -> bool:
    try:
        return (folder / JOURNAL).exists()
    except PermissionError:
        return True  # one closed folder must not hide all others: it is named when it is read


def load_or_why(folder: Path) -> SessionInfo | str:
    """What the session in this folder is, or why that cannot be said."""
    try:
        return load(folder)
    except (HubError, OSError) as error:
        return str(error)
    except (KeyError, ValueError, TypeError) as error:
        return f"{folder} does not say what it is ({error!r})."
