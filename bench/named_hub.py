"""`python -m hub.cli`, whose threads also bear their names in the system, so that their cost can be
told apart from outside, and with the probes that tell what cannot be seen from there. Nothing else
is different."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

from bench import probe
from hub.cli import main

LOOK_S = 0.5


def _name_threads() -> None:
    while True:
        for thread in threading.enumerate():
            name = "Thread-listen" if "_listen" in thread.name else thread.name
            comm = Path(f"/proc/self/task/{thread.native_id}/comm")
            if comm.exists():
                comm.write_text(name[:15])
        time.sleep(LOOK_S)


if __name__ == "__mp_main__":  # so multiprocessing calls this in a worker
    probe.worker()
if __name__ == "__main__":
    probe.hub()
    threading.Thread(target=_name_threads, name="names", daemon=True).start()
    sys.exit(main())
