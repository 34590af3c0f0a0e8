"""What the commands say to a person, from the same dicts that --json prints."""

from __future__ import annotations

from typing import Any

COLUMNS = (
    "seat", "kit", "expected", "stored", "late", "lost", "repeats", "rate_hz", "clock_error_ms",
)


def table(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> str:
    """Right-aligned columns under their names."""
    cells = [list(columns)] + [[_cell(row.get(name)) for name in columns] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    return "\n".join(
        "  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True))
        for line in cells
    )


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def verify_text(said: dict[str, Any]) -> str:
    """The certificate and the ledger as a page of text."""
    lines = [f"Session {said['session']}" + ("" if said["closed"] else " (not closed)"), ""]
    lines += ["Samples (PPG)", table(said["ledger"], COLUMNS), "", "Clocks"]
    for name, clock in said["certificate"].items():
        lines.append(f"  {name}: " + ", ".join(f"{k} {_cell(v)}" for k, v in clock.items()))
    lines += ["", *(said["findings"] or ["Nothing lost; every clock settled."])]
    return "\n".join(lines)


def replay_text(said: dict[str, Any]) -> str:
    """The outcome of a replay in a sentence or two."""
    if said["same"] is None:
        return (
            "No digest was written while this session ran, so there is nothing to compare with.\n"
            f"Its own digest is {said['sha256']}."
        )
    if said["same"]:
        return f"The same: {said['compared']} minutes compared, digest {said['sha256']}."
    return (
        f"It differs from minute {said['first_difference']} on. The journal is as it was; please "
        "report this with the versions of Stillpoint, numpy and scipy then and now."
    )
