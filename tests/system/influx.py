"""A real influxd 1.6.7 (Debian's) behind a shim that speaks the 2.x write API.

The shim maps POST /api/v2/write?bucket=db&precision=ns with `Authorization: Token ...` to 1.x's
/write, and answers errors in the 2.x JSON form. It stores nothing itself.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.ports import free_port

PRECISION = {"ns": "n", "us": "u", "ms": "ms", "s": "s"}
BUCKETS = ("stillpoint", "stillpoint-team", "stillpoint-raw")
TOKEN = "a-token-for-tests"

CONFIG = """
reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
[coordinator]
  write-timeout = "60s"
[http]
  bind-address = "127.0.0.1:{port}"
  log-enabled = false
[monitor]
  store-enabled = false
"""


class Influx:
    """The database process, its shim, and InfluxQL for the test's own questions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self._rpc = free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._shim = ThreadingHTTPServer(("127.0.0.1", 0), type("Mine", (Shim,), {"influx": self}))
        threading.Thread(target=self._shim.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where a 2.x client writes."""
        return f"http://127.0.0.1:{self._shim.server_address[1]}"

    def start(self) -> None:
        """Start influxd and wait until it answers."""
        path = self.folder / "influxdb.conf"
        path.write_text(CONFIG.format(folder=self.folder, port=self.port, rpc=self._rpc))
        log = (self.folder / "log").open("ab")
        self._process = subprocess.Popen(["influxd", "-config", str(path)], stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                for bucket in BUCKETS:
                    self.query(f'CREATE DATABASE "{bucket}"', db=None)
                return
            time.sleep(0.05)
        raise TimeoutError("influxd does not answer")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End influxd; the shim goes on and answers 503."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(180)
            self._process = None

    def close(self) -> None:
        self.stop()
        self._shim.shutdown()
        self._shim.server_close()

    def query(self, text: str, db: str | None = "stillpoint") -> list[dict[str, Any]]:
        """Rows of an InfluxQL query, each a dict with its tags."""
        fields = {"q": text, "epoch": "ns", **({"db": db} if db else {})}
        body = urllib.parse.urlencode(fields).encode()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/query", body, 30) as answer:
            return rows_of(json.load(answer))

    def write(self, bucket: str, body: bytes) -> None:
        """Lines, by 1.x's own way."""
        target = f"http://127.0.0.1:{self.port}/write?" + urllib.parse.urlencode({"db": bucket})
        with urllib.request.urlopen(target, body, 90) as answer:
            assert answer.status == 204


def rows_of(said: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of an answer, each a dict with its tags."""
    series = [s for result in said["results"] for s in result.get("series", [])]
    return [
        {**s.get("tags", {}), **dict(zip(s["columns"], row, strict=True))}
        for s in series for row in s.get("values", [])
    ]


class Shim(BaseHTTPRequestHandler):
    """What of the 2.x API the hub uses."""

    influx: Influx

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        url = urllib.parse.urlsplit(self.path)
        asked = dict(urllib.parse.parse_qsl(url.query))
        if url.path not in ("/api/v2/write", "/api/v2/delete"):
            self._answer(404, "not found", "no such path")
        elif self.headers.get("Authorization") != f"Token {TOKEN}":
            self._answer(401, "unauthorized", "unauthorized access")
        elif url.path == "/api/v2/delete":
            self._delete(asked["bucket"], json.loads(body)["predicate"])
        else:
            self._forward(asked, body)

    def do_GET(self) -> None:
        """2.x answers InfluxQL of an API token as 1.x does."""
        if self.headers.get("Authorization") != f"Token {TOKEN}":
            return self._answer(401, "unauthorized", "unauthorized access")
        with urllib.request.urlopen(f"http://127.0.0.1:{self.influx.port}{self.path}") as answer:
            said = answer.read()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def _delete(self, bucket: str, predicate: str) -> None:
        """Tags that equal, joined by AND, are all that 2.x allows."""
        pairs = re.findall(r'(\w+)="([^"]*)"', predicate)
        if predicate != " AND ".join(f'{tag}="{value}"' for tag, value in pairs):
            return self._answer(400, "invalid", f"unable to parse {predicate}")
        of = "".join(f'FROM "{value}" ' for tag, value in pairs if tag == "_measurement")
        where = " AND ".join(f"\"{tag}\" = '{value}'" for tag, value in pairs
                             if tag != "_measurement")
        self.influx.query(f"DROP SERIES {of}WHERE {where}", db=bucket)
        self._answer(204)

    def _forward(self, asked: dict[str, str], body: bytes) -> None:
        fields = {"db": asked["bucket"], "precision": PRECISION[asked.get("precision", "ns")]}
        target = f"http://127.0.0.1:{self.influx.port}/write?{urllib.parse.urlencode(fields)}"
        try:
            with urllib.request.urlopen(target, body, 10):
                self._answer(204)
        except urllib.error.HTTPError as error:
            self._answer(error.code, "invalid", error.read().decode())
        except OSError as error:
            self._answer(503, "unavailable", str(error))

    def _answer(self, status: int, code: str = "", message: str = "") -> None:
        body = json.dumps({"code": code, "message": message}).encode() if code else b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextlib.contextmanager
def running_influx(folder: Path) -> Iterator[Influx]:
    """A database that is up, and gone afterwards."""
    influx = Influx(folder)
    influx.start()
    try:
        yield influx
    finally:
        influx.close()
