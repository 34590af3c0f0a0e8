"""A real InfluxDB 2, the compose file's (`make test-influx2` builds it), made ready by our own
set-up: the hub's token writes, each reader's token reads its own bucket."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hub.settings import Settings
from hub.setup import secrets
from hub.setup.influxdb import SetUp
from hub.store.table import SEATS, TEAM
from tests.ports import free_port
from tests.system.influx import rows_of

PROGRAM = "STILLPOINT_INFLUXD2"
READERS = {SEATS: "grafana/influx_token", TEAM: "grafana-team/influx_token"}


@contextlib.contextmanager
def running_influx2(folder: Path) -> Iterator[str]:
    """A fresh one: its address. Gone afterwards."""
    port = free_port()
    command = [os.environ[PROGRAM], "--bolt-path", folder / "bolt", "--engine-path",
               folder / "engine", "--sqlite-path", folder / "sqlite", "--http-bind-address",
               f"127.0.0.1:{port}", "--reporting-disabled", "--log-level", "error"]
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(url + "/health", timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < deadline, "influxd does not answer"
            time.sleep(0.05)


class Influx2:
    """What the dashboards' tests need of it, as `tests.system.influx.Influx` has it."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder = url, folder
        secrets.make(folder)
        SetUp(Settings(influx_url=url), folder).run()

    def write(self, bucket: str, body: bytes) -> None:
        """Lines, with the hub's token."""
        asked = urllib.parse.urlencode({"org": "stillpoint", "bucket": bucket})
        self._post(f"/api/v2/write?{asked}", body, "hub/influx_token")

    def query(self, text: str, db: str = SEATS) -> list[dict[str, Any]]:
        """Rows of an InfluxQL query, with the token of whoever reads this bucket."""
        body = urllib.parse.urlencode({"q": text, "epoch": "ns", "db": db}).encode()
        return rows_of(json.loads(self._post("/query", body, READERS[db])))

    def _post(self, path: str, body: bytes, token: str) -> bytes:
        kind = "application/x-www-form-urlencoded" if path == "/query" else "text/plain"
        headers = {"Authorization": f"Token {secrets.read(self._folder, token)}",
                   "Content-Type": kind}
        request = urllib.request.Request(self._url + path, body, headers)
        with urllib.request.urlopen(request, timeout=180) as answer:
            return answer.read()
