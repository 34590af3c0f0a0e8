"""The hub's clock: UTC in nanoseconds that no step of the system clock can move.

It is a clock of the machine that nobody steps or slews (`Steady`), tied to UTC once (the anchor):
a clock that NTP slews runs by other seconds than its crystal for minutes, and every kit's crystal
seems to bend by as much. What it costs is that the hub's time leaves UTC by the crystal's some tens
of ppm while a session runs: by a tenth of a second an hour or so. The anchor is kept in a file
with the id of the machine's boot, so a hub that starts again on the same boot goes on with the
same time; after a boot of the machine a new anchor is made (of one in mid-session:
`hub.intake.resume`). While no session is in work the hub goes after the system's clock (`follow`):
a board that learns the time from the network does so some seconds after the hub began, or in the
middle of a session that keeps its own time to the end.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from hub.disk.files import write_private
from hub.records import Problem

# The system's clock leaves the hub's by drift and slewing, too: slewed by the kernel at 500 ppm at
# most, by chrony, for some seconds, at 83,333. Looked at once a second, or after 1.25 s where the
# writer was busy, that is 104 ms. What is stepped is off by more: 128 ms with ntpd, 400 ms with
# systemd's, a second with chrony. So more than this at once was a step.
STEP_NS = 125_000_000
DRIFT_PPM = 500
FOLLOW_NS = 20_000_000  # between sessions: as well as NTP knows the time over Wi-Fi
NEVER_BEFORE_NS = 1_760_000_000 * 1_000_000_000  # October 2025: this program did not exist
READINGS = 3
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

# Whether the hub's time is known to go on while the machine sleeps.
COUNTS_SLEEP = hasattr(time, "CLOCK_BOOTTIME")
STEP_OR_SLEEP = (
    "This machine has slept, or its clock was set,",
    "All that was recorded. If it slept, the hub's time stood still, and new data are placed too "
    "early by the time it slept.",
    "If it slept: write down when, and keep it awake while a session runs (on mains power, lid "
    "open). The next session takes the system's time.",
)

Read = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Anchor:
    """At `steady_ns` of the steady clock of machine boot `boot` it was `utc_ns`."""

    boot: str
    utc_ns: int
    steady_ns: int


def machine_boot() -> str:
    """Names this boot of the machine; empty where the machine does not say."""
    try:
        return BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _clock(name: str) -> Read | None:
    clock = getattr(time, name, None)
    return None if clock is None else partial(time.clock_gettime_ns, clock)


class Steady:
    """Nanoseconds by the machine's crystal, which also count while the machine sleeps.

    `boottime` is `monotonic` and the time slept: both are slewed alike, so their difference is
    not. It is read so that it can only seem too small, by what passes between the two readings,
    and it never shrinks: the largest seen is right to the shortest such pause, and a pause of this
    reading costs nothing once another was quick.
    """

    def __init__(self, raw: Read, boottime: Read, monotonic: Read) -> None:
        self._raw, self._boottime, self._monotonic = raw, boottime, monotonic
        self._slept_ns = max(boottime() - monotonic() for _ in range(READINGS))

    def __call__(self) -> int:
        raw_ns = self._raw()
        self._slept_ns = max(self._slept_ns, self._boottime() - self._monotonic())
        return raw_ns + self._slept_ns


# What is stepped by nobody, and slewed as the system's clock is; it counts sleep where it can tell.
monotonic_ns = _clock("CLOCK_BOOTTIME") or time.monotonic_ns


def steady() -> Read:
    """The steadiest clock that this machine has."""
    raw, boottime, monotonic = map(
        _clock, ("CLOCK_MONOTONIC_RAW", "CLOCK_BOOTTIME", "CLOCK_MONOTONIC")
    )
    if raw and boottime and monotonic:
        return Steady(raw, boottime, monotonic)
    return raw or monotonic_ns


class HubClock:
    """`now_ns()` is the hub's time; `check()` tells of a step of the system clock."""

    def __init__(
        self,
        path: Path,
        utc: Read = time.time_ns,
        mono: Read | None = None,
        boot: Callable[[], str] = machine_boot,
    ) -> None:
        self._path, self._utc, self._mono, self._boot = path, utc, mono or steady(), boot()
        kept = _read(path)
        self.reused = kept is not None and bool(self._boot) and kept.boot == self._boot
        self._been_ns = max(NEVER_BEFORE_NS, kept.utc_ns if kept else 0)
        self._offset_ns = self._looked_ns = 0
        self._has_looked = False
        if kept is not None and self.reused:
            self.anchor, self._looked_ns = kept, kept.utc_ns
        else:
            self.reanchor()

    def follow(self) -> None:
        """Be at one with the system's clock. Only while no session is in work."""
        if abs(self.offset_ns()) >= FOLLOW_NS:
            self.reanchor()

    def reanchor(self) -> None:
        """Take the system's clock for the right one from now on."""
        self._set(Anchor(self._boot, *self._together()))
        self._offset_ns, self._looked_ns, self._has_looked = 0, self.anchor.utc_ns, True

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
        """UTC ns. Never goes back and never jumps while a session is in work."""
        return self.anchor.utc_ns + self._mono() - self.anchor.steady_ns

    def offset_ns(self) -> int:
        """The system's clock minus the hub's."""
        utc, mono = self._together()
        return utc - (self.anchor.utc_ns + mono - self.anchor.steady_ns)

    def check(self) -> Problem | None:
        """The step that the system clock made since the last check (or, at the first, since the
        anchor was made), if it made one."""
        offset, now_ns = self.offset_ns(), self.now_ns()
        step, before = offset - self._offset_ns, self._offset_ns if self._has_looked else None
        drift = (now_ns - self._looked_ns) * DRIFT_PPM // 1_000_000
        self._offset_ns, self._looked_ns, self._has_looked = offset, now_ns, True
        if abs(step) < STEP_NS + drift:
            return None
        was = _was(before, offset)
        if step > 0 and not COUNTS_SLEEP:
            return Problem(now_ns, "clock step or sleep", f"{STEP_OR_SLEEP[0]} {was}",
                           *STEP_OR_SLEEP[1:])
        return Problem(
            now_ns, "clock step", f"The system clock was set {was}",
            "The hub's time goes on as it was: no sample has moved.",
            "Nothing now. The next session takes the system's time if no other is running then.",
        )

    def unset(self) -> Problem | None:
        """Says so while the clock is evidently not set (a board without network, say)."""
        if self.now_ns() >= self._been_ns:
            return None
        return Problem(
            self.now_ns(), "clock not set",
            "This machine's clock is not set: it shows a time that is already past.",
            "Samples are placed correctly relative to each other, but not in the calendar.",
            "Set the clock (connect the network, or `date -s`): the next session takes its time.",
        )

    def describe(self) -> dict[str, Any]:
        """For the journal: the anchor, and one pair of readings taken together now."""
        return {
            "anchor": asdict(self.anchor), "reused": self.reused, "pid": os.getpid(),
            "utc_ns": self.now_ns(), "monotonic_ns": time.monotonic_ns(),
            "system_minus_hub_ns": self.offset_ns(),
        }


def _was(before_ns: int | None, now_ns: int) -> str:
    """By how much the system's clock was set, which was off the hub's by this (None: by what is not
    known) and is now by that."""
    now = f"{now_ns * 1e-9:+.3f} s"
    if before_ns is None:
        return f"while the hub was down, or before: it is {now} off the hub's."
    step, before = (now_ns - before_ns) * 1e-9, before_ns * 1e-9
    return f"by {step:+.3f} s (it was {before:+.3f} s off the hub's, now {now})."


def _read(path: Path) -> Anchor | None:
    try:
        said = json.loads(path.read_bytes())
        return Anchor(str(said["boot"]), int(said["utc_ns"]), int(said["steady_ns"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
