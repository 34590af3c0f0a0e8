"""A hub in a process of its own, without workers: `python -m tests.system.hub_child DATA PORT`.

Says "ready" when it listens, and answers each line on stdin with one line of JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from hub.service.hub import Hub
from hub.settings import Settings
from tests.small_hub import PROTOCOL, NoWorkers, record


def main(data: str, port: str) -> None:
    hub = Hub(Settings(data_dir=Path(data), broker_port=int(port), reserve_mb=1), NoWorkers)
    hub.start()
    print("ready", flush=True)
    for line in sys.stdin:
        call, *args = json.loads(line)
        print(json.dumps(CALLS[call](hub, *args)), flush=True)
    hub.stop()


def _open(hub: Hub, room: str, kits: list[str]) -> dict[str, object]:
    seats = {n + 1: kit for n, kit in enumerate(kits)}
    info = hub.open_session(room, PROTOCOL, seats, True, "en")
    return {**info.to_dict(), "tag": info.tag}


CALLS = {
    "open": _open,
    "close": lambda hub, session: hub.close_session(session).to_dict(),
    "state": lambda hub, session: hub.session(session).state,
    "press": lambda hub, session, id: record(
        hub, session, "speaker", {"seat": 1}, id=id).id,
    "stats": lambda hub: hub.stats(),
    "kits": lambda hub: hub.kits(),
    "problems": lambda hub: [problem.code for problem in hub.problems()],
}

if __name__ == "__main__":
    main(*sys.argv[1:])
