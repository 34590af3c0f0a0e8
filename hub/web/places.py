"""Places at the live socket: each kind of watcher has its own, so that none keeps another out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

from hub.web.access import DISPLAY, LEADER
from hub.web.errors import Refusal

DECIDED, REFUSED = "decided", "refused"  # who is being looked at, and who is told why not
PLACES = {DISPLAY: 300, LEADER: 50, DECIDED: 100, REFUSED: 50}


class TooMany(Refusal):
    """There is no place of this kind."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            503,
            f"{PLACES[kind]} pages are watching already.",
            "Recording goes on as it was.",
            "Close a page that nobody looks at, then reload this one.",
        )


class Places:
    """Counts who is there. Event loop's thread only."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    def take(self, kind: str) -> None:
        """A place of this kind; TooMany where there is none."""
        if self.taken[kind] >= PLACES[kind]:
            raise TooMany(kind)
        self.taken[kind] += 1

    def leave(self, kind: str) -> None:
        self.taken[kind] -= 1

    @contextmanager
    def a(self, kind: str) -> Generator[None]:
        """A place of this kind, for as long as it is needed."""
        self.take(kind)
        try:
            yield
        finally:
            self.leave(kind)
