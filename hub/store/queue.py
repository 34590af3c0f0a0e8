"""What waits to be written to InfluxDB: bounded, however long that is away."""

from __future__ import annotations

import threading
from collections import deque

from hub.store.makers import Line

LINES_MAX = 200_000  # about 20 MB
LINES_AT_ONCE = 5_000
GATHER_S = 2.0  # what comes within it goes in one post: a post costs as much as hundreds of lines


class Queue:
    """Lines by the row of the journal that led to them. The worker puts, the writer takes;
    `changed` is the lock of both, and of what they have to see at once.

    One that was let go (it was full, or something went wrong) is `behind`: what comes is passed
    over, until the writer has made all of it again from the journal and is level. `posting`: what
    was taken is not in yet; `ended`: the last was put; `closing`: the writer is to end; `done`:
    nothing is left to do.
    """

    def __init__(self, behind: bool) -> None:
        self.changed = threading.Condition()
        self.behind = behind
        self.posting = self.ended = self.closing = self.done = False
        self._waiting: deque[tuple[int, list[Line]]] = deque()
        self._lines = 0
        self._newest = 0  # the row that was put last

    def __bool__(self) -> bool:
        return bool(self._waiting)

    @property
    def pending(self) -> bool:
        """True while something waits to be written."""
        return bool(self._waiting) or self.behind or self.posting

    @property
    def is_over(self) -> bool:
        """True where the writer may end."""
        return self.done or (self.closing and not (self._waiting or self.behind))

    def put(self, row: int, lines: list[Line], last: bool, written: int) -> None:
        """What a row led to, in order. Passed over: nothing, and what is written already."""
        with self.changed:
            self._newest, self.ended = row, last
            if row <= written or self.behind or not (lines or last):
                return
            self._waiting.append((row, lines))
            self._lines += len(lines)
            if self._lines > LINES_MAX:
                self.forget()
            if len(self._waiting) <= 1 or self._is_due():
                self.changed.notify()

    def forget(self) -> None:
        """Let all go: it is made again from the journal."""
        self._waiting.clear()
        self._lines = 0
        self.behind = True

    def wait(self) -> None:
        """Until there is something to do, and a while for more of it."""
        with self.changed:
            self.changed.wait_for(
                lambda: self._waiting or self.behind or self.closing or self.done
            )
            self.changed.wait_for(self._is_due, GATHER_S)

    def _is_due(self) -> bool:
        """True where nothing is gained by waiting for more."""
        return self._lines >= LINES_AT_ONCE or self.behind or self.closing or self.ended

    def rest(self, seconds: float) -> None:
        """Wait; not where all comes to its end."""
        with self.changed:
            self.changed.wait_for(lambda: self.closing, seconds)

    def take(self, row: int) -> tuple[int, list[Line], bool]:
        """The oldest, about LINES_AT_ONCE: the row up to which they go (`row`: there are none), the
        lines, and whether they are the last of the session."""
        batch: list[Line] = []
        with self.changed:
            self.posting = True
            while self._waiting and len(batch) < LINES_AT_ONCE:
                row, lines = self._waiting.popleft()
                self._lines -= len(lines)
                batch += lines
            return row, batch, self.ended and not self._waiting

    def is_level(self, row: int, held: bool) -> bool:
        """True if nothing was put behind this row: then what is put now is queued again. `held`:
        what was kept back, of a session that has ended meanwhile, is still to be made."""
        with self.changed:
            if row < self._newest - self.ended:
                return False
            self.behind = held and self.ended
            return True
