"""Prints the tables of docs/studies.md: `python -m hub.simulate.study [STUDIES]`."""

from __future__ import annotations

import sys

from hub.analysis.questions import CONTRASTS
from hub.simulate.study import otherwise
from hub.simulate.study.scenario import MEASURES, SCENARIOS
from hub.simulate.study.trials import Found, trials

SESSIONS = 12


def table(measure: str, studies: int) -> str:
    """Scenarios as columns, each of its own chance, contrasts as rows, in Markdown."""
    found = {name: trials(scenario, measure, SESSIONS, studies, seed=k)
             for k, (name, scenario) in enumerate(SCENARIOS.items(), start=1)}
    head = ["contrast", "planted: mean (truth)", "interval holds it", "found",
            *(name for name in SCENARIOS if name != "planted")]
    rows = [_row(name, found["planted"][name], [found[s][name] for s in list(SCENARIOS)[1:]])
            for name in CONTRASTS]
    return "\n".join(["| " + " | ".join(head) + " |", "|---" * len(head) + "|", *rows])


def _row(name: str, planted: Found, nulls: list[Found]) -> str:
    real = "" if planted.truth is None else f" ({planted.truth:+.3g})"
    held = "" if planted.covered is None else f"{planted.covered:.0%}"
    cells = [name, f"{planted.mean:+.3g}{real}", held, f"{planted.significant:.0%}",
             *(f"{one.significant:.1%}" for one in nulls)]
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    for one in MEASURES:
        print(f"\n### {one}\n\n{table(one, asked)}")
    print(f"\n### Otherwise (hr)\n\n{otherwise.table('hr', 8 * asked)}")
