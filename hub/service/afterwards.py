"""Sessions of which something came after they were sealed: a correction, a late kit's frames."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from hub.disk.sessions import SessionInfo
from hub.intake.shelf import Shelved

REST_S = 60.0  # corrections come in twos and threes: so long after the last


class Afterwards:
    """`take_in(session)` is called of each, on the writer's thread: REST_S after the last that came
    of it, and only while no session is recorded or drained."""

    def __init__(self, take_in: Callable[[SessionInfo], None]) -> None:
        self._take_in = take_in
        self._due: dict[str, tuple[float, SessionInfo]] = {}
        self._known: dict[str, float] = {}  # when the last came that is known of

    def owe(self, session: SessionInfo, since_s: float = 0.0) -> None:
        """Something came of this one, at this monotonic time."""
        self._due[session.id] = since_s + REST_S, session

    def look(self, inwork: Iterable[Shelved]) -> None:
        """Once a second, with the sessions whose journals are open."""
        sessions = list(inwork)
        for one in sessions:
            if one.info.sealed_ns is not None and self._known.get(one.info.id) != one.used:
                self._known[one.info.id] = one.used
                self.owe(one.info, one.used)
        if all(one.info.sealed_ns is not None for one in sessions):
            self._settle(time.monotonic())

    def _settle(self, now_s: float) -> None:
        for name, (due_s, session) in list(self._due.items()):
            if now_s >= due_s:
                del self._due[name]
                self._take_in(session)
