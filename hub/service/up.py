"""`stillpoint up`: the hub and its pages, until it is told to stop."""

from __future__ import annotations

import json
import signal
import sys

from hub.service.hub import Hub, HubError
from hub.settings import Settings
from hub.web.app import web_at
from hub.web.serve import addresses


def up(settings: Settings) -> int:
    """Run the hub. One line of JSON after `stillpoint ready` says where its pages are."""
    hub = Hub(settings)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        web = web_at(hub, settings.web_host, settings.web_port)  # first: a port in use is no start
        hub.start()
        web.run(lambda: _say_ready(addresses(hub, settings.web_host, web.port)))
    except KeyboardInterrupt:
        pass
    except HubError as error:
        print(f"stillpoint: {error}", file=sys.stderr)
        return 2
    finally:
        hub.stop()
    return 0


def _say_ready(where: dict[str, str]) -> None:
    print("stillpoint ready " + json.dumps(where), flush=True)
