"""InfluxDB's HTTP API, as far as the write library does not reach."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from typing import Any

from hub.errors import HubError
from hub.store.trouble import is_no_influxdb2

TIMEOUT_S = 30.0


class InfluxError(HubError):
    """InfluxDB did not do what it was asked. `status`: its answer, 0: none."""

    def __init__(self, what: str, kept: str, do: str, status: int = 0) -> None:
        super().__init__(what, kept, do)
        self.status = status


def call(url: str, token: str, method: str, path: str, body: object = None) -> Any:
    """The JSON of the answer, None for none. InfluxError for whatever else it says."""
    request = urllib.request.Request(
        url.rstrip("/") + path, method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Token {token}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            text = answer.read()
        return json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        said = error.read().decode(errors="replace")
        if is_no_influxdb2(error.code, said):
            raise _something_else(url) from None
        raise InfluxError(
            f"InfluxDB answers {error.code} to {method} {path.partition('?')[0]}: {said[:300]}",
            "The journals are whole.", "Check the token and its rights.", error.code,
        ) from None
    except OSError as error:
        raise InfluxError(f"InfluxDB at {url} cannot be reached: {error}.",
                          "The journals are whole.", "Start it, or correct influx_url.") from None
    except (http.client.HTTPException, ValueError):
        raise _something_else(url) from None


def _something_else(url: str) -> InfluxError:
    return InfluxError(
        f"What answers at {url} is not InfluxDB 2.", "The journals are whole.",
        "Start InfluxDB 2 there (version 1 will not do), or correct influx_url.",
    )
