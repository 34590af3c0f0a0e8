"""The journal of a session: one SQLite file that holds every message as it came.

    rows  (id, at_ns, topic, kit, boot, seq, key, payload)   one message a row; see `Received`
    meta  (name, value)                                      what the session is

A frame is stored once: (kit, boot, seq) of data/* rows is unique. What `Journal.append` returned
from is on the disk. `key` is left for payloads that will be encrypted for each seat.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Collection, Generator, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from firmware import wire
from hub.errors import JournalError, JournalFull
from hub.records import Received

JOURNAL = "session.sqlite"  # in the folder of its session
SCHEMA = """
CREATE TABLE IF NOT EXISTS rows (
  id INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL, topic TEXT NOT NULL,
  kit TEXT, boot INTEGER, seq INTEGER, key INTEGER, payload BLOB NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS once ON rows (kit, boot, seq)
  WHERE topic >= 'data/' AND topic < 'data0';
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
# Pages kept in memory, in KB: rows are added at the end and read once, and a hub of many rooms
# has many journals open.
CACHE = "PRAGMA cache_size=-64"
# FULL: a commit returns when it is on the disk. secure_delete: what is erased is overwritten.
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA journal_size_limit=8388608",
    "PRAGMA busy_timeout=2000",
    CACHE,
)
INSERT = "INSERT OR IGNORE INTO rows (at_ns, topic, payload, kit, boot, seq) VALUES (?,?,?,?,?,?)"
COLUMNS = "SELECT id, at_ns, topic, payload, kit, boot, seq FROM rows "
READ = COLUMNS + "WHERE id > ? ORDER BY id LIMIT ?"
READ_OF = COLUMNS + """
WHERE id > ? AND (kit IS NULL OR kit IN (SELECT value FROM json_each(?))) ORDER BY id LIMIT ?
"""
READ_TOPICS = COLUMNS + "WHERE substr(topic, 1, ?) = ? ORDER BY id"
SIZES = "SELECT kit, count(*) FROM rows WHERE kit IS NOT NULL GROUP BY kit"
CAME = "SELECT at_ns FROM rows WHERE kit = ? ORDER BY id"
SPAN = """
SELECT (SELECT at_ns FROM rows ORDER BY id LIMIT 1),
  (SELECT at_ns FROM rows ORDER BY id DESC LIMIT 1)
"""
HOLES = """
SELECT before + 1, id - 1 FROM (SELECT id, lag(id, 1, 0) OVER (ORDER BY id) AS before FROM rows)
WHERE id > before + 1 ORDER BY id
"""
LAST = "SELECT coalesce(max(at_ns), 0) FROM rows"
STORED = """
SELECT seq FROM rows WHERE kit = ? AND boot = ? AND seq >= ?
  AND topic >= 'data/' AND topic < 'data0' ORDER BY seq
"""
ALL = -1
UNWRITABLE_CODES = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
FULL_CODES = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_TOOBIG)


class Entry(NamedTuple):
    """A row to be: `Received` before it has a number."""

    at_ns: int
    topic: str
    payload: bytes
    kit: str | None = None
    boot: int | None = None
    seq: int | None = None


class Journal:
    """The one writer of a session's journal. Use it from one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.repeats = 0  # frames that came again since this was opened
        self._db = _connect(path)

    def append(self, entries: Iterable[Entry]) -> list[Received]:
        """Store the entries in one commit; returns the rows as stored, when they are durable. Of
        a frame that is there already only the stamp is kept, as a row stamp/<kit> with its seq.
        JournalError (JournalFull): nothing of them is stored, and the same call may be made again.
        """
        entries = list(entries)
        try:
            self._db.execute("BEGIN IMMEDIATE")
            rows = [self._insert(entry) for entry in entries]
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise _failure(self.path, error) from error
        self.repeats += sum(row.topic[0] == "s" and row.seq is not None for row in rows)
        return rows

    def _insert(self, entry: Entry) -> Received:
        done = self._db.execute(INSERT, entry)
        if done.rowcount == 0:
            stamp = entry.payload[: wire.STAMP_SIZE]
            entry = entry._replace(topic=f"stamp/{entry.kit}", payload=stamp)
            done = self._db.execute(INSERT, entry)
        return Received(done.lastrowid or 0, *entry)

    def _roll_back(self) -> None:
        try:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        except sqlite3.Error:
            self.reopen()

    def reopen(self) -> None:
        """Open the file anew, after an error that the connection may not have survived."""
        try:
            self._db.close()
            self._db = _connect(self.path)
        except sqlite3.Error as error:
            raise _failure(self.path, error) from error

    def stored(self, kit: str, boot: int, since: int) -> list[int]:
        """The sequence numbers from `since` on that are stored for this boot of this kit."""
        with _reading(self.path):
            return _stored(self._db, kit, boot, since)

    def last_ns(self) -> int:
        """The latest time of all rows; 0 where there is none."""
        with _reading(self.path):
            return int(self._db.execute(LAST).fetchone()[0])

    def set_meta(self, **values: object) -> None:
        """Say what the session is; durable when it returns."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            pairs = [(name, str(value)) for name, value in values.items()]
            self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?,?)", pairs)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise _failure(self.path, error) from error

    def rows(self, topics: str = "") -> Iterator[Received]:
        """The rows whose topic begins with `topics`, in order."""
        with _reading(self.path):
            found = self._db.execute(READ_TOPICS, (len(topics), topics)).fetchall()
        return (Received(*row) for row in found)

    def close(self) -> None:
        """Everything into the one file, so that it may be copied alone."""
        with contextlib.suppress(sqlite3.Error):  # then the WAL stays, and is read with it
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._db.close()


class Reader:
    """Reads a journal, also one that is being written; several processes may. Not for threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = _connect_reader(path)

    def rows(
        self, after_row: int = 0, limit: int | None = None, kits: Collection[str] | None = None
    ) -> list[Received]:
        """At most `limit` rows behind row `after_row`, in order; with `kits` only theirs, and those
        that are no kit's."""
        most = ALL if limit is None else limit
        with _reading(self._path):
            if kits is None:
                found = self._db.execute(READ, (after_row, most))
            else:
                found = self._db.execute(READ_OF, (after_row, json.dumps(sorted(kits)), most))
            return [Received(*row) for row in found.fetchall()]

    def topics(self, begin: str) -> list[Received]:
        """The rows whose topic begins so, in order."""
        with _reading(self._path):
            return [Received(*row) for row in self._db.execute(READ_TOPICS, (len(begin), begin))]

    def meta(self) -> dict[str, str]:
        with _reading(self._path):
            return dict(self._db.execute("SELECT name, value FROM meta"))

    def sizes(self) -> dict[str, int]:
        """How many rows there are of each kit."""
        with _reading(self._path):
            return dict(self._db.execute(SIZES))

    def stored(self, kit: str, boot: int, since: int) -> list[int]:
        """As `Journal.stored`."""
        with _reading(self._path):
            return _stored(self._db, kit, boot, since)

    def came_ns(self, kit: str) -> list[int]:
        """When each row of a kit came."""
        with _reading(self._path):
            return [at_ns for at_ns, in self._db.execute(CAME, (kit,))]

    def span_ns(self) -> tuple[int, int]:
        """When the first row came, and the last; (0, 0) where there is none."""
        with _reading(self._path):
            first, last = self._db.execute(SPAN).fetchone()
        return first or 0, last or 0

    def holes(self) -> list[tuple[int, int]]:
        """The first and the last number of rows that are not there, though a later one is: a
        journal numbers its rows 1, 2, 3, ..."""
        with _reading(self._path):
            return self._db.execute(HOLES).fetchall()

    def last_row(self) -> int:
        """The number of the newest row; 0 where there is none."""
        found = self._db.execute("SELECT coalesce(max(id), 0) FROM rows").fetchone()
        return int(found[0])

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _stored(db: sqlite3.Connection, kit: str, boot: int, since: int) -> list[int]:
    return [seq for (seq,) in db.execute(STORED, (kit, boot, since))]


ROWS_AT_ONCE = 2000


def follow(
    path: Path, after_row: int = 0, limit: int | None = None, kits: Collection[str] | None = None
) -> Iterator[Received]:
    """The rows behind `after_row` (at most `limit`) that are durable now, in order; with `kits`
    only theirs, and those that are no kit's."""
    with Reader(path) as reader:
        while limit is None or limit > 0:
            asked = ROWS_AT_ONCE if limit is None else min(limit, ROWS_AT_ONCE)
            rows = reader.rows(after_row, asked, kits)
            yield from rows
            if len(rows) < asked:
                return
            after_row = rows[-1].row
            limit = None if limit is None else limit - len(rows)


def last_row(path: Path) -> int:
    """The number of the newest row; 0 where there is none."""
    with Reader(path) as reader:
        return reader.last_row()


def read_meta(path: Path) -> dict[str, str]:
    """What the session is, from its journal."""
    with Reader(path) as reader:
        return reader.meta()


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        for pragma in PRAGMAS:
            db.execute(pragma)
        db.executescript(SCHEMA)
    except sqlite3.Error as error:
        db.close()
        raise _failure(path, error) from error
    return db


def _connect_reader(path: Path) -> sqlite3.Connection:
    """Read-only. On a medium that cannot be written, the file is read as it lies there."""
    name = quote(str(path.absolute()))
    try:
        return _try_reader(f"file:{name}?mode=ro")
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in UNWRITABLE_CODES:
            raise _unreadable(path, error) from error
    try:
        return _try_reader(f"file:{name}?mode=ro&immutable=1")
    except sqlite3.Error as error:
        raise _unreadable(path, error) from error


def _try_reader(uri: str) -> sqlite3.Connection:
    db = sqlite3.connect(uri, uri=True, check_same_thread=False)
    try:
        db.execute(CACHE)
        db.execute("SELECT 1 FROM meta LIMIT 1").fetchone()
    except sqlite3.Error:
        db.close()
        raise
    return db


@contextlib.contextmanager
def _reading(path: Path) -> Generator[None, None, None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: sqlite3.Error) -> Exception:
    if not path.exists():
        return FileNotFoundError(f"{path} does not exist. `stillpoint sessions` lists the sessions "
                                 "that do; --data FOLDER names another data folder.")
    may = os.access(path, os.R_OK)
    return JournalError(
        f"{path} cannot be read: {error if may else 'this user may not read it'}.",
        "The file was not changed.",
        "Copy the whole session folder before anything else; docs/sessions.md says how to save "
        "from the copy what can be read." if may else
        "Run the command as the user whose hub wrote it, or let this user read it.",
    )


def _failure(path: Path, error: sqlite3.Error) -> JournalError:
    code = getattr(error, "sqlite_errorcode", None)
    if code in FULL_CODES:
        return JournalFull(
            f"The disk has no room for {path} ({error}).",
            "Everything acknowledged is on the disk; kits and consoles keep the rest.",
            "Free some disk space now: recording goes on by itself.",
            code="disk",
        )
    return JournalError(
        f"{path} cannot be written: {error}.",
        "Everything acknowledged is on the disk; kits and consoles keep the rest.",
        "Check the disk: recording goes on by itself as soon as it can be written.",
        code="disk",
    )
