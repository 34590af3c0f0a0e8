"""Which sessions there are, each a link to itself: pages open at the last two hours, and an older
session would look empty."""

from __future__ import annotations

from typing import Any

from dashboards.looks import table
from dashboards.model import Json, Panel, Query

AROUND_MS = 300_000  # shown before a session's first phase and after its last
COLUMNS = ("began", "ended", "session", "room", "site", "from_ms", "to_ms")
UNSEEN: Json = {"unit": "none", "decimals": 0, "custom.hidden": True}  # a link takes it as it reads


def sessions(page: str, source: str, chooses: tuple[str, ...], where: str = '"void" = 0',
             keeps: tuple[str, ...] = ("language",), **more: Any) -> Panel:
    """The sessions that `source` knows, by time. `chooses`: the variables that a link sets, which
    are also the columns that they are set from; those that it `keeps` stay as they are."""
    each = (f'SELECT min("start_ms") AS "began", max("end_ms") AS "ended" FROM "{source}" WHERE '
            f'{where} AND time >= 0 GROUP BY "session", "room", "site"')
    query = Query(f'SELECT "began", "ended", "session", "room", "site", "began" - {AROUND_MS} AS '
                  f'"from_ms", "ended" + {AROUND_MS} AS "to_ms" FROM ({each})', COLUMNS, table=True)
    link = {"title": "Show this session", "targetBlank": False,
            "url": f"/d/{page}?from=${{__data.fields.from_ms}}&to=${{__data.fields.to_ms}}"
                   + "".join(f"&var-{name}=${{__data.fields.{name}}}" for name in chooses)
                   + "".join(f"&${{{name}:queryparam}}" for name in keeps)}
    at: Json = {"unit": "dateTimeAsLocal"}
    return table(
        "Sessions", "All sessions, the newest first, whatever time is shown. A session's name "
        "leads to it, from five minutes before its first phase to five minutes after its last.",
        (query,), hidden=("Time",), newest="began", **more,
        overrides={"session": {"links": [link]}, "began": at, "ended": at, "from_ms": UNSEEN,
                   "to_ms": UNSEEN})
