"""Writes PARTS.md from parts.toml, and WIRING.md from wiring.toml and the firmware's board table.

`python hardware/generate.py` writes both; `--check` only says whether they are up to date.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "firmware"))

from kit.boards import BOARDS, Board  # noqa: E402  (the firmware's own table, as the kit imports it)

SIGNALS = (
    ("MAX30102 and ADS1115: SDA", "sda"),
    ("MAX30102 and ADS1115: SCL", "scl"),
    ("LED", "led"),
    ("USB power present", "vbus"),
    ("battery's voltage", "battery"),
)


def parts_page() -> str:
    """The parts list of each unit, with sums."""
    data = tomllib.loads((HERE / "parts.toml").read_text(encoding="utf-8"))
    lines = ["# Parts", "", "Made from `parts.toml` by `make hardware`; change it there.", ""]
    lines += [f"Prices: {data.pop('checked')}.", ""]
    for unit in data.values():
        lines += _unit(unit)
    return "\n".join(lines)


def _unit(unit: dict[str, Any]) -> list[str]:
    rows = [
        f"| {p['part']} | {p['count']} | {p['eur'] * p['count']:.2f} | {p['note']} |"
        for p in unit["parts"]
    ]
    total = sum(p["eur"] * p["count"] for p in unit["parts"])
    head = [f"## {unit['title']}", "", "| part | count | EUR | note |", "|---|---|---|---|"]
    return [*head, *rows, f"| **sum** | | **{total:.2f}** | |", ""]


def wiring_page() -> str:
    """Which pin goes where, for each board the firmware knows."""
    data = wiring()
    lines = [
        "# Wiring", "",
        "Made from `firmware/kit/boards.py` and `wiring.toml` by `make hardware`, so these are the "
        "pins that the firmware uses.", "",
        "Sensors run at 3.3 V and share one I2C bus: MAX30102 at 0x57, ADS1115 at 0x48. The EDA "
        "front end is measured differentially, +-2.048 V. A button connects its pin to ground. "
        "**No pin of either chip may see more than 3.3 V.** Nothing here has been built yet: check "
        "with a meter before a person wears it, and read [SAFETY.md](SAFETY.md).", "",
        "## Between the parts", "", *_table(("from", "to"), data["parts"]["rows"]), "",
    ]
    for name, board in BOARDS.items():
        rows = [*data[name]["power"], *_pins(board, data[name]["dividers"])]
        lines += [f"## {name}", "", *_table(("signal", "pin"), rows), "", data[name]["note"], ""]
    return "\n".join(lines)


def wiring() -> dict[str, Any]:
    """What wiring.toml says."""
    return tomllib.loads((HERE / "wiring.toml").read_text(encoding="utf-8"))


def _table(head: tuple[str, str], rows: list[Any]) -> list[str]:
    return [f"| {head[0]} | {head[1]} |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)]


def _pins(board: Board, dividers: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    pins = [(text, _pin(getattr(board, field)) + _divider(dividers.get(field)))
            for text, field in SIGNALS]
    return pins + [(f"key {i}", _pin(pin)) for i, pin in enumerate(board.keys)]


def _pin(pin: int | str | None) -> str:
    if pin is None:
        return "not wired"
    return f"GPIO {pin}" if isinstance(pin, int) else f"{pin} (on the board)"


def _divider(divider: dict[str, Any] | None) -> str:
    if divider is None:
        return ""
    top, bottom = (divider[name] // 1000 for name in ("top_ohm", "bottom_ohm"))
    most = at_pin(divider, max(divider["source_v"]))
    return (
        f", **behind a divider**: {top} kOhm from {divider['source']}, {bottom} kOhm from the pin "
        f"to ground (at most {most:.2f} V). Without the divider, connect this pin to ground"
    )


def at_pin(divider: dict[str, Any], source_v: float) -> float:
    """Volts at the pin."""
    return source_v * divider["bottom_ohm"] / (divider["top_ohm"] + divider["bottom_ohm"])


PAGES = {"PARTS.md": parts_page, "WIRING.md": wiring_page}


def main(argv: list[str]) -> int:
    """Write the pages, or with --check name those that differ (exit 1)."""
    stale = [
        name for name, page in PAGES.items()
        if not (HERE / name).exists() or (HERE / name).read_text(encoding="utf-8") != page()
    ]
    if "--check" in argv:
        print("\n".join(f"hardware/{name} is stale: run `make hardware`" for name in stale))
        return 1 if stale else 0
    for name in stale:
        (HERE / name).write_text(PAGES[name](), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
