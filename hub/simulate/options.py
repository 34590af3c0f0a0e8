"""What a demo is asked for: the options of `stillpoint demo`."""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass
from pathlib import Path

from hub.course.library import shipped_names
from hub.settings import load
from hub.simulate.arguments import real, whole

PORT = 8321
PORT_MAX = 65_535
SECONDS = real(lambda value: 0 < value < math.inf, "a number of seconds, more than 0")
SEED = whole(0, math.inf, "a whole number, 0 or more")
PORT_NUMBER = whole(0, PORT_MAX, f"a port, 0 (any free one) to {PORT_MAX}")


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """`seconds` after its opening the session ends; `port`: None for PORT, or a free one."""

    seconds: float
    protocol: str
    seats: int
    auto: bool
    network: str
    browser: bool
    host: str
    port: int | None
    data: Path
    seed: int
    json: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `stillpoint demo`."""
    add = parser.add_argument
    add("--for", dest="seconds", type=SECONDS, default=math.inf, metavar="N",
        help="end N seconds after the session was opened")
    add("--fast", action="store_true",
        help="run all phases in 50 s; figures that need a longer window are then withheld")
    add("--protocol", metavar="ID",
        help=f"the phase protocol: {', '.join(shipped_names())}, or one of DATA/protocols (demo)")
    add("--seats", type=int, default=8, choices=range(2, 41), metavar="2-40", help="kits (8)")
    add("--auto", action=argparse.BooleanOptionalAction, default=True,
        help="let a scripted leader press the buttons until a person does")
    add("--network", choices=("none", "wifi", "uniform"), default="none",
        help="delay between kits and broker, drawn for each direction separately")
    add("--no-browser", action="store_true", help="do not open a browser")
    add("--host", help="address of the pages (default: loopback; 0.0.0.0: every address of this "
        "machine, so that phones, and everybody else on the network, can open them)")
    add("--port", type=PORT_NUMBER,
        help=f"port of the pages (default: {PORT}, or a free port if it is taken)")
    add("--data", type=Path, default=Path("stillpoint-data"), help="folder of the sessions")
    add("--seed", type=SEED, default=1, help="seed of the simulated people (1): the same seed "
        "gives the same people, but not the same session")
    add("--json", action="store_true", help="print the summary as JSON")


def options_of(args: argparse.Namespace) -> DemoOptions:
    """As they were given; what was not is filled in."""
    return DemoOptions(
        seconds=args.seconds, protocol=args.protocol or ("demo-fast" if args.fast else "demo"),
        seats=args.seats, auto=args.auto, network=args.network, browser=not args.no_browser,
        host=args.host or load().web_host, port=args.port, data=args.data.resolve(),
        seed=args.seed, json=args.json,
    )
