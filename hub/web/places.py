"""Places at the live socket: each kind of watcher has its own, so that none keeps another out.

Who finds none is told so as a problem (`full`) that ends when there is one: its page tries again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

from hub.web.access import DISPLAY, LEADER
from hub.web.errors import Refusal

DECIDED = {DISPLAY: "display decided", LEADER: "leader decided"}  # who is being looked at
REFUSED = "refused"  # who is told why not
PLACES = {DISPLAY: 300, LEADER: 50, DECIDED[DISPLAY]: 100, DECIDED[LEADER]: 50, REFUSED: 50}
AGAIN = "this one tries again by itself."


class TooMany(Refusal):
    """There is no place of this kind."""

    def __init__(self, kind: str) -> None:
        is_rush = kind in DECIDED.values()
        what = "are being opened at this moment" if is_rush else "are watching already"
        do = f"Wait: {AGAIN}" if is_rush else f"Close a page that nobody looks at; {AGAIN}"
        what = f"{PLACES[kind]} pages {what}."
        super().__init__(503, what, "Recording goes on as it was.", do, code="full")
        self.body |= {"ends": "full", "form": "rush" if is_rush else "full"}


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
