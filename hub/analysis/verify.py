"""The clock certificate and the loss ledger of a session: what a methods section can cite."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hub.analysis.clock_findings import clock_findings
from hub.analysis.session import Analysis

SUM_TOLERANCE = 3  # samples by which expected may differ from stored + lost: the edges
# Rows that cannot be read (frames, and what was said); where the hub's time went on after a boot.
AMISS = ("damaged row", "course", "clock behind", "clock moved on")


def verify(analysis: Analysis) -> dict[str, Any]:
    """JSON-able: `certificate` per (kit, boot), `ledger` per seat, `gaps`, `problems`, `findings`
    (what is amiss, in sentences), `ok` (there are none). Times are UTC ns."""
    findings = [finding for row in analysis.ledgers for finding in _findings(asdict(row))]
    settling = {row.kit for row in analysis.ledgers if row.settling}
    findings += clock_findings(analysis.certificate, settling)
    findings += [one.what for one in analysis.problems if one.code in AMISS]
    findings += analysis.missing
    return {
        "session": analysis.meta.get("session"),
        "site": analysis.meta.get("site"),
        "room": analysis.meta.get("room"),
        "opened_ns": analysis.course.opened_ns,
        "closed_ns": analysis.course.closed_ns,
        "closed": analysis.course.closed_ns is not None,
        "sealed": "sealed_ns" in analysis.meta,
        "certificate": analysis.certificate,
        "ledger": [asdict(row) for row in analysis.ledgers],
        "gaps": [asdict(gap) for gap in analysis.gaps],
        "problems": [asdict(problem) for problem in analysis.problems],
        "findings": findings,
        "ok": not findings,
    }


def _findings(row: dict[str, Any]) -> list[str]:
    where = f"seat {row['seat']} ({row['kit']})"
    off = row["expected"] - row["stored"] - row["lost"]
    checks = (
        (row["lost"] > 0, f"{where}: {row['lost']} samples lost"),
        (row["settling"],
         f"{where}: at the end its clock claims an error of more than 10 ms, or none is known"),
        (abs(off) > max(SUM_TOLERANCE, row["expected"] * 1e-4),
         f"{where}: expected {row['expected']} differs from stored + lost by {off}"),
    )
    return [text for failed, text in checks if failed]
