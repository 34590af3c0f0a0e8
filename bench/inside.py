"""What the probes have written, between two moments."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from bench.probe import REST, STAGES, percentile_ms
from bench.rows import Row

Said = dict[str, dict[str, Any]]  # by process
ACK_MS = 1000.0


def read(folder: Path) -> Said:
    """What each process wrote last."""
    return {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}


def acks(name: str, before: Said, after: Said) -> Row:
    """From the commit's return to the acknowledgement, in the hub."""
    bins: Counter[int] = Counter()
    for process, said in after.items():
        bins.update(_bins(said))
        bins.subtract(_bins(before.get(process, {})))
    low, high = (percentile_ms(bins, share) for share in (0.5, 0.99))
    return Row(name, "  commit returned -> published, in the hub",
               f"p50 {low:.3g} ms, p99 {high:.3g} ms (n {bins.total()})",
               f"p99 < {ACK_MS:.0f} ms", high < ACK_MS)


def _bins(said: dict[str, Any]) -> dict[int, int]:
    return {int(number): count for number, count in said.get("acks", {}).items()}


def stages(name: str, before: Said, after: Said) -> list[Row]:
    """The workers' CPU by stage."""
    shares = Counter[str]()
    for process in before.keys() & after.keys():
        shares.update(_shares(before[process], after[process]))
    return [Row(name, f"  {stage}", f"{shares[stage]:.1f} %") for stage in (*STAGES, REST)]


def _shares(first: dict[str, Any], last: dict[str, Any]) -> dict[str, float]:
    """% of a core by stage."""
    if "spent" not in first:
        return {}
    took = max(1e-9, last["at_s"] - first["at_s"])
    cpu = {stage: (last["spent"][stage] - first["spent"][stage]) * 1e-9 for stage in STAGES}
    cpu[REST] = last["cpu_s"] - first["cpu_s"] - sum(cpu.values())
    return {stage: 100 * seconds / took for stage, seconds in cpu.items()}
