"""What a seat should have, what it has, and what is gone: one account per (seat, kit)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hub.records import NS, OVERFLOW, STOPPED, Gap, Ledger
from hub.results.channels import PPG
from hub.results.stream import BootStream, Samples

SETTLED_MS = 10.0
EARLY_NS = NS
EDGE_PERIODS = 1.5  # a shorter silence at an edge is the sampling itself
UNCOUNTED = ("restart", STOPPED)  # the kit counts its samples anew: only time tells


@dataclass
class Account:
    """Counts one kit's PPG samples while it is on one seat, from the moment the kit confirms that
    it records (its sample 0) until `end_ns` (seat emptied, session closed). One that comes
    straight from another account, `before`, records already."""

    seat: int
    kit: str
    since_ns: int  # when the seat was given
    end_ns: int | None = None
    begin_ns: int | None = None  # when the kit began
    boot: int | None = None
    seq: int = -1  # of the newest frame
    stored: int = 0
    late: int = 0
    lost: int = 0
    last_ns: int | None = None
    period_s: float | None = None
    error_ns: float | None = None
    contact: bool | None = None
    before: Account | None = None

    def add(self, samples: Samples) -> Gap | None:
        """Count these; returns the gap before them, if there is one."""
        self.period_s = samples.period_s
        times = samples.times_ns
        gap = self._gap_before(samples, int(times[0]))
        self.stored += len(times)
        self.late += int(np.count_nonzero(samples.late))
        self.last_ns = max(self.last_ns or 0, int(times[-1]))  # a second kit's may lie before them
        self.seq = samples.last_seq
        self.error_ns = samples.error_ns
        return gap

    def _gap_before(self, samples: Samples, first_ns: int) -> Gap | None:
        period_ns = samples.period_s * 1e9
        from_ns = self._from_ns(round(first_ns - samples.lost * period_ns))
        cause = self._cause(samples)
        lost = samples.lost
        if self.boot is not None and (self.last_ns is None or cause in UNCOUNTED):
            lost = max(0, round((first_ns - from_ns) / period_ns) - 1)
        self.boot = samples.boot
        return self._gap(from_ns, first_ns, lost, cause) if lost else None

    def _from_ns(self, begin_ns: int) -> int:
        """Up to when all is accounted for. `begin_ns`: when the kit began to count."""
        if self.begin_ns is None:
            goes_on = self.before is not None and self.before.boot is not None
            self.begin_ns = self.since_ns if goes_on else max(self.since_ns, begin_ns)
            if self.before is not None:
                self.boot, self.seq = self.before.boot, self.before.seq
        return self.last_ns or self.begin_ns

    def _cause(self, samples: Samples) -> str:
        """Why something is missing before these, if it is."""
        if self.boot not in (None, samples.boot):
            return "restart"
        if self.boot is not None and samples.begins:
            return STOPPED
        return OVERFLOW if self.seq >= 0 and samples.seq <= self.seq + 1 else "frames lost"

    def _gap(self, start_ns: int, end_ns: int, samples: int, cause: str) -> Gap:
        self.lost += samples
        return Gap(self.seat, self.kit, PPG.name, start_ns, end_ns, samples, cause)

    def finish(self, end_ns: int) -> Gap | None:
        """No more will come: what is missing up to the end is lost too."""
        self.end_ns = end_ns if self.end_ns is None else self.end_ns
        from_ns = self.last_ns or self.begin_ns or self.since_ns
        period_ns = (self.period_s or 0.01) * 1e9
        missing = (self.end_ns - from_ns) / period_ns
        if missing <= EDGE_PERIODS:
            return None
        return self._gap(from_ns, self.end_ns, int(missing), "silent")

    def expected(self, now_ns: int) -> int:
        """Enrolled time x the sensor's rate, whatever arrived."""
        end_ns = now_ns if self.end_ns is None else min(now_ns, self.end_ns)
        begin_ns = self.since_ns if self.begin_ns is None else self.begin_ns
        return max(0, round((end_ns - begin_ns) * 1e-9 / (self.period_s or 0.01)))

    def row(self, now_ns: int, stream: BootStream | None, repeats: int) -> Ledger:
        """The account as it stands."""
        error_ms = None if self.error_ns is None else self.error_ns * 1e-6
        health = stream.health if stream else {}
        return Ledger(
            seat=self.seat, kit=self.kit, expected=self.expected(now_ns), stored=self.stored,
            late=self.late, lost=self.lost, repeats=repeats,
            clock_error_ms=None if error_ms is None else round(error_ms, 3),
            settling=error_ms is None or error_ms > SETTLED_MS,
            rate_hz=None if self.period_s is None else round(1 / self.period_s, 4),
            contact=self.contact,
            ring_permille=health.get("ring_permille"), last_ns=self.last_ns,
            battery_mv=health.get("battery_mv") or None,  # a kit says 0 for what it does not know
            rssi_dbm=health.get("rssi_dbm") or None,
        )
