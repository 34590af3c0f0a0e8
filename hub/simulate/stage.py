"""Everything that runs during a demo: broker, network, hub and kits, and a console to lead it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hub.course.protocol import Protocol
from hub.settings import DEMO
from hub.simulate import broker, circle
from hub.simulate.console import Console
from hub.simulate.hub_process import HubProcess
from hub.simulate.kits import Place
from hub.simulate.network_process import network
from hub.simulate.options import PORT, DemoOptions
from hub.simulate.world import World

SITE, ROOM = DEMO, "circle"


class NotSimulated(RuntimeError):
    """The demo's room is in use by people."""


@dataclass
class Stage:
    """What is running. `say` prints a line."""

    options: DemoOptions
    protocol: Protocol
    say: Callable[[str], None]
    post: broker.Broker
    hub: HubProcess
    world: World
    console: Console
    sessions: list[str] = field(default_factory=list[str])  # their ids, once there are any
    asked: frozenset[str] = frozenset()  # kits that the script gave a seat in the first

    @property
    def folders(self) -> list[Path]:
        """Of the sessions."""
        return [self.options.data / "sessions" / name for name in self.sessions]


@contextmanager
def set_up(
    options: DemoOptions, protocol: Protocol, folder: Path, say: Callable[[str], None]
) -> Generator[Stage]:
    """Broker, network, hub and kits: started in this order, ended in the other."""
    with ExitStack() as ends:
        post = broker.start(folder / "broker")
        ends.callback(post.stop)
        say(f"Broker: {post.name}, anonymous, on this machine only (port {post.port}).")
        pages = (options.host, _port(options.host, options.port))
        hub = HubProcess.start(options.data, (SITE, ROOM), post, pages, folder)
        ends.callback(hub.stop)
        console = Console(hub.console_link())
        _close_left_over(console, say)
        port = ends.enter_context(network(options.network, post.port, folder))
        place = Place(SITE, ROOM, post.host, port)
        world = circle.build(circle.Plan(options.seats, options.seed), place, folder)
        ends.callback(world.kill)
        world.start()
        say(f"Kits: {options.seats} and a button box, each MicroPython running firmware/.")
        yield Stage(options, protocol, say, post, hub, world, console)


def _close_left_over(console: Console, say: Callable[[str], None]) -> None:
    """A demo that was broken off has left its session open. It is closed before there are kits:
    those of another demo have no part in it."""
    for one in console.get("/api/sessions"):
        if one["closed_ns"] is None and not one["simulated"]:
            raise NotSimulated(
                f"A session of people is open in this data folder ({one['id']}). It was left as it "
                "is. Do: name another folder with --data"
            )
        if one["closed_ns"] is None:
            console.post(f"/api/sessions/{one['id']}/close", {})
            say(f"An earlier demo was broken off. Its session {one['id']} is closed now; all that "
                "it had recorded is kept.")


def _port(host: str, asked: int | None) -> int:
    if asked is not None:
        return asked
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, PORT))
        except OSError:
            return 0
    return PORT
