"""Writes a session anew in InfluxDB, and counts what is there of it."""

from __future__ import annotations

import time
import urllib.parse
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hub.disk.erased import erased_seats
from hub.disk.files import locked
from hub.disk.journal import JOURNAL, last_row, read_meta
from hub.errors import Refused
from hub.settings import Settings, token_of
from hub.store.api import InfluxError, call
from hub.store.position import LOCK, WHOLE, note_deleted, read_position
from hub.store.post import EVER, buckets_of, named_in
from hub.store.sink import refill
from hub.store.table import TABLE, Measurement

PATIENCE_S = 60.0  # without any progress, beside the summary, which has a limit of its own
TURN_S = 120.0  # a hub's longest post, or another command
HALF = ("The journal is whole, but InfluxDB has only part of this session: run again, the command "
        "begins anew.")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of it: rows of the journal that are in, and points by measurement, as InfluxDB
    counts them."""

    session: str
    rows: int
    points: dict[str, int]

    def to_dict(self) -> dict[str, object]:
        return {**asdict(self), "ok": True}


def rebuild(folder: Path, settings: Settings) -> Rebuilt:
    """Delete what InfluxDB has of a closed session and write it again from the journal. Nobody
    else writes it meanwhile, and a hub that was about to begins anew."""
    session = _session(folder, settings)
    try:
        with locked(folder / LOCK, TURN_S):
            return _anew(folder, session, settings)
    except TimeoutError:
        raise InfluxError(
            f"Something else has been writing {session} to InfluxDB for {TURN_S / 60:.0f} minutes.",
            "Nothing was changed in InfluxDB.",
            "Wait until it has finished: another such command, or a hub that hangs.",
        ) from None


def _anew(folder: Path, session: str, settings: Settings) -> Rebuilt:
    names = named_in(settings)
    for name in names:
        _delete(settings, name, f'session="{session}"')
    note_deleted(folder, names, erased_seats(folder))
    return Rebuilt(session, _written(folder, settings), _points(settings, session))


def _session(folder: Path, settings: Settings) -> str:
    if not settings.influx_url:
        raise InfluxError("No InfluxDB is configured.", "Nothing was changed.",
                          "Set influx_url (docs/influx.md).")
    return sealed(folder / JOURNAL)


def sealed(journal: Path) -> str:
    """The id of the session, of which nothing more can come; Refused while it may."""
    meta = read_meta(journal)
    if "sealed_ns" not in meta:
        raise Refused(
            f"{journal.parent.name} is still being recorded or drained.", "Nothing was changed.",
            "Close it and leave the hub running: it waits for what kits still hold, at most ten "
            "minutes. Then run the command again.",
        )
    return meta["session"]


def _written(folder: Path, settings: Settings) -> int:
    """Fill it in and wait for the end. InfluxError where nothing moves any more, and where what
    only the whole session tells could not be worked out."""
    goal = last_row(folder / JOURNAL) + WHOLE
    sink = refill(settings, folder, alone=True)
    moved_s, before = time.monotonic(), (-1, -1)
    while sink.position < goal:
        now = sink.position, sink.settled
        if sink.summing or now != before:
            moved_s, before = time.monotonic(), now
        if time.monotonic() - moved_s > PATIENCE_S:
            raise InfluxError(
                f"InfluxDB has {sink.position} of {goal} rows and takes no more: "
                f"{sink.error or 'it does not answer'}.", HALF, "Check InfluxDB.",
            )
        time.sleep(0.05)
    if sink.unsummed:
        raise InfluxError(
            "The results that need the whole session could not be worked out; InfluxDB is not at "
            "fault.",
            HALF, "See the reason above (docs/deploy.md says how much memory this takes).",
        )
    return read_position(folder)


def _points(settings: Settings, session: str) -> dict[str, int]:
    return {f"{row.bucket}/{row.name}": count(settings, row, session) for row in TABLE}


def count(settings: Settings, row: Measurement, session: str, also: str = "") -> int:
    """How many points of a measurement are there: the field with the most. A bucket that is not
    configured is asked by its usual name: somebody may have switched it off."""
    name = buckets_of(settings)[row.bucket]
    text = f'SELECT count(*) FROM "{row.name}" WHERE session = \'{session}\'{also}'
    asked = urllib.parse.urlencode({"db": name or row.bucket, "q": text})
    try:
        said = _call(settings, "GET", f"/query?{asked}")
    except InfluxError:
        if name:
            raise
        return 0  # there is none
    rows = [row for result in said["results"] for series in result.get("series", ())
            for row in series["values"]]
    return max((value for row in rows for value in row[1:] if value is not None), default=0)


def _delete(settings: Settings, bucket: str, predicate: str) -> None:
    asked = urllib.parse.urlencode({"org": settings.influx_org, "bucket": bucket})
    start, stop = EVER
    body = {"start": start, "stop": stop, "predicate": predicate}
    _call(settings, "POST", f"/api/v2/delete?{asked}", body)


def _call(settings: Settings, method: str, path: str, body: object = None) -> Any:
    return call(settings.influx_url, token_of(settings), method, path, body)
