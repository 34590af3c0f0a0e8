"""An InfluxDB in a process of its own: `python -m bench.influx FOLDER`.

Each line on stdin is answered with where it is; when stdin ends, so does this.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.system.influx import Shim, running_influx


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True)
    Shim.protocol_version = "HTTP/1.1"  # connections are kept, as InfluxDB keeps them
    with running_influx(folder) as influx:
        for _ in sys.stdin:
            print(json.dumps({"url": influx.url}), flush=True)


if __name__ == "__main__":
    main()
