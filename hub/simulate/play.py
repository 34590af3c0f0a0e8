"""The sessions of a demo, from the kits' coming up to their draining."""

from __future__ import annotations

import math
import socket
import time
import webbrowser
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hub.disk.sessions import load
from hub.simulate import script
from hub.simulate.bodies import presenting
from hub.simulate.console import ConsoleError
from hub.simulate.leader import Leader
from hub.simulate.script import Act
from hub.simulate.stage import ROOM, Stage

HEARD_S, CONTACT_S, DRAIN_S = 60.0, 8.0, 40.0
STEP_S = 0.1
CLOSED = (
    "The session was closed on the console. Until Ctrl-C (or as --for says) the pages stay, and "
    "another can be opened there."
)
EVERY_ADDRESS = ("0.0.0.0", "::")


class DemoError(RuntimeError):
    """The demo cannot go on; the text says what happened, what is kept, what to do."""


def sessions(stage: Stage) -> None:
    """A session from its opening to its close, and those that a person opens after it: the pages
    stay until the time is up or Ctrl-C, whoever closes a session before."""
    _wait_for_kits(stage)
    for line in invitation(stage.hub.page(), stage.hub.console_link(), stage.options.host):
        stage.say(line)
    if stage.options.browser:
        webbrowser.open(stage.hub.page())
    if not stage.options.auto:
        stage.say("Waiting for a session: open one on the leader's console, the second link.")
    first = _open(stage) if stage.options.auto else _opened_by_a_person(stage)
    assert first is not None  # a person has all the time
    stage.sessions.append(first)
    try:
        _run_all(stage)
    except KeyboardInterrupt:
        stage.say("")  # behind the ^C
    _close(stage, stage.sessions[-1])


def invitation(page: str, console: str, host: str) -> list[str]:
    """Where to look and to lead: only addresses that can be opened from where it says."""
    here = [f"\nOpen  {page}\n", f"To lead it yourself: {console}\n"]
    if _is_loopback(host):
        return here
    shown = urlsplit(console)
    if host in EVERY_ADDRESS:
        shown = shown._replace(netloc=f"{own_address()}:{shown.port}")
    return [*here, f"On a phone: {shown.geturl()}\n",
            "Anybody in that network can open these pages, and whoever has the link can lead; the "
            "broker stays on this machine.\n"]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def own_address() -> str:
    """This machine's address in its network. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "ADDRESS-OF-THIS-MACHINE"


def _wait_for_kits(stage: Stage) -> None:
    wanted = {kit.name for kit in stage.world.kits}

    def heard(need_contact: bool) -> bool:
        kits = {kit["kit"]: kit for kit in stage.console.get("/api/kits")["kits"]}
        worn = (w.kit.name for w in stage.world.wearers)
        return wanted <= set(kits) and not (
            need_contact and not all(kits[name].get("contact") for name in worn)
        )

    def over() -> bool:
        return heard(False) or not all(kit.running for kit in stage.world.kits)

    _until(over, HEARD_S, stage)
    if not heard(False):
        tails = "\n".join(f"  {k.name}: {_tail(k.log)}" for k in stage.world.kits)
        raise DemoError(
            f"Not every kit came up and was heard. Nothing was recorded.\n{tails}\n"
            "Do: look into the logs named below"
        )
    _until(lambda: heard(True), CONTACT_S, stage)


def _tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return lines[-1] if lines else "said nothing"


def _until(done: Callable[[], bool], timeout_s: float, stage: Stage) -> bool:
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        stage.hub.check()
        if done():
            return True
        time.sleep(STEP_S)
    return done()


def _open(stage: Stage) -> str:
    seats = {str(wearer.seat): wearer.kit.name for wearer in stage.world.wearers}
    stage.asked = frozenset(seats.values())
    said = {"room": ROOM, "protocol": stage.protocol.id, "seats": seats, "language": "en"}
    return str(stage.console.post("/api/sessions", said)["id"])


def _opened_by_a_person(stage: Stage, end_s: float = math.inf) -> str | None:
    """The session that is open in the room, once there is one; None when the time is up."""
    while time.monotonic() < end_s:
        stage.hub.check()
        found = _open_now(stage)
        if found is not None:
            return found
        time.sleep(1.0)
    return None


def _open_now(stage: Stage) -> str | None:
    """The session that is open in the room. A hub that does not answer is asked again."""
    try:
        known = stage.console.get("/api/sessions")
    except ConsoleError:
        return None
    return next((str(one["id"]) for one in known
                 if one["room"] == ROOM and one["closed_ns"] is None), None)


def _run_all(stage: Stage) -> None:
    """Until the time is up, or Ctrl-C."""
    asked = stage.options
    first = presenting(asked.seats)
    plan = script.plan(stage.protocol, asked.seats, first, asked.seed) if asked.auto else ()
    end_s = time.monotonic() + asked.seconds
    another: str | None = stage.sessions[0]
    while another is not None:
        _run(stage, another, plan, end_s)
        if time.monotonic() >= end_s:
            return
        stage.say(CLOSED)
        plan, another = (), _opened_by_a_person(stage, end_s)
        stage.sessions += [another] if another else []


def _run(stage: Stage, session: str, plan: tuple[Act, ...], end_s: float) -> None:
    """Until the time is up, or a person closes it."""
    leader = Leader(stage.console, session, stage.world, stage.protocol, plan)
    begin = time.monotonic()
    progress = Progress(stage.say)
    while time.monotonic() < end_s:
        stage.hub.check()
        since_s = time.monotonic() - begin
        leader.tick(since_s)
        if leader.course.get("closed_ns"):
            return
        progress.tell(since_s, leader, _ended(stage))
        time.sleep(STEP_S)


def _ended(stage: Stage) -> list[str]:
    """What has ended that should run, in sentences."""
    kits = [f"{kit.name} has ended; what it had not yet sent is lost and will be counted."
            for kit in stage.world.kits if not kit.running]
    trouble = stage.post.trouble
    return [*kits, f"{trouble}: nothing that kits send arrives any more. What had arrived is kept. "
            "Ctrl-C closes the session; then start the demo again."] if trouble else kits


@dataclass
class Progress:
    """A calm line: when the phase changes, and every half minute."""

    say: Callable[[str], None]
    _last: tuple[object, ...] = ()
    _told: frozenset[str] = frozenset()

    def tell(self, since_s: float, leader: Leader, ended: Sequence[str]) -> None:
        for line in ended:
            if line not in self._told:
                self.say(line)
        self._told |= frozenset(ended)
        phases: list[dict[str, Any]] = leader.course.get("phases", [])
        phase = str(phases[-1]["label"]["en"]) if phases else "before the first phase"
        now = (phase, leader.human, int(since_s // 30))
        if now != self._last:
            self._last = now
            who = "a person leads" if leader.human else "Ctrl-C closes the session"
            self.say(f"{int(since_s) // 60:02d}:{int(since_s) % 60:02d}  {phase}  ({who})")


def _close(stage: Stage, session: str) -> None:
    info = stage.console.get(f"/api/sessions/{session}")
    if info["closed_ns"] is None:
        stage.say("Closing the session …")
        stage.console.post(f"/api/sessions/{session}/close", {})


def drain(stage: Stage) -> None:
    """Let the kits send what they hold, until the hub seals the sessions; then end them. Without a
    broker nothing can come: then they are ended at once."""
    worn = {wearer.kit.name for wearer in stage.world.wearers}

    def idle() -> bool:
        if stage.post.trouble:
            return True
        kits = stage.console.get("/api/kits")["kits"]
        return not any(kit.get("recording") for kit in kits if kit["kit"] in worn)

    _until(idle, DRAIN_S, stage)
    _until(lambda: bool(stage.post.trouble) or all(map(_is_sealed, stage.folders)), DRAIN_S, stage)
    if stage.post.trouble:
        stage.world.kill()
        return
    late = stage.world.stop(DRAIN_S)
    if late:
        stage.say(f"Did not end by themselves: {', '.join(late)}")


def _is_sealed(folder: Path) -> bool:
    return load(folder).sealed_ns is not None
