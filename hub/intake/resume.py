"""After a boot of the machine in mid-session: how the hub's time goes on.

A machine without a battery for its clock comes back with a time that has been. The hub's time then
goes on behind the last moment that a journal knows. How long the machine was away the kits know: a
stamp says when its kit last heard the hub, and how long ago that is by the kit's own clock. That
sum can only be too small (a message takes time), so the hub's time may be moved on to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from firmware import wire
from hub.intake.hubclock import HubClock
from hub.intake.shelf import Shelved
from hub.records import NS, Problem

ACKED_NS = 1 * NS  # an acknowledgement is so much younger than the journal's last row at most
BETTER_NS = 1 * NS  # a kit that knows of less is not followed: messages may take as long
WAIT_NS = 120 * NS  # so long after the start: later, more would be moved than is mended
AWAY_NS = 86_400 * NS  # no kit runs on for longer

Tell = Callable[[Problem], object]


class Resume:
    """Moves the hub's time on at once where the clock is behind what the sessions know; `hear`
    each message until the kits that knew the hub before are heard. `tell` hears of both."""

    def __init__(self, clock: HubClock, sessions: Iterable[Shelved], tell: Tell) -> None:
        self._clock, self._sessions, self._tell = clock, list(sessions), tell
        self._last_ns = max(session.last_ns() for session in self._sessions)
        behind_ns = self._last_ns - clock.now_ns()
        if clock.not_before(self._last_ns + ACKED_NS) and behind_ns > 0:
            self._say_behind(behind_ns)
        self._until_ns = clock.now_ns() + WAIT_NS

    def hear(self, topic: str, payload: bytes) -> None:
        """A message that has come now and is not stamped yet."""
        if self._clock.now_ns() > self._until_ns:
            return
        try:
            wire.check(payload)
            name, stamp = wire.parse_topic(topic), wire.decode_stamp(payload)
        except wire.WireError:
            return
        away_us = stamp.send_us - stamp.echo_us
        if self._knew(name, stamp.echo_ns) and 0 <= away_us * 1000 < AWAY_NS:
            self._move_on(name.kit, stamp.echo_ns + away_us * 1000)

    def _knew(self, name: wire.Topic, echo_ns: int) -> bool:
        """True if this kit records for one of the sessions and last heard the hub before."""
        return name.stream == "data" and any(
            session.info.room == name.room and name.kit in session.seated
            and session.info.opened_ns <= echo_ns < self._last_ns + ACKED_NS
            for session in self._sessions
        )

    def _move_on(self, kit: str, to_ns: int) -> None:
        moved_ns = to_ns - self._clock.now_ns()
        if moved_ns > BETTER_NS and self._clock.not_before(to_ns):
            self._say_moved(kit, to_ns - self._last_ns, moved_ns)

    def _say_behind(self, by_ns: int) -> None:
        self._tell(Problem(
            self._clock.now_ns(), "clock behind",
            "This machine restarted in mid-session, and its clock shows a time "
            f"{by_ns / NS:.0f} s before the session's last known moment.",
            "All that was recorded, in its order: the hub's time goes on from that moment.",
            "Note how long the machine was off: all data and presses are placed too early by that "
            "time until the hub hears a kit that had heard it before.",
        ))

    def _say_moved(self, kit: str, away_ns: int, moved_ns: int) -> None:
        self._tell(Problem(
            self._clock.now_ns(), "clock moved on",
            f"This machine restarted in mid-session. By the clock of {kit} it was off for "
            f"{away_ns / NS:.0f} s: the hub's time was moved on by {moved_ns / NS:.1f} s.",
            "All that was recorded; times before and after agree to about a second.",
            "Check presses of the last minute: those from before the kit was heard are too early.",
        ))
