"""All lines of a session, each with the bucket it goes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hub.pipeline import Result
from hub.store.lines import LineMaker
from hub.store.table import SEATS, TEAM
from hub.store.team import TeamMaker

Line = tuple[str, str]  # bucket, text


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted beside the features: the signals themselves; the team's curve during the
    session (late by a minute) or only after it; no bucket for teams at all."""

    waves: bool = True
    team_live: bool = False
    team: bool = True


class Makers:
    """Results in, lines out; what was undone in between is remembered."""

    def __init__(
        self, meta: Mapping[str, str], wanted: Wanted, without: frozenset[int] = frozenset()
    ) -> None:
        place = meta["site"], meta["room"], meta["session"]
        self._seats = LineMaker(*place, wanted.waves, without)
        self._team = TeamMaker(*place, wanted.team_live) if wanted.team else None

    def lines(self, results: Iterable[Result]) -> list[Line]:
        """The lines of these results."""
        out: list[Line] = []
        for result in results:
            out += [(SEATS, text) for text in self._seats.lines(result)]
            if self._team is not None:
                out += [(TEAM, text) for text in self._team.lines(result)]
        return out

    def finish(self, results: Iterable[Result], end_ns: int) -> list[Line]:
        """The last lines, once the session is sealed."""
        last = self.lines(results)
        held = self._team.finish(end_ns) if self._team is not None else []
        return last + [(TEAM, text) for text in held]
