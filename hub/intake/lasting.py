"""What is wrong with a kit for as long as it is seen to be."""

from __future__ import annotations

from collections.abc import Callable

from hub.records import NS

LAST_NS = 30 * NS  # not seen for so long: it is over

Report = Callable[[str, str, str, str], None]  # code, what, subject, room ("": the hub's own)
Over = Callable[[str, str, str], None]  # code, subject, room


class Lasting:
    """Tells what is seen again and again once, and once in each session: each journal has it."""

    def __init__(self, report: Report, over: Over) -> None:
        self._report, self._over = report, over
        self._seen: dict[tuple[str, str, str], tuple[int, int]] = {}  # when last, told to which tag

    def seen(self, code: str, what: str, subject: str, room: str, *, tag: int, at_ns: int) -> None:
        """It is so at `at_ns` (UTC ns); `tag`: of the room's open session, 0 for none."""
        key = (code, subject, room)
        _, told = self._seen.get(key, (0, None))
        if told is None or tag not in (0, told):
            self._over(*key)  # so that it is told as a new one
            self._report(code, what, subject, room)
            told = tag
        self._seen[key] = at_ns, told

    def gone(self, code: str, subject: str, room: str) -> None:
        """It is no more."""
        if self._seen.pop((code, subject, room), None) is not None:
            self._over(code, subject, room)

    def look(self, now_ns: int) -> None:
        """Let go of what was not seen for LAST_NS."""
        for key in [key for key, (at, _) in self._seen.items() if now_ns - at > LAST_NS]:
            self.gone(*key)
