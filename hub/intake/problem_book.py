"""What somebody should know about the hub: each problem once, counted, and logged now and then."""

from __future__ import annotations

import logging
import threading
from collections import Counter, OrderedDict
from dataclasses import replace

from hub.records import Problem

KEPT_MAX = 100
LOG_EVERY_NS = 10_000_000_000

log = logging.getLogger("stillpoint")


class ProblemBook:
    """Problems by code, room ("": the hub's own) and subject; safe to use from any thread."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._problems: OrderedDict[tuple[str, str, str], Problem] = OrderedDict()
        self._logged: dict[str, int] = {}
        self._lock = threading.Lock()

    def add(self, problem: Problem, subject: str = "", room: str = "") -> bool:
        """Note a problem; a later one of the same code, room and subject takes its place. True when
        it is new, or was last said more than LOG_EVERY_NS ago."""
        with self._lock:
            self.counts[problem.code] += 1
            key = (problem.code, room, subject)
            new = self._problems.pop(key, None) is None
            self._problems[key] = problem
            while len(self._problems) > KEPT_MAX:
                self._problems.popitem(last=False)
            due = problem.at_ns - self._logged.get(problem.code, 0) > LOG_EVERY_NS
            if due:
                self._logged[problem.code] = problem.at_ns
                count = self.counts[problem.code]
                times = f" ({count} times)" if count > 1 else ""
                log.warning("%s%s %s %s", problem.what, times, problem.kept, problem.do)
            return new or due

    def over(self, code: str, subject: str = "", room: str = "") -> None:
        """The problem is no more."""
        with self._lock:
            self._problems.pop((code, room, subject), None)

    def all(self, room: str | None = None) -> list[Problem]:
        """The problems, oldest first, `room` alone and the hub's own where one is given; `what`
        says how often where it was more than once."""
        with self._lock:
            return [self._counted(problem) for (_, of, _), problem in self._problems.items()
                    if room is None or of in ("", room)]

    def _counted(self, problem: Problem) -> Problem:
        count = self.counts[problem.code]
        return problem if count < 2 else replace(problem, what=f"{problem.what} ({count} times)")
