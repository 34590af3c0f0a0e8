"""The figures as markdown: what docs/bench-signals.md holds between its marks."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable
from importlib import metadata, util
from pathlib import Path

from bench.signals import calibration, cases, skin, synchrony
from bench.signals.accept import CRITERIA, Figures, Table, best_peer, verdict
from bench.signals.beats import NO_PHONE, OVERSIZED
from bench.signals.methods import PEERS, USED, is_ours

PAGE = Path(__file__).resolve().parents[2] / "docs" / "bench-signals.md"
BEGIN, END = "<!-- printed by make bench-signals -->", "<!-- end of what was printed -->"
PULSE = (
    *cases.GROUPS, "clean", *cases.KINDS, "artefacts", "artefacts" + NO_PHONE,
    "treadmill", "flicker",
    *(f"{kind}{OVERSIZED}" for kind in (*cases.KINDS, "artefacts")),
    "artefacts" + OVERSIZED + NO_PHONE,
    "treadmill" + OVERSIZED, "treadmill" + OVERSIZED + NO_PHONE,
)  # fmt: skip
DIGITS = {"f1": 4, "auc": 4, "ibi_ms": 2, "rmssd_median_ms": 2, "rmssd_p90_ms": 2}  # of a verdict
Cell = Callable[[Figures], str]


def text(table: Table) -> str:
    """All that was measured, one heading each."""
    parts = [
        ("Verdicts", verdicts(table)),
        ("Beat F1", _across(table, PULSE, f1)),
        ("Interval error, ms", _across(table, PULSE, ibi)),
        ("Heart rate error over 10 s, 1/min (share answered)", _across(table, PULSE, rate)),
        ("RMSSD error over 60 s, ms: median / 90th percentile (share answered)",
         _across(table, PULSE, rmssd)),
        ("How far a quality of ours can be believed: share of beats that are right",
         _by_quality(table, "beats")),
        ("And of heart rates", _by_quality(table, "heart rates")),
        ("Live with motion: heart rate error, RMSSD error (median / 90th percentile)",
         _down(table, [k for k in table if k.startswith("live motion")],
               {"heart rate, 1/min": rate, "RMSSD, ms": rmssd})),
        ("Heart rate, stress against rest: AUC within a person", 
         _down(table, [k for k in table if k.startswith("stress")], STRESS)),
        ("Figures of arousal, stress against rest: AUC within a person",
         _down(table, [k for k in table if k.startswith("arousal")], STRESS)),
        ("Skin responses: F1", _down(table, ["skin"], SKIN)),
        ("Synchrony", _down(table, ["synchrony"], SYNCHRONY)),
        ("Synchrony of people who never met",
         _down(table, [k for k in table if k.startswith("strangers")], STRANGERS)),
        ("CPU", cost(table)), ("Versions", versions()),
    ]  # fmt: skip
    return "\n\n".join(f"## {title}\n\n{body}" for title, body in parts if body)


def write(printed: str, page: Path = PAGE) -> None:
    """Put it between the marks of the page."""
    before, rest = page.read_text().split(BEGIN)
    _, after = rest.split(END)
    page.write_text(f"{before}{BEGIN}\n\n{printed}\n\n{END}{after}")


def verdicts(table: Table) -> str:
    """Each criterion: ours, the best peer, what we accept, and what follows."""
    rows = []
    for one in CRITERIA:
        some = table.get(one.condition, {})
        if "ours" not in some:
            continue
        show = number(one.figure, DIGITS.get(one.figure, 3))
        best = best_peer(one, some, is_ours)
        said = f"{show(some[best[0]])} {best[0]}" if best else "-"
        rows.append([one.said, show(some["ours"]), said, one.limit, verdict(one, some["ours"])])
    return grid(["what", "ours", "best peer here", "we accept", "verdict"], rows)


def number(figure: str, digits: int) -> Cell:
    """The figure, or `-`."""

    def cell(row: Figures) -> str:
        value = row.get(figure)
        return "-" if value is None else f"{value:.{digits}f}"

    return cell


f1, ibi = BOTH = number("f1", 3), number("ibi_ms", 1)


def share(figure: str) -> Cell:
    def cell(row: Figures) -> str:
        value = row.get(figure)
        return "-" if value is None else f"{100 * value:.0f} %"

    return cell


def rate(row: Figures) -> str:
    return f"{number('hr_bpm', 2)(row)} ({share('hr_answered')(row)})"


def rmssd(row: Figures) -> str:
    median, p90 = number("rmssd_median_ms", 1)(row), number("rmssd_p90_ms", 1)(row)
    return f"{median} / {p90} ({share('rmssd_answered')(row)})"


STRESS: dict[str, Cell] = {
    "AUC of the windows answered": number("auc", 3), "standard error": number("sure", 3),
    "answered": share("answered"),
    "AUC of every window, the last answer held": number("auc_held", 3),
    "people": number("people", 0),
}  # fmt: skip
SKIN: dict[str, Cell] = {name: number(name, 3) for name in (*skin.TABLE, "mean")} | {
    "false on a flat skin, 1/min": number("flat_per_min", 2)
}
SYNCHRONY: dict[str, Cell] = {
    f"AUC, {100 * synchrony.SHARES[0]:.0f} % shared": number("auc", 3),
    **{f"AUC, {100 * s:.0f} %": number(f"auc {s:g}", 3) for s in synchrony.SHARES[1:]},
    "false positives at 5 %": number("false_positives", 3), "of": number("judged", 0),
}  # fmt: skip

STRANGERS: dict[str, Cell] = {
    "false positives at 5 %": number("false_positives", 3), "judged": number("judged", 0),
    "of": number("asked", 0), "people": number("people", 0),
}  # fmt: skip


def cost(table: Table) -> str:
    """CPU of each, and as a ratio: ours is 1."""
    rows = []
    for condition, figure in (
        ("offline beats", "cpu_s_per_hour"), ("offline skin", "cpu_s_per_hour"),
        ("offline", "cpu_s_per_hour"), ("live cost", "ms_per_second"),
    ):  # fmt: skip
        some = table.get(condition, {})
        for name, row in some.items():
            ratio = (row[figure] or 0.0) / (some["ours"][figure] or 1.0)
            unit = "s/h" if figure == "cpu_s_per_hour" else "ms/s"
            rows.append([condition, name, f"{number(figure, 3)(row)} {unit}", f"{ratio:.2f}"])
    return grid(["", "", "CPU", "ratio"], rows) if rows else ""


def versions() -> str:
    """Of all that took part."""
    modules = {"numpy", "scipy", "multiSyncPy"} | {module for module, _ in PEERS.values()}
    there = sorted((m for m in modules if util.find_spec(m)), key=str.lower)
    said = [f"Python {platform.python_version()}", *(f"{m} {metadata.version(m)}" for m in there)]
    absent = sorted(modules - set(there))
    return ", ".join(said) + (f"; not installed: {', '.join(absent)}" if absent else "") + "."


def _across(table: Table, conditions: Iterable[str], cell: Cell) -> str:
    """A row for each condition, a column for each method; the beats used apart only in BOTH."""
    there = [k for k in conditions if k in table]
    known = list(table[there[0]]) if there else []
    names = [n for n in known if n != USED or cell in BOTH]
    rows = [[k, *(cell(table[k][n]) for n in names)] for k in there]
    return grid(["", *names], rows) if rows else ""


def _by_quality(table: Table, what: str) -> str:
    """A row for each condition, a column for each stretch of quality."""
    known = [k for k in table if k.startswith("quality")]
    cells = [number(name, 2) for name in calibration.BINS]
    rows = [[k.partition(", ")[2], *(cell(table[k][what]) for cell in cells)] for k in known]
    return grid(["quality", *calibration.BINS], rows) if rows else ""


def _down(table: Table, conditions: list[str], cells: dict[str, Cell]) -> str:
    """A row for each method, with its condition where there are several."""
    rows = [
        [*([k] if len(conditions) > 1 else []), name, *(cell(row) for cell in cells.values())]
        for k in conditions
        for name, row in table.get(k, {}).items()
    ]
    return grid([""] * (len(rows[0]) - len(cells)) + list(cells), rows) if rows else ""


def grid(head: list[str], rows: list[list[str]]) -> str:
    """A markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
