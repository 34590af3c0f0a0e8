"""How lines get to InfluxDB: the only place that writes by influxdb_client, which is loaded by who
writes: it takes half as long as all else that a worker needs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from hub.errors import SettingsError
from hub.settings import Settings, token_of
from hub.store.table import RAW, SEATS, TEAM
from hub.store.trouble import (
    SOMETHING_ELSE,
    Trouble,
    answered,
    is_no_influxdb2,
    no_token,
    unreachable,
    without_figures,
)

if TYPE_CHECKING:
    from influxdb_client.client.influxdb_client import InfluxDBClient
    from influxdb_client.rest import ApiException

Post = Callable[[str, bytes], None]  # bucket of the table, lines
Wipe = Callable[[str, str, str], None]  # bucket of the table, measurement, session
Write = Callable[[str, bytes], object]
TIMEOUT_MS, DELETE_MS = 10_000, 60_000
UNREADABLE, TOO_LARGE, CONFLICT = 400, 413, 422
CANNOT = (UNREADABLE, 404, 405, CONFLICT, 501)  # an InfluxDB that does not delete so, or at all
EVER = ("1970-01-01T00:00:00Z", "2200-01-01T00:00:00Z")


class NotTaken(Exception):
    """InfluxDB will never take these lines, or (`partly`) has taken all but some of them."""

    def __init__(self, why: str, partly: bool) -> None:
        super().__init__(why)
        self.partly = partly


class Away(Exception):
    """InfluxDB does not take lines at present; `after_s`: when it said to try again."""

    def __init__(self, trouble: Trouble, after_s: float | None = None) -> None:
        super().__init__(trouble.what)
        self.trouble = trouble
        self.after_s = after_s


def buckets_of(settings: Settings) -> dict[str, str]:
    """The names of the buckets of the table, as they are configured."""
    return {SEATS: settings.influx_bucket, TEAM: settings.influx_team_bucket,
            RAW: settings.influx_raw_bucket}


def named_in(settings: Settings) -> frozenset[str]:
    """The names of all buckets that are configured."""
    return frozenset(filter(None, buckets_of(settings).values()))


def poster(settings: Settings) -> Post:
    """Posts lines, gzipped, and returns when InfluxDB has them. NotTaken or Away otherwise."""
    buckets = buckets_of(settings)
    held: dict[str, Write] = {}  # the writer of the newest token

    def post(bucket: str, lines: bytes) -> None:
        token = _token(settings)
        if token not in held:
            held.clear()
            held[token] = _writer(settings, token)
        try:
            held[token](buckets[bucket], lines)
        except Exception as error:  # the library raises urllib3's and its own
            raise _why(settings, error) from None

    return post


def keeps_all(bucket: str, name: str, session: str) -> None:
    """A `Wipe` for where nothing is written anew."""


def wiper(settings: Settings) -> Wipe:
    """Deletes a session's points of one measurement. NotTaken or Away where they are not gone."""
    buckets = buckets_of(settings)

    def wipe(bucket: str, name: str, session: str) -> None:
        which = f'_measurement="{name}" AND session="{session}"'
        token = _token(settings)
        try:
            with _client(settings, token, DELETE_MS) as client:
                api = client.delete_api()
                api.delete(*EVER, which, buckets[bucket], settings.influx_org)  # type: ignore[reportUnknownMemberType]
        except Exception as error:  # the library raises urllib3's and its own
            status = _status(error)
            raise NotTaken(f"it answers {status}", False) if status in CANNOT else _why(
                settings, error) from None

    return wipe


def _token(settings: Settings) -> str:
    """As it is now. Away where its file holds something else."""
    try:
        return token_of(settings)
    except SettingsError as error:
        raise Away(no_token(error)) from None


def _client(settings: Settings, token: str, timeout_ms: int = TIMEOUT_MS) -> InfluxDBClient:
    from influxdb_client.client.influxdb_client import InfluxDBClient

    return InfluxDBClient(
        url=settings.influx_url, token=token, org=settings.influx_org,
        enable_gzip=True, timeout=timeout_ms,
    )


def _writer(settings: Settings, token: str) -> Write:
    from influxdb_client.client.write_api import SYNCHRONOUS

    client = _client(settings, token)
    api = client.write_api(write_options=SYNCHRONOUS)  # type: ignore[reportUnknownMemberType]
    return lambda bucket, lines: api.write(bucket=bucket, record=lines)  # type: ignore[reportUnknownMemberType]


def _why(settings: Settings, error: Exception) -> NotTaken | Away:
    from influxdb_client.rest import ApiException

    if isinstance(error, ApiException):
        return _understood(error)
    return Away(unreachable(settings.influx_url, error))


def _understood(error: ApiException) -> NotTaken | Away:
    """422, and 1.x's 400 "partial write": the good lines are in. 2.x's 400: none is."""
    status = _status(error)
    body = str(_said(error, "body") or _said(error, "reason"))
    if is_no_influxdb2(status, body):
        return Away(SOMETHING_ELSE)
    said = " ".join(without_figures(_words(body)).split())[:300]
    if status in (UNREADABLE, TOO_LARGE, CONFLICT):
        partly = status == CONFLICT or "partial write" in said
        return NotTaken(f"it answers {status}, {said}", partly)
    headers: Mapping[str, str] = _said(error, "headers") or {}
    after = headers.get("Retry-After", "")
    return Away(answered(status, said), float(after) if after.isdecimal() else None)


def _words(text: str) -> str:
    """InfluxDB's own sentence, out of its JSON; the text as it is where there is none."""
    try:
        said: dict[str, Any] = json.loads(text)
        inner = said.get("message") or said.get("error")
    except (ValueError, AttributeError):
        return text
    return _words(inner) if isinstance(inner, str) else text


def _status(error: Exception) -> int:
    """Of an answer; 0 where there was none."""
    return int(_said(error, "status") or 0)


def _said(error: Exception, name: str) -> Any:
    """An attribute that the library leaves untyped."""
    return getattr(error, name, None)
