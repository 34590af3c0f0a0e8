"""Small files that must be whole or not there."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Generator
from pathlib import Path
from typing import IO

from hub.errors import DataFolderInUse

AGAIN_S = 0.02  # between two looks whether a lock is free


def write_private(path: Path, content: bytes) -> None:
    """Put `content` at `path`, for this user only: the old file or the new one, never half."""
    new = path.with_name(path.name + ".new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
    sync_folder(path.parent)


def whole_lines(path: Path) -> list[str]:
    """The lines of a file that is only appended to; a last one that was cut short is left out."""
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    return text[: text.rfind("\n") + 1].splitlines()


def drop_torn_line(path: Path) -> None:
    """Cut off a last line that the end of the power left unfinished."""
    if path.exists():
        os.truncate(path, path.read_bytes().rfind(b"\n") + 1)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def locked(path: Path, patience_s: float = float("inf")) -> Generator[None]:
    """Have to oneself what the file `path` stands for, among all processes and threads that ask so;
    TimeoutError where it does not become free. Whoever dies lets go of it."""
    handle = os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        _take(handle, time.monotonic() + patience_s)
        yield
    finally:
        os.close(handle)


def _take(handle: int, until_s: float) -> None:
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until_s:
                raise TimeoutError from None
            time.sleep(AGAIN_S)


def lock_folder(folder: Path) -> IO[str]:
    """Take a data folder for this process, until the result is closed or the process ends.
    DataFolderInUse says who has it."""
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / "hub.lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise DataFolderInUse(
            f"Another hub (process {holder}) already works on {folder}.",
            "Nothing was started and nothing was changed.",
            f"Use that hub, stop it, or give this one a data folder other than {folder}.",
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
