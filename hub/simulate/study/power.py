"""How many sessions does a study need? By simulating it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace

from hub.analysis.questions import CONTRASTS
from hub.simulate.arguments import real, whole
from hub.simulate.study.scenario import MEASURES, SCENARIOS

WANTED = 0.8  # of the studies should find what is there
STUDIES = 200
STUDIES_MAX = 100_000
NUMBER_OF_STUDIES = whole(1, STUDIES_MAX, f"a whole number from 1 to {STUDIES_MAX}")
EFFECT = real(lambda value: 0 <= value <= 5, "a number from 0 to 5")


def power(
    effect: float, sessions: Sequence[int], contrast: str, measure: str, persons: int = 8,
    studies: int = STUDIES,
) -> dict[int, float]:
    """By number of sessions: the share of simulated studies in which the contrast, tested alone,
    has p <= 0.05. `effect` in standard deviations of the measure within a phase (0: what is
    falsely found)."""
    from hub.simulate.study.trials import trials  # noqa: PLC0415  # `--help` must not wait for numpy

    planted = replace(SCENARIOS["planted"], effect=effect, persons=persons)
    return {n: trials(planted, measure, n, studies)[contrast].significant for n in sessions}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `stillpoint power` may be asked."""
    parser.add_argument("--effect", type=EFFECT, default=0.5, metavar="SD",
                        help="size of the effect, in standard deviations within a phase")
    parser.add_argument("--sessions", type=_numbers, default=(6, 10, 20, 40), metavar="N,N",
                        help="numbers of sessions to try (default: 6,10,20,40)")
    parser.add_argument("--contrast", choices=tuple(CONTRASTS), default="presentation")
    parser.add_argument("--measure", choices=tuple(MEASURES), default="hr")
    parser.add_argument("--persons", type=int, choices=range(3, 15), default=8, metavar="3-14")
    parser.add_argument("--studies", type=NUMBER_OF_STUDIES, default=STUDIES, metavar="N",
                        help=f"simulated for each number (default: {STUDIES})")
    parser.add_argument("--json", action="store_true", help="print JSON for a program")


def run_power(args: argparse.Namespace) -> int:
    """The command."""
    found = power(args.effect, args.sessions, args.contrast, args.measure, args.persons,
                  args.studies)
    print(json.dumps(_said(args, found), indent=2) if args.json else text(args, found))
    return 0


def _said(args: argparse.Namespace, found: dict[int, float]) -> dict[str, object]:
    asked = {name: getattr(args, name)
             for name in ("effect", "contrast", "measure", "persons", "studies")}
    return {**asked, "power": {str(n): share for n, share in found.items()},
            "enough": _enough(found)}


def _enough(found: dict[int, float]) -> int | None:
    return next((n for n, share in sorted(found.items()) if share >= WANTED), None)


def text(args: argparse.Namespace, found: dict[int, float]) -> str:
    """What a person reads."""
    measure = MEASURES[args.measure]
    size = f"{args.effect * measure.sd:.3g} {measure.unit}".strip()
    lines = [
        f"{args.contrast}: {CONTRASTS[args.contrast]}",
        f"{args.measure}, planted {args.effect:g} standard deviations within a phase ({size}), "
        f"{args.persons} people, {args.studies} simulated studies each",
        "", "sessions   found (p <= 0.05)",
        *(f"{n:>8}   {share:6.0%}" for n, share in sorted(found.items())), "",
    ]
    enough = _enough(found)
    lines.append(f"{enough} sessions find it in four of five studies." if enough else
                 "None of these finds it in four of five studies: try more, or a larger effect.")
    lines.append("What is assumed of people and of speech: docs/studies.md. It is not measured.")
    return "\n".join(lines)


def _numbers(said: str) -> tuple[int, ...]:
    numbers = tuple(int(part) for part in said.split(",") if part.strip().isdecimal())
    if len(numbers) != len(said.split(",")) or not all(3 <= n <= 500 for n in numbers):
        raise argparse.ArgumentTypeError(f"{said!r}: numbers of sessions, 3 to 500, as in 10,20")
    return numbers
