"""The peer: a bare paho subscriber that only counts. `python -m bench.counter PORT SITE`."""

from __future__ import annotations

import sys
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion


def main() -> None:
    count = 0

    def on_message(*_: Any) -> None:
        nonlocal count
        count += 1

    client = Client(CallbackAPIVersion.VERSION2)
    client.on_connect = lambda *_: client.subscribe(f"stillpoint/1/{sys.argv[2]}/+/+/data", 0)
    client.on_message = on_message
    client.connect("127.0.0.1", int(sys.argv[1]))
    client.loop_start()
    for _ in sys.stdin:
        print(count, flush=True)
    client.loop_stop()


if __name__ == "__main__":
    main()
