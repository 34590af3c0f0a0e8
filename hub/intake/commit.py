"""Puts a batch on the disk: one commit for each session, all waiting for the disk together."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from hub.disk.journal import Entry
from hub.errors import JournalError
from hub.intake.batch import Batch
from hub.intake.shelf import Shelved

COMMITTERS = 8  # commits that may wait for the disk at the same time
GATHER_S = (0.02, 0.5)  # shortest and longest wait for more before a commit
SHARE = 3  # gather so many times as long as the last commits took: they get a quarter of the time

Heard = Callable[[Shelved], None]
Refused = Callable[[Shelved, JournalError], None]


class Committer:
    """Stores batches. `on_seats(session)`: who sits has changed; `on_refused(session, error)`:
    the disk would not take it; `on_well(session)`: it takes it again. `gather_s`: how long to
    gather now for the next batch."""

    def __init__(self, on_seats: Heard, on_refused: Refused, on_well: Heard) -> None:
        self.commits = 0
        self.rows = 0
        self.gather_s = GATHER_S[0]
        self._on_seats, self._on_refused, self._on_well = on_seats, on_refused, on_well
        self._pool = ThreadPoolExecutor(COMMITTERS, "stillpoint-commit")

    def commit(self, batch: Batch) -> set[Shelved]:
        """Make the batch's rows durable, and tell those who wait for theirs. Returns the sessions
        whose journal would not take them."""
        if not batch.entries:
            return set()
        began = time.monotonic()
        before = {session: (session.seated, session.trouble) for session in batch.entries}
        work = list(batch.entries.items())
        alone = len(work) == 1
        outcomes = list(map(_attempt, work) if alone else self._pool.map(_attempt, work))
        errors = dict(zip(before, outcomes, strict=True))
        for session, error in errors.items():
            _tell(session, batch, error)
            self._hear(session, error, *before[session])
        self.commits += len(work)
        self.rows += sum(len(entries) for _, entries in work)
        took = time.monotonic() - began
        self.gather_s = min(max(SHARE * took, GATHER_S[0]), GATHER_S[1])
        return {session for session, error in errors.items() if error is not None}

    def _hear(
        self,
        session: Shelved,
        error: JournalError | None,
        seated: frozenset[str],
        trouble: JournalError | None,
    ) -> None:
        if error is not None:
            self._on_refused(session, error)
        elif trouble is not None:
            self._on_well(session)
        if session.seated != seated:
            self._on_seats(session)

    def stop(self) -> None:
        self._pool.shutdown()


def _attempt(work: tuple[Shelved, list[Entry]]) -> JournalError | None:
    """Commit a session's rows. Runs beside the same of other sessions."""
    session, entries = work
    try:
        session.store(entries)
    except JournalError as error:
        return error
    return None


def _tell(session: Shelved, batch: Batch, error: JournalError | None) -> None:
    """Those who wait for an entry of this session hear what became of it; one that was refused
    is not held for later, since they were told so."""
    mine = [waiting for waiting in batch.waiting if waiting.session is session]
    if error is not None:
        session.forget(waiting.entry for waiting in mine)
    for waiting in mine:
        if error is None:
            waiting.done.set_result(None)
        else:
            waiting.done.set_exception(error)
