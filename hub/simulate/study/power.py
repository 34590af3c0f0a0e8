"""How many sessions does a study need? By simulating it."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import NormalDist, fmean

from hub.analysis.measures import MEASURED
from hub.analysis.questions import CONTRASTS, PHASED
from hub.simulate.arguments import real, whole
from hub.simulate.study.scenario import FOLLOWS, MEASURES, SCENARIOS

WANTED = 0.8  # of the studies should find what is there
STUDIES = 200
STUDIES_MAX = 100_000
EVERY_S = 10.0  # a line on how far it is
NUMBER_OF_STUDIES = whole(1, STUDIES_MAX, f"a whole number from 1 to {STUDIES_MAX}")
OWN = 0.5  # people differ in what a phase does to them: an assumption, as all of scenario.py is
EFFECT_SIZE, CONTRAST, MEASURE, PERSONS = 0.5, "push-back", "hr", 8
MIDDLES = tuple((k + 0.5) / 1000 for k in range(1000))  # of equally likely sessions
OTHERS_EACH_TIME = (
    "Every session has other people and another presenter. For closed groups whose members",
    "present in turn, use --closed GROUPS: one group finds far less (docs/studies.md).",
)
# Whether everybody of the closed groups has presented.
INSTEAD = {False: "try more sessions, or a larger effect",
           True: "more sessions of the same people hardly help; more groups do"}
GROUPS_MAX = 100
GROUPS = whole(1, GROUPS_MAX, f"a number of groups from 1 to {GROUPS_MAX}")
TAPPED = (
    "Here every turn is tapped in time. A turn that is not ended when another person speaks passes",
    "for an effect of this contrast, more surely with more sessions; push-back is not affected.",
)
ON_TOP = "Every session here has a figure. Sessions without one come on top: a kit may fail, say."
MUTE = "So do those whose presenter hardly sweats (about one in ten people)."
EFFECT = real(lambda value: 0 <= value <= 5, "a number from 0 to 5")


def power(
    effect: float, sessions: Sequence[int], contrast: str, measure: str, persons: int = PERSONS,
    studies: int = STUDIES, say: Callable[[str], None] = lambda _: None, own: float = OWN,
    closed: int = 0,
) -> dict[int, float]:
    """By number of sessions: the share of simulated studies in which the contrast, tested alone,
    has p <= 0.05. `effect`: true size of this contrast, in standard deviations of the measure
    within a phase (0: what is falsely found); of `following`, see `text`. `say`: see `_progress`.
    `own`: what each phase does to each person alone, in the same unit. `closed`: so many
    groups, by turns, whose members present in turn, tested over each presenter's mean."""
    from hub.simulate.study.trials import trials, unit  # noqa: PLC0415  # `--help`: not numpy

    scenario = SCENARIOS["planted"]
    planted = replace(scenario, effect=effect / unit(contrast), persons=persons, own=own,
                      groups=closed, follows=contrast == "following")
    return {n: trials(planted, measure, n, studies, say=_progress(n, studies, say))[contrast]
            .significant for n in sessions}


def _progress(sessions: int, studies: int, say: Callable[[str], None]) -> Callable[[int], None]:
    """Says how far it is at the first study of each size, and every EVERY_S."""
    said = float("-inf")

    def tell(number: int) -> None:
        nonlocal said
        if time.monotonic() - said >= EVERY_S:
            said = time.monotonic()
            say(f"Simulating study {number} of {studies} with {sessions} sessions each")
    return tell


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `stillpoint power` may be asked."""
    parser.add_argument("--effect", type=EFFECT, default=EFFECT_SIZE, metavar="SD",
                        help="true size of the contrast, in standard deviations within a phase "
                        f"(default: {EFFECT_SIZE})")
    parser.add_argument("--sessions", type=_numbers, default=(6, 10, 20, 40), metavar="N,N",
                        help="numbers of sessions to try (default: 6,10,20,40)")
    parser.add_argument("--contrast", choices=tuple(CONTRASTS), default=CONTRAST,
                        help=f"contrast that the study is for (default: {CONTRAST}, which speech "
                        "does not affect)")
    parser.add_argument("--measure", choices=tuple(MEASURES), default=MEASURE,
                        help=f"measure to test it in (default: {MEASURE})")
    parser.add_argument("--persons", type=int, choices=range(3, 15), default=PERSONS,
                        metavar="3-14", help=f"people in the circle (default: {PERSONS})")
    parser.add_argument("--own", type=EFFECT, default=OWN, metavar="SD",
                        help="how much people differ in their response to a phase, in standard "
                        f"deviations within a phase (default: {OWN})")
    parser.add_argument("--closed", type=GROUPS, nargs="?", const=1, default=0, metavar="GROUPS",
                        help="number of closed groups (1 if no number is given) that share the "
                        "sessions and whose members present in turn. Presenters' means are tested; "
                        "one group finds far less (default: every session has other people and "
                        "another presenter)")
    parser.add_argument("--studies", type=NUMBER_OF_STUDIES, default=STUDIES, metavar="N",
                        help=f"studies to simulate for each number (default: {STUDIES})")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")


def run_power(args: argparse.Namespace) -> int:
    """The command."""
    found = power(args.effect, args.sessions, args.contrast, args.measure, args.persons,
                  args.studies, _on_stderr, args.own, args.closed)
    print(json.dumps(_said(args, found), indent=2) if args.json else text(args, found))
    return 0


def _on_stderr(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _said(args: argparse.Namespace, found: dict[int, float]) -> dict[str, object]:
    asked = {name: getattr(args, name)
             for name in ("effect", "contrast", "measure", "persons", "studies", "own", "closed")}
    return {**asked, "power": {str(n): share for n, share in found.items()},
            "margin": {str(n): margin(share, args.studies) for n, share in found.items()},
            "enough": _enough(args, found)}


def margin(share: float, studies: int) -> float:
    """How far a share of so many studies may be from that of endlessly many, 19 times of 20
    (Agresti and Coull: not 0 where all or none find it)."""
    around = (share * studies + 2) / (studies + 4)
    return 2 * (around * (1 - around) / (studies + 4)) ** 0.5


def _enough(args: argparse.Namespace, found: dict[int, float], sure: int = 1) -> int | None:
    """The least number of sessions that are enough: surely, or (`sure` -1) perhaps."""
    if not args.effect:
        return None
    return next((n for n, share in sorted(found.items())
                 if share - sure * margin(share, args.studies) >= WANTED), None)


def text(args: argparse.Namespace, found: dict[int, float]) -> str:
    """What a person reads."""
    lines = [
        f"{args.contrast}: {CONTRASTS[args.contrast]}",
        f"{args.measure}, {_planted(args)}, "
        f"{args.persons} people, {args.studies} simulated studies each",
        f"People differ by {args.own:g} standard deviations in their response to a phase (--own).",
        *_whom(args.closed), "", "sessions   found (p <= 0.05)",
        *(f"{n:>8}   {share:6.0%} +-{margin(share, args.studies):.0%}"
          for n, share in sorted(found.items())), "",
        _verdict(args, found), *(TAPPED if args.contrast in PHASED.keys() - {CONTRAST} else ()),
        ON_TOP, *([MUTE] if MEASURED[args.measure].mute else []),
        "+-: uncertainty from chance in the simulation; more --studies narrow it.",
        "For this contrast tested alone; with Holm's correction over all seven, fewer are found.",
        "docs/studies.md lists what is assumed of people and of speech. It is not measured.",
    ]
    return "\n".join(lines)


def _whom(groups: int) -> tuple[str, ...]:
    if not groups:
        return OTHERS_EACH_TIME
    whose = "One closed group has all" if groups == 1 else f"{groups} closed groups share the"
    return (f"{whose} sessions, and members present in turn; each presenter counts",
            "once, by the mean. A model of people and phases finds more: docs/studies.md.")


def _planted(args: argparse.Namespace) -> str:
    """The true size of the contrast. `following` has none in the measure's unit: there the effect,
    up to 1, is a share of the correlation FOLLOWS, and differs between sessions."""
    measure = MEASURES[args.measure]
    if args.contrast == "following":
        return (f"a correlation of {FOLLOWS * _followed(args.effect):.2g} on the mean with the "
                "presenter in the early discussion")
    return (f"a true contrast of {args.effect:g} standard deviations within a phase "
            f"({args.effect * measure.sd:.3g} {MEASURED[args.measure].unit})")


def _followed(effect: float) -> float:
    """The mean share of FOLLOWS over sessions of which each has its own effect, cut at 0 and 1."""
    spread = SCENARIOS["planted"].spread
    each = (effect * (1 + spread * one) for one in map(NormalDist().inv_cdf, MIDDLES))
    return fmean(min(1.0, max(0.0, one)) for one in each)


def _verdict(args: argparse.Namespace, found: dict[int, float]) -> str:
    if not args.effect:
        return "No effect is planted: all that is found is false, and should be at most 5 %."
    surely, perhaps = _enough(args, found), _enough(args, found, sure=-1)
    if surely is not None and surely == perhaps:
        return f"With {surely} sessions, four of five studies find it."
    if perhaps is not None:
        at_most = f", and {surely} surely are" if surely else ""
        return (f"Perhaps {perhaps} sessions are enough for four of five studies to find "
                f"it{at_most}: more --studies narrow this.")
    all_presented = 0 < args.closed * args.persons <= max(found)
    return f"None of these numbers finds it in four of five studies: {INSTEAD[all_presented]}."


def _numbers(said: str) -> tuple[int, ...]:
    numbers = tuple(int(part) for part in said.split(",") if part.strip().isdecimal())
    if len(numbers) != len(said.split(",")) or not all(3 <= n <= 500 for n in numbers):
        raise argparse.ArgumentTypeError(
            f"{said!r}: give numbers of sessions from 3 to 500, as in 10,20")
    return numbers
