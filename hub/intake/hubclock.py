"""The hub's clock: UTC in nanoseconds that no step of the system clock can move.

It is the machine's monotonic clock tied to UTC once (the anchor). The anchor is kept in a file
with the id of the machine's boot, so a hub that starts again on the same boot goes on with the
same time; after a boot of the machine a new anchor is made (of one in mid-session:
`hub.intake.resume`). While no session is in work the hub
goes after the system's clock (`follow`): a board that learns the time from the network does so some
seconds after the hub began, or in the middle of a session that keeps its own time to the end.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from hub.disk.files import write_private
from hub.records import Problem

STEP_NS = 50_000_000  # less than this is the scheduler between two readings
NEVER_BEFORE_NS = 1_760_000_000 * 1_000_000_000  # October 2025: this program did not exist
READINGS = 3
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

Read = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Anchor:
    """At `mono_ns` of the monotonic clock of machine boot `boot` it was `utc_ns`."""

    boot: str
    utc_ns: int
    mono_ns: int


def machine_boot() -> str:
    """Names this boot of the machine; empty where the machine does not say."""
    try:
        return BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def monotonic_ns() -> int:
    """Nanoseconds that also count while the machine sleeps, where it can tell."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic_ns() if clock is None else time.clock_gettime_ns(clock)


class HubClock:
    """`now_ns()` is the hub's time; `check()` tells of a step of the system clock."""

    def __init__(
        self,
        path: Path,
        utc: Read = time.time_ns,
        mono: Read = monotonic_ns,
        boot: Callable[[], str] = machine_boot,
    ) -> None:
        self._path, self._utc, self._mono, self._boot = path, utc, mono, boot()
        kept = _read(path)
        self.reused = kept is not None and bool(self._boot) and kept.boot == self._boot
        self._been_ns = max(NEVER_BEFORE_NS, kept.utc_ns if kept else 0)
        self._offset_ns = 0
        if kept is not None and self.reused:
            self.anchor = kept
        else:
            self.reanchor()

    def follow(self) -> None:
        """Be at one with the system's clock. Only while no session is in work."""
        if abs(self.offset_ns()) >= STEP_NS:
            self.reanchor()

    def reanchor(self) -> None:
        """Take the system's clock for the right one from now on."""
        self._set(Anchor(self._boot, *self._together()))
        self._offset_ns = 0

    def not_before(self, ns: int) -> bool:
        """Go on from this time on, if it is not yet so late: True then."""
        ahead_ns = ns - self.now_ns()
        if ahead_ns > 0:
            self._offset_ns -= ahead_ns
            self._set(replace(self.anchor, utc_ns=self.anchor.utc_ns + ahead_ns))
        return ahead_ns > 0

    def _set(self, anchor: Anchor) -> None:
        self.anchor = anchor
        write_private(self._path, json.dumps(asdict(anchor)).encode())

    def _together(self) -> tuple[int, int]:
        """Both clocks at one moment: the tightest of a few readings, as a busy machine may do
        something else for milliseconds between the two."""
        readings: list[tuple[int, int, int]] = []
        for _ in range(READINGS):
            before, utc, after = self._mono(), self._utc(), self._mono()
            readings.append((after - before, utc, (before + after) // 2))
        _, utc, mono = min(readings)
        return utc, mono

    def now_ns(self) -> int:
        """UTC ns. Never goes back and never jumps while the machine is up."""
        return self.anchor.utc_ns + self._mono() - self.anchor.mono_ns

    def offset_ns(self) -> int:
        """The system's clock minus the hub's."""
        readings = [self._utc() - self.now_ns() for _ in range(READINGS)]
        return min(readings, key=abs)

    def check(self) -> Problem | None:
        """The step that the system clock made since the last check (or, at the first, since the
        anchor was made), if it made one."""
        offset = self.offset_ns()
        step, before = offset - self._offset_ns, self._offset_ns
        if abs(step) < STEP_NS:
            return None
        self._offset_ns = offset
        return Problem(
            self.now_ns(), "clock step",
            f"The system clock was set by {step * 1e-9:+.3f} s (it was {before * 1e-9:+.3f} s off "
            f"the hub's, now {offset * 1e-9:+.3f} s).",
            "The hub's time goes on as it was: no sample has moved.",
            "Nothing now. The next session takes the system's time, if no other is under way then.",
        )

    def unset(self) -> Problem | None:
        """Says so while the clock is evidently not set (a board without network, say)."""
        if self.now_ns() >= self._been_ns:
            return None
        return Problem(
            self.now_ns(), "clock not set",
            "This machine's clock is not set: it shows a time that has already been.",
            "Samples are placed rightly among each other, but not in the calendar.",
            "Set the clock (connect the network, or `date -s`): the next session takes its time.",
        )

    def describe(self) -> dict[str, Any]:
        """For the journal: the anchor, and one pair of readings taken together now."""
        return {
            "anchor": asdict(self.anchor), "reused": self.reused, "pid": os.getpid(),
            "utc_ns": self.now_ns(), "monotonic_ns": time.monotonic_ns(),
            "system_minus_hub_ns": self.offset_ns(),
        }


def _read(path: Path) -> Anchor | None:
    try:
        said = json.loads(path.read_bytes())
        return Anchor(str(said["boot"]), int(said["utc_ns"]), int(said["mono_ns"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
