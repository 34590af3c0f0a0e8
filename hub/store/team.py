"""What a team may see, as lines for the bucket without seats. What that is: `hub.team.curve`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from hub.records import NS, Received
from hub.results.pipeline import CourseChanged, Ledgers, Result
from hub.store.regions import Regions
from hub.store.text import Scalar, line, tags_of
from hub.team.curve import STATUS, Coverage, Said, Team, Told
from hub.team.figures import Shown

Fields = dict[str, Scalar | None]


def _shown(one: Shown) -> Fields:
    return {"middle": one.middle, "low": one.low, "high": one.high,
            "sympathetic": one.sympathetic, "parasympathetic": one.parasympathetic}


def _said(one: Said) -> Fields:
    return {"code": one.code, "text": STATUS[one.code]}


def _coverage(one: Coverage) -> Fields:
    return {"share": one.share}


LINES: dict[type, tuple[str, Callable[[Any], Fields]]] = {
    Shown: ("room", _shown), Said: ("status", _said), Coverage: ("coverage_room", _coverage),
}


class TeamMaker:
    """Takes results in order; gives lines: which phase runs, and what the team is told."""

    def __init__(self, site: str, room: str, session: str, team: Team) -> None:
        self._tags = tags_of(site, room, session)
        self._team = team
        self._regions = Regions(self._tags, all_of=False)

    def lines(self, result: Result) -> list[str]:
        """The lines of one result."""
        return [*self._phases(result), *self._lines(self._team.feed(result))]

    def before(self, row: Received) -> None:
        """To be told before what a row leads to is given."""
        self._team.before(row)

    def finish(self, end_ns: int) -> list[str]:
        """The session is over: what was held back."""
        return list(self._lines(self._team.finish(end_ns)))

    def _phases(self, result: Result) -> Iterator[str]:
        if isinstance(result, CourseChanged):
            yield from self._regions.course(result.course)
        elif isinstance(result, Ledgers):
            yield from self._regions.tick(result.now_ns // NS * NS)

    def _lines(self, told: Iterable[Told]) -> Iterator[str]:
        for one in told:
            name, fields = LINES[type(one)]
            said = line(f"{name},{self._tags}", fields(one), one.time_ns)
            if said:
                yield said
