"""The leader's console, without a browser: the hub's own calls, over HTTP."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
import uuid
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urljoin

from hub.errors import HubError

TIMEOUT_S = 10.0


class ConsoleError(RuntimeError):
    """The hub did not do it; the text is its answer."""


class Console:
    """Holds the cookie that a console's link gives. `link` carries the token."""

    def __init__(self, link: str) -> None:
        self._base = link
        self._open = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), urllib.request.ProxyHandler({})
        )
        self.taken_ms: list[float] = []  # how long each took to be durable
        self._call(urllib.request.Request(link))

    def get(self, path: str) -> Any:
        """The answer to a GET."""
        return json.loads(self._call(urllib.request.Request(urljoin(self._base, path))))

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The answer to a POST."""
        head = {"content-type": "application/json"}
        data = json.dumps(body).encode()
        return json.loads(
            self._call(urllib.request.Request(urljoin(self._base, path), data, head))
        )

    def press(self, session: str, kind: str, data: dict[str, Any]) -> str:
        """Say something of now, as a script does; returns its id when it is durable."""
        now = time.monotonic() * 1e3
        name = str(uuid.uuid4())
        said = {"id": name, "kind": kind, "data": data, "touched_ms": now}
        body = {"presses": [said], "sent_ms": now, "source": "script"}
        answer = self.post(f"/api/sessions/{session}/events", body)
        if answer["refused"]:
            raise ConsoleError(_sentences(answer["refused"][0]))
        self.taken_ms.append(time.monotonic() * 1e3 - now)
        return name

    def _call(self, request: urllib.request.Request) -> bytes:
        try:
            with self._open.open(request, timeout=TIMEOUT_S) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            raise ConsoleError(_told(error.read())) from None
        except (OSError, TimeoutError) as error:
            raise ConsoleError(f"the hub does not answer: {error}") from None


def _told(body: bytes) -> str:
    """The hub's refusal as a person reads it; what is none, as it came."""
    try:
        return _sentences(json.loads(body))
    except (ValueError, TypeError, KeyError):
        return body.decode(errors="replace")[:500]


def _sentences(refusal: dict[str, str]) -> str:
    return str(HubError(refusal["what"], refusal["kept"], refusal["do"]))
