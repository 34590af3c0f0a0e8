"""Who writes a session to InfluxDB, and from where on: one at a time.

A command may erase a seat, or write the session anew, beside the hub. So each post is a turn: with
the session's lock, and only while nobody was erased, and nobody else has written, since its lines
were made. Otherwise they are let go, and all is made again from where InfluxDB is then.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from pathlib import Path
from typing import ParamSpec

from hub.disk.erased import erased_seats
from hub.disk.files import locked
from hub.disk.journal import JOURNAL, last_row
from hub.store.position import LOCK, read_position, write_position, written_without
from hub.store.trouble import Trouble

PATIENCE_S = 30.0  # with who has the session's lock; then it is said
P = ParamSpec("P")


class Occupied(Exception):
    """Somebody else, a command, has the session's lock, and keeps it."""


class Overtaken(Exception):
    """Lines made before somebody was erased, or before somebody else wrote the session."""


class Turns:
    """One writer's. `alone`: its caller holds the session's lock. `without`: the seats that were
    erased when it began."""

    def __init__(self, folder: Path, alone: bool) -> None:
        self._folder, self._alone = folder, alone
        self.without, self._noted = frozenset[int](), 0

    def begin(self) -> int:
        """The position to go on from: as it is on disk, and 0 where that is of before an erasure.
        Both are looked at again in every turn."""
        self.without, self._noted = erased_seats(self._folder), read_position(self._folder)
        is_known = written_without(self._folder) == self.without
        return read_position(self._folder, last_row(self._folder / JOURNAL)) if is_known else 0

    def look(self) -> None:
        """Overtaken where this writer is."""
        known = self.without, self._noted
        if known != (erased_seats(self._folder), read_position(self._folder)):
            raise Overtaken

    @contextlib.contextmanager
    def turn(self) -> Generator[None]:
        """With the session's lock; Overtaken where it comes too late, Occupied where the lock does
        not come."""
        with contextlib.ExitStack() as held:
            if not self._alone:
                try:
                    held.enter_context(locked(self._folder / LOCK, PATIENCE_S))
                except TimeoutError:
                    raise Occupied from None
            self.look()
            yield

    def in_turn(self, do: Callable[P, object]) -> Callable[P, None]:
        """The same, in a turn of its own."""

        def mine(*what: P.args, **how: P.kwargs) -> None:
            with self.turn():
                do(*what, **how)

        return mine

    def note(self, row: int, ended: int, lacks: Trouble | None) -> None:
        """On disk, in a turn: as `write_position` has it."""
        with self.turn():
            with contextlib.suppress(OSError):  # the hub's disk is full: points are written again
                write_position(self._folder, row, ended, self.without, lacks)
            self._noted = read_position(self._folder)
