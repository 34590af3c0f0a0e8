"""The demo's circle, measured: presses, the live page, and what hub and kits cost."""

from __future__ import annotations

import re
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.cpu import use
from bench.page import Page
from bench.rows import Row, times_row
from bench.stage import SITE, Stage, stage, until
from hub.simulate import circle
from hub.simulate.console import Console
from hub.simulate.kits import Kit, Place
from hub.simulate.world import World

ROOM, KITS = "circle", 8
SETTLE_S = 10.0  # after the opening
PRESS_S = 0.5  # a press this often, on the web and on the box in turn
KEYS = (0, 1, 2, 3, 4, 5, 6)  # phases and a marker of the demo's protocol
PRESS_MS, PAGE_S = 250.0, 2.0
ACKED = re.compile(rb"acked_ms (\d+)")


@dataclass
class Measured:
    """What came of it."""

    web_ms: list[float]
    box_ms: list[float]
    ages_s: list[float]
    cpu: dict[str, float]
    rss_mb: dict[str, float]
    pressed: int


def measure(folder: Path, seconds: float) -> list[Row]:
    """Run the circle; the rows of the sections press, page and cost."""
    with stage(folder, [ROOM]) as running, ExitStack() as ends:
        place = Place(SITE, ROOM, running.post.host, running.post.port)
        world = circle.build(circle.Plan(KITS, 1), place, folder)
        ends.callback(world.kill)
        world.start()
        found = _session(running, world, seconds)
    return [*_presses(found), *_page(found), *_costs(found)]


def _session(running: Stage, world: World, seconds: float) -> Measured:
    console = running.console(ROOM)
    names = {kit.name for kit in world.kits}
    until(lambda: names <= {k["kit"] for k in console.get("/api/kits")["kits"]}, "kits are heard")
    seats = {str(wearer.seat): wearer.kit.name for wearer in world.wearers}
    said = {"room": ROOM, "protocol": "demo-fast", "seats": seats, "language": "en"}
    session = str(console.post("/api/sessions", said)["id"])
    time.sleep(SETTLE_S)
    page = Page(running.page, session)
    processes = running.processes() | _kits(world)
    before = use(processes)
    pressed = _press(console, world, session, seconds)
    after = use(processes)
    page.close()
    time.sleep(1.0)
    box_ms = [float(ms) for ms in ACKED.findall(world.box.log.read_bytes())]
    return Measured(
        console.taken_ms, box_ms, page.ages_s, after.since(before), after.rss_mb, pressed
    )


def _press(console: Console, world: World, session: str, seconds: float) -> int:
    """Press for so long; returns how often on the box."""
    began, pressed = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        world.press(KEYS[pressed % len(KEYS)])
        pressed += 1
        time.sleep(PRESS_S)
        console.press(session, "speaker", {"seat": 1 + pressed % KITS})
        time.sleep(PRESS_S)
    return pressed


def _kits(world: World) -> dict[str, list[psutil.Process]]:
    return {f"kit {kit.name}": _tree(kit) for kit in world.kits}


def _tree(kit: Kit) -> list[psutil.Process]:
    """The interpreter, with what pip's `micropython` puts around it."""
    launcher = psutil.Process(kit.pid)
    inner = [one for one in launcher.children(True) if one.status() != psutil.STATUS_ZOMBIE]
    return [launcher, *inner]


def _presses(found: Measured) -> list[Row]:
    name = "press: from the touch until it is on the disk and acknowledged"
    all_came = len(found.box_ms) == found.pressed
    return [
        times_row(name, "web console, at the client", found.web_ms, "ms", PRESS_MS),
        times_row(name, "button box (firmware, MQTT)", found.box_ms, "ms", PRESS_MS),
        Row(name, "presses of the box acknowledged", f"{len(found.box_ms)} of {found.pressed}",
            "all", all_came),
    ]


def _page(found: Measured) -> list[Row]:
    name = f"page: age of a sample when the live page has it ({KITS} kits)"
    return [times_row(name, "PPG points on the WebSocket", found.ages_s, "s", PAGE_S)]


def _costs(found: Measured) -> list[Row]:
    name = f"cost of the demo ({KITS} kits, one page open; % of one core)"
    parts = {part: part for part in ("hub", "worker", "broker")} | {"button box": "kit box-1"}
    rows = [Row(name, what, _cost(found.cpu[k], found.rss_mb[k])) for what, k in parts.items()]
    kits = [key for key in found.cpu if key.startswith("kit kit-")]
    mean, most = (
        _cost(of(found.cpu[k] for k in kits), of(found.rss_mb[k] for k in kits))
        for of in (lambda each: sum(each) / len(kits), max)
    )
    return [*rows, Row(name, "a kit, mean", mean), Row(name, "the dearest kit", most)]


def _cost(cpu: float, rss_mb: float) -> str:
    return f"{cpu:.1f} % CPU, {rss_mb:.0f} MB"

