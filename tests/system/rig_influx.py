"""What may go wrong between the hub and InfluxDB: a proxy that delays and refuses as told."""

from __future__ import annotations

import contextlib
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PASSED_ON = ("Authorization", "Content-Encoding", "Content-Type")


@dataclass(frozen=True)
class Fault:
    """What becomes of a write: the answer comes `delay_s` late, and not before `until` is set; with
    `status` it is this answer and not InfluxDB's, which still gets the lines if `stored`."""

    delay_s: float = 0.0
    until: threading.Event | None = None
    status: int = 0
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    stored: bool = False


@dataclass(frozen=True)
class Passed:
    """A write or delete that went by: when it came (monotonic s), how it was answered, what with,
    and what was asked for."""

    at_s: float
    status: int
    body: str
    path: str = ""


class Proxy:
    """Stands before `target`. `fault`: what happens to writes from now on; None: nothing. `came`:
    how many there were, those that wait for their answer included; `after_delete`: the fault from
    the first deletion on."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.fault: Fault | None = None
        self.after_delete: Fault | None = None
        self.came = 0
        self.passed: list[Passed] = []
        own = type("Mine", (_Handler,), {"proxy": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), own)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where the hub writes."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def answered(self, status: int) -> list[Passed]:
        """The writes that were answered so."""
        return [one for one in self.passed if one.status == status]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    proxy: Proxy

    def do_POST(self) -> None:
        at_s, fault = time.monotonic(), self.proxy.fault
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        self.proxy.came += 1
        if fault is not None:
            time.sleep(fault.delay_s)
            if fault.until is not None:
                fault.until.wait(180)
        if fault is None or not fault.status or fault.stored:
            status, body = self._forwarded(sent)
        if "delete" in self.path and self.proxy.after_delete:
            self.proxy.fault, self.proxy.after_delete = self.proxy.after_delete, None
        if fault is not None and fault.status:
            status, body = fault.status, fault.body.encode()
        self.proxy.passed.append(Passed(at_s, status, body.decode(), self.path))
        with contextlib.suppress(OSError):  # it did not wait
            self._answer(status, body, fault.headers if fault else {})

    def _forwarded(self, sent: bytes) -> tuple[int, bytes]:
        headers = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
        request = urllib.request.Request(self.proxy.target + self.path, sent, headers)
        try:
            with urllib.request.urlopen(request, timeout=180) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextlib.contextmanager
def before(target: str) -> Iterator[Proxy]:
    """A proxy that is gone afterwards."""
    proxy = Proxy(target)
    try:
        yield proxy
    finally:
        proxy.close()
