"""The disk that is kept free for each session, so that one that runs can go on when it fills."""

from __future__ import annotations

import errno
import logging
import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from hub.errors import Refused
from hub.records import Problem

RESERVE = "reserve"
CODE = "reserve"  # of the problem while one is in use
MB = 1 << 20
ROOM = 2  # free disk, in reserves, before one is made again: what is taken must not be missed

log = logging.getLogger("stillpoint")


def make_reserve(folder: Path, mb: int) -> None:
    """Keep `mb` megabytes of the disk for this session. Refused where they do not fit."""
    if mb == 0:
        return
    path = folder / RESERVE
    try:
        if shutil.disk_usage(folder).free < mb * MB:  # to try would fill the disk, for all others
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with path.open("wb") as file:
            _allocate(file.fileno(), mb * MB)
    except OSError as error:
        path.unlink(missing_ok=True)
        free = shutil.disk_usage(folder).free // MB
        raise Refused(
            f"The disk has no room for a session: {mb} MB are reserved for each, "
            f"{free} MB are free ({error.strerror}).",
            "Nothing was opened; other sessions go on.",
            "Free some disk space (or lower reserve_mb), then open the session again.",
            code="no room",
        ) from None


def _allocate(handle: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(handle, 0, size)
        return
    for _ in range(size // MB):
        os.write(handle, bytes(MB))
    os.fsync(handle)


def release_reserve(folder: Path) -> bool:
    """Give the reserve back to the disk. True if there was one."""
    path = folder / RESERVE
    there = path.exists()
    path.unlink(missing_ok=True)
    return there


class Reserves:
    """Call `look` once a second: it says at once which session's reserve is in use, and makes it
    again when there is room. `tell(problem, session id)`, `over(code, session id)`."""

    def __init__(
        self, mb: int, tell: Callable[[Problem, str], None], over: Callable[[str, str], None]
    ) -> None:
        self._mb, self._tell, self._over = mb, tell, over
        self._told: set[str] = set()

    def look(self, folders: Iterable[tuple[str, Path]], now_ns: int) -> None:
        """`folders`: the id and the folder of each session that needs a reserve."""
        needed = dict(folders) if self._mb else {}
        missing = {id for id, folder in needed.items() if not (folder / RESERVE).exists()}
        again = {id for id in missing & self._told if self._made(needed[id])}
        for id in missing - self._told:
            self._tell(self._in_use(id, now_ns), id)
        for id in (self._told - missing) | again:
            self._over(CODE, id)
        for id in again:
            log.warning("%d MB of disk are reserved again for session %s.", self._mb, id)
        self._told = missing - again

    def _made(self, folder: Path) -> bool:
        try:
            if shutil.disk_usage(folder).free < ROOM * self._mb * MB:
                return False
            make_reserve(folder, self._mb)
        except (OSError, Refused):
            return False
        return True

    def _in_use(self, id: str, now_ns: int) -> Problem:
        return Problem(
            now_ns, CODE,
            f"The disk is nearly full: the {self._mb} MB kept free for session {id} are in use.",
            "Everything acknowledged is on the disk, and recording goes on.",
            "Free some disk space now; as soon as there is room the hub reserves it again.",
        )
