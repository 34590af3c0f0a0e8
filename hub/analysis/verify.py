"""The clock certificate and the loss ledger of a session: what a methods section can cite."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hub.analysis.session import Analysis

SUM_TOLERANCE = 3  # samples by which expected may differ from stored + lost: the edges


def verify(analysis: Analysis) -> dict[str, Any]:
    """JSON-able: `certificate` per (kit, boot), `ledger` per seat, `gaps`, `findings`, `ok`."""
    findings = [finding for row in analysis.ledgers for finding in _findings(asdict(row))]
    return {
        "session": analysis.meta.get("session"),
        "closed": analysis.course.closed_ns is not None,
        "certificate": analysis.certificate,
        "ledger": [asdict(row) for row in analysis.ledgers],
        "gaps": [asdict(gap) for gap in analysis.gaps],
        "findings": findings,
        "ok": not findings,
    }


def _findings(row: dict[str, Any]) -> list[str]:
    where = f"seat {row['seat']} ({row['kit']})"
    off = row["expected"] - row["stored"] - row["lost"]
    checks = (
        (row["lost"] > 0, f"{where}: {row['lost']} samples lost"),
        (row["settling"], f"{where}: the clock never settled"),
        (abs(off) > max(SUM_TOLERANCE, row["expected"] * 1e-4),
         f"{where}: expected {row['expected']} is not stored + lost (off by {off})"),
    )
    return [text for failed, text in checks if failed]
