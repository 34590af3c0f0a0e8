"""The generator, in a process of its own: `python -m bench.fleet PORT SITE KITS LINES`.

Kits without bodies that obey acknowledgements (`bench.frames`). Each line on stdin is
answered with what happened since the line before, as JSON; when stdin ends, so does this.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from bench.frames import Fleet

ROOM_SEATS = 14


def rooms_of(kits: int) -> dict[str, list[str]]:
    """Kits in rooms of 14."""
    names = [f"k{number}" for number in range(kits)]
    cuts = range(0, kits, ROOM_SEATS)
    return {f"r{cut // ROOM_SEATS}": names[cut : cut + ROOM_SEATS] for cut in cuts}


def _report(fleet: Fleet) -> dict[str, Any]:
    delays = [delay for kit in fleet.kits for delay in list(kit.delays)]
    for kit in fleet.kits:
        kit.delays.clear()
    return {
        "delays": delays, "held": fleet.held(), "made": sum(kit.next for kit in fleet.kits),
        "resent": sum(kit.resent for kit in fleet.kits),
        "evicted": sum(len(kit.evicted) for kit in fleet.kits),
        "recording": sum(kit.session != 0 for kit in fleet.kits),
    }


def main() -> None:
    port, site, kits, lines = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    fleet = Fleet(port, rooms_of(kits), site, lines)
    for _ in sys.stdin:
        print(json.dumps(_report(fleet)), flush=True)
    fleet.stop()


if __name__ == "__main__":
    main()
