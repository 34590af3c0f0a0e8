"""What `stillpoint study` says to a person, from the dict that --json prints; 80 columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from hub.analysis.measures import MEASURED
from hub.analysis.questions import CONTRASTS
from hub.report_text import NOTHING, Column, table
from hub.study.study import LEAST

Row = dict[str, Any]
WIDTH = 80
COMPARED = "What is compared (the first five: the presenter minus the members):"
NAMED = 2  # cases that a line names; of more it says how many
SHOWN = 5  # sessions side by side


def study_text(said: Row) -> str:
    """Tables, what is not in them and why, and what they can say."""
    counted = [one["n"] for of in said["measures"].values() for one in of["contrasts"]]
    tables = _tests if max(counted) >= LEAST else _described
    parts = [_head(said), *tables(said), _left_out(said), _notes(said), _absent(said), _read(said)]
    return "\n\n".join(part for part in parts if part)


def _head(said: Row) -> str:
    protocols = sorted({one["protocol"] or "no protocol" for one in said["sessions"]})
    counted = f"{_many(said['n'], said['by'])}, {_many(said['cases'], 'case')} can be used."
    return _filled(f"{counted} Protocols: {', '.join(protocols) or 'none'}.", "")


def _many(n: int, what: str) -> str:
    return f"{n} {what}" + "s" * (n != 1)


def _filled(text: str, first: str = "  ", further: str | None = None) -> str:
    rest = first if further is None else further
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=rest,
                         break_long_words=False, break_on_hyphens=False)


# -- figures ----------------------------------------------------------------------------------


def _figure(name: str) -> Callable[[Row], str]:
    return lambda row: NOTHING if row[name] is None else f"{row[name]:+.3g}"


def _p(name: str) -> Callable[[Row], str]:
    return lambda row: (NOTHING if row[name] is None else
                        "<.001" if row[name] < 0.001 else f"{row[name]:.3f}")


def _text(name: str) -> Callable[[Row], str]:
    return lambda row: str(row[name])


def _interval(row: Row) -> str:
    return NOTHING if row["low"] is None else f"{row['low']:+.3g} to {row['high']:+.3g}"


CONTRAST = Column("contrast", _text("name"), True)
UNIT = Column("unit", _text("unit"), True)
TESTS = (
    CONTRAST, Column("n", _text("n")), Column("mean", _figure("mean")),
    Column("95 % interval", _interval), UNIT, Column("p", _p("p")),
    Column("p (Holm)", _p("p_corrected")),
)


def _tests(said: Row) -> list[str]:
    of = said["by"]
    return [_compared(), *(_headed(f"{measure['label']} ({name}), over {of}s",
                                   [row for row in measure["contrasts"] if row["n"]], TESTS)
                           for name, measure in said["measures"].items())]


def _headed(head: str, rows: list[Row], columns: Sequence[Column]) -> str:
    return f"{head}\n{table(rows, columns)}" if rows else f"{head}\n  No case has a contrast."


def _compared() -> str:
    rows = [{"name": name, "text": text} for name, text in CONTRASTS.items()]
    lines = [f"  {row['name']:<12}  {row['text']}" for row in rows]
    return "\n".join([COMPARED, *lines])


def _described(said: Row) -> list[str]:
    """Each case's own figures, side by side."""
    cases = list(dict.fromkeys((row["session"], row["case"]) for row in said["estimates"]))
    if not cases:
        return []
    letters = {case: chr(ord("a") + k) for k, case in enumerate(cases[:SHOWN])}
    legend = [f"  {letter}  {_case(case)}" for case, letter in letters.items()]
    more = [f"  and {len(cases) - SHOWN} more: see --json"] if len(cases) > SHOWN else []
    return [_compared(), "\n".join(["Described, not tested:", *legend, *more]),
            *(_of_measure(said["estimates"], name, letters) for name in MEASURED)]


def _of_measure(estimates: list[Row], measure: str, letters: dict[tuple[str, int], str]) -> str:
    rows: dict[str, Row] = {}
    for one in estimates:
        letter = letters.get((one["session"], one["case"]))
        if one["measure"] == measure and letter:
            row = rows.setdefault(one["contrast"], {"name": one["contrast"], "unit": one["unit"]})
            row[letter] = one["estimate"]
    columns = (CONTRAST, *(Column(letter, _figure(letter)) for letter in letters.values()), UNIT)
    some = [row for row in rows.values()
            if any(row[letter] is not None for letter in letters.values())]
    return _headed(f"{MEASURED[measure].label} ({measure})", some, columns)


# -- what is not in them ----------------------------------------------------------------------


def _case(case: tuple[str, int]) -> str:
    return f"{case[0]}, case {case[1]}"


def _left_out(said: Row) -> str:
    of: dict[str, list[str]] = {}
    for one in said["left_out"]:
        of.setdefault(one["why"].removesuffix("."), []).append(one["session"])
    for one in said["sessions"]:
        for case in one["cases"]:
            if case["unusable"]:
                of.setdefault(case["unusable"], []).append(_case((one["session"], case["case"])))
    return _listed("Not used:", [_for(who, why) for why, who in of.items()])


def _for(who: list[str], why: str) -> str:
    """One reason, and all for whom it is one."""
    return f"{'; '.join(who)}: {why}." if any(who) else f"{why}."


def _notes(said: Row) -> str:
    of_cases = [f"{_case((one['session'], case['case']))}: {note}."
                for one in said["sessions"] for case in one["cases"] for note in case["notes"]]
    return _listed("Please check:", [*(f"{one}." for one in said["unmatched"]), *of_cases])


def _listed(head: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    return "\n".join([head, *(_filled(line, "  ", "    ") for line in lines)])


def _absent(said: Row) -> str:
    """Contrasts that cases do not have, those for one reason together."""
    of: dict[tuple[str, str], tuple[dict[str, None], dict[tuple[str, int], None]]] = {}
    for row in said["estimates"]:
        if row["reason"]:
            measures, cases = of.setdefault((row["reason"], row["contrast"]), ({}, {}))
            measures[row["measure"]] = cases[row["session"], row["case"]] = None
    together: dict[tuple[str, tuple[str, ...], tuple[tuple[str, int], ...]], list[str]] = {}
    for (reason, contrast), (measures, cases) in of.items():
        together.setdefault((reason, tuple(measures), tuple(cases)), []).append(contrast)
    lines = [f"{', '.join(contrasts)}{_only(measures)}: {reason}; {_in(cases, said['cases'])}."
             for (reason, measures, cases), contrasts in together.items()]
    return _listed("Contrasts without a figure:", lines)


def _only(measures: tuple[str, ...]) -> str:
    return "" if len(measures) == len(MEASURED) else f" ({', '.join(measures)})"


def _in(cases: Sequence[tuple[str, int]], of: int) -> str:
    if len(cases) == of:
        return "in all cases" if of > 1 else "in this case"
    if len(cases) > NAMED:
        return f"in {len(cases)} of {of} cases"
    return "in " + " and ".join(map(_case, cases))


def _read(said: Row) -> str:
    return "\n".join(["How to read it:", *_paragraphs([*said["warnings"], *_others(said)])])


def _paragraphs(texts: Iterable[str]) -> list[str]:
    return [_filled(text, "  - ", "    ") for text in texts]


def _others(said: Row) -> list[str]:
    """Phases that no contrast uses, by protocol."""
    of: dict[str, dict[str, None]] = {}
    for one in said["sessions"]:
        of.setdefault(one["protocol"] or "no protocol", {}).update(
            dict.fromkeys(one["not_compared"]))
    return [f"Phases of {protocol} that no contrast uses: {', '.join(ids)}."
            for protocol, ids in of.items() if ids]
