"""All lines of a session, each with the bucket it goes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from firmware import wire
from hub.policy import AFTER, LATE
from hub.records import Group, Received, Second, Wave
from hub.results.pipeline import Placed, Result
from hub.store.lines import LineMaker
from hub.store.table import RAW, SEATS, TEAM
from hub.store.team import TeamMaker
from hub.store.text import tags_of
from hub.team.curve import team_of

Line = tuple[str, str]  # bucket, text
OF_SEATS = (Second, Group, Wave)
OF_SECONDS = (Second, Group)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted beside the features: the signals themselves; the team's curve during the
    session (late by a minute) or only after it, where the session does not say; a bucket for teams
    at all; every sample; what is of single seats before the session is over. `buckets`: the names
    of all that are written to."""

    waves: bool = True
    team_live: bool = False
    team: bool = True
    raw: bool = False
    seats_live: bool = True
    buckets: frozenset[str] = frozenset()


class Makers:
    """Results in, lines out; what was undone in between is remembered. While a session runs whose
    seats are to be seen afterwards only (`held`), its phases and how its kits are come alone.
    `was_whole`: the seconds of the whole session are there, and live ones do not take their
    place."""

    def __init__(
        self, meta: Mapping[str, str], wanted: Wanted, without: frozenset[int] = frozenset(),
        was_whole: bool = False,
    ) -> None:
        place = meta["site"], meta["room"], meta["session"]
        self.held = not wanted.seats_live and "sealed_ns" not in meta
        self._unwanted = OF_SEATS if self.held else OF_SECONDS if was_whole else ()
        self._seats = LineMaker(*place, wanted.waves, without)
        self._raw = f"raw,{tags_of(*place)},seat=" if wanted.raw else None
        team = team_of(meta, LATE if wanted.team_live else AFTER, taken_back=bool(without))
        self._team = TeamMaker(*place, team) if wanted.team else None
        self.prompt = wanted.team and team.late  # what a team sees comes in time
        self._unheard = self.held and not team.late  # all comes again, from the journal

    def lines(self, results: Iterable[Result]) -> list[Line]:
        """The lines of these results."""
        out: list[Line] = []
        for result in results:
            if not isinstance(result, self._unwanted):
                texts = self._seats.lines(result)
                out += [(SEATS, t) for t in texts if not (self.held and t.startswith("roles,"))]
            if self._team is not None and not (self._unheard and isinstance(result, Second)):
                out += [(TEAM, text) for text in self._team.lines(result)]
            if self._raw is not None and isinstance(result, Placed) and not self.held:
                out += [(RAW, text) for text in _raw(self._raw, result)]
        return out

    def before(self, row: Received) -> None:
        """To be told before what a row of the journal leads to is given."""
        if self._team is not None:
            self._team.before(row)

    def finish(self, results: Iterable[Result], end_ns: int) -> list[Line]:
        """The last lines, once the session is sealed."""
        last = self.lines(results)
        held = self._team.finish(end_ns) if self._team is not None else []
        return last + [(TEAM, text) for text in held]


def _raw(head: str, placed: Placed) -> list[str]:
    """A line for each sample of the pulse sensor."""
    if placed.samples.channel != wire.PPG_IR:
        return []
    times, values = placed.samples.times_ns.tolist(), placed.values.tolist()
    return [f"{head}{placed.seat} ppg={v:.0f} {t}" for t, v in zip(times, values, strict=True)]
