"""`stillpoint up`: the hub and its pages, until it is told to stop."""

from __future__ import annotations

import json
import signal
import socket
import sys
import threading
from collections.abc import Callable

from hub.errors import HubError, Refused
from hub.service.hub import Hub
from hub.service.memory import give_back_large_blocks
from hub.settings import Settings, password_of, token_of
from hub.web.app import web_at
from hub.web.serve import addresses

LOOK_S = 1.0


def up(settings: Settings) -> int:
    """Run the hub. One line of JSON after `stillpoint ready` says where its pages are; another,
    when a kit is heard of a room that has no console yet."""
    give_back_large_blocks()
    hub, over = Hub(settings), threading.Event()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        password_of(settings)  # of files that set-up may have made just now
        token_of(settings)
        _check_address(settings.web_host)
        web = web_at(hub, settings.web_host, settings.web_port)  # first: a port in use is no start
        hub.start()
        web.run(lambda: _tell(lambda: addresses(hub, settings.web_host, web.port), over))
    except KeyboardInterrupt:
        pass
    except HubError as error:
        print(f"stillpoint: {error}", file=sys.stderr)
        return 2
    finally:
        over.set()
        hub.stop()
    return 0


def _check_address(host: str) -> None:
    """Refused where this machine has no such address: no port could cure that."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.bind((host, 0))
    except OSError as error:
        raise Refused(
            f"The pages cannot be served at {host}: this machine has no such address "
            f"({(error.strerror or str(error)).lower()}).",
            "Nothing was started and nothing was changed.",
            "Give --host an address of this machine (127.0.0.1: this machine only; 0.0.0.0: all "
            "its addresses).",
        ) from None


def _tell(where: Callable[[], dict[str, str]], over: threading.Event) -> None:
    said = where()
    _say_ready(said)
    args = (where, over, said)
    threading.Thread(target=_tell_of_new_rooms, args=args, name="new rooms", daemon=True).start()


def _tell_of_new_rooms(
    where: Callable[[], dict[str, str]], over: threading.Event, said: dict[str, str]
) -> None:
    while not over.wait(LOOK_S):
        now = where()
        if now.keys() != said.keys():
            _say_ready(now)
            said = now


def _say_ready(where: dict[str, str]) -> None:
    print("stillpoint ready " + json.dumps(where), flush=True)
