"""What the hub looks after once a second: its clock, its broker, sessions that are complete."""

from __future__ import annotations

import logging
from collections.abc import Callable

from hub.disk.reserve import Reserves, release_reserve
from hub.errors import JournalError
from hub.intake.hubclock import HubClock
from hub.intake.ingest import Ingest
from hub.intake.kits import Kit
from hub.intake.mqtt import Line
from hub.intake.shelf import IDLE_S, Shelved
from hub.records import NS, Problem
from hub.service.afterwards import Afterwards

KITS = "kits"  # the subject of that problem
QUIET_NS = 2 * NS  # no frame of the session for so long: its kits have sent what they held
GIVE_UP_NS = 600 * NS  # a kit that was not heard for so long after the close is not waited for

log = logging.getLogger("stillpoint")


class Upkeep:
    """Call it once a second on the writer's thread. `on_sealed(session id)` hears of each session
    that is complete, `afterwards` of what comes later."""

    def __init__(
        self, clock: HubClock, ingest: Ingest, link: Line, on_sealed: Callable[[str], None],
        reserve_mb: int, afterwards: Afterwards,
    ) -> None:
        self._clock, self._ingest, self._link = clock, ingest, link
        self._on_sealed, self._afterwards = on_sealed, afterwards
        self._reserves = Reserves(reserve_mb, ingest.problem, ingest.problems.over)

    def __call__(self) -> None:
        self._watch_clock()
        self._save_kits()
        if not self._link.alive:
            self._ingest.report("hub", "The network's thread ended and was started again.")
            self._link.revive()
        for session in list(self._ingest.shelf.inwork.values()):
            if not session.open and session.trouble is None:
                self._finish(session)
        self._afterwards.look(self._ingest.shelf.inwork.values())
        self._reserves.look(
            [(s.info.id, s.info.folder) for s in self._ingest.shelf.inwork.values()
             if s.info.sealed_ns is None], self._clock.now_ns(),
        )

    def _save_kits(self) -> None:
        try:
            self._ingest.kits.save()
        except OSError as error:
            self._ingest.problem(Problem(
                self._clock.now_ns(), "disk",
                f"The kits' descriptions cannot be saved: {error.strerror}.",
                "The hub knows them while it runs; kits send them again when they connect.",
                "Free some disk space: the hub tries again every second.",
            ), KITS)
        else:
            self._ingest.problems.over("disk", KITS)

    def _watch_clock(self) -> None:
        problem = self._clock.check()
        if problem is not None:
            self._ingest.problem(problem)
        if not self._ingest.shelf.inwork:
            self._clock.follow()
        if self._clock.unset() is None:
            self._ingest.problems.over("clock not set")

    def _finish(self, session: Shelved) -> None:
        now_ns = self._clock.now_ns()
        if session.info.sealed_ns is not None:
            if session.idle_s > IDLE_S:
                self._ingest.shelf.put_away(session)
        elif self._complete(session, now_ns):
            try:
                session.mark(sealed_ns=now_ns)
            except JournalError:
                return log.exception("sealing %s", session.info.id)
            release_reserve(session.info.folder)
            self._ingest.shelf.put_away(session)
            self._on_sealed(session.info.id)

    def _complete(self, session: Shelved, now_ns: int) -> bool:
        """True if all that the session's kits hold has come, or has been waited for enough."""
        closed_ns = session.info.closed_ns or now_ns
        if now_ns - closed_ns > GIVE_UP_NS:
            return session.idle_s > QUIET_NS / NS
        return all(
            kit.last_ns > closed_ns and kit.drained(session.info.tag, now_ns - QUIET_NS)
            for kit in self._ingest.kits.known(session.info.room) if _may_hold(kit, session)
        )


def _may_hold(kit: Kit, session: Shelved) -> bool:
    """True if it may have something of this session: it was on a seat, or is a box that was heard,
    by this hub or by one before."""
    if kit.role == "box":
        return kit.last_ns > 0 or kit.name in session.course.boxes
    return bool(session.wore(kit.name))
