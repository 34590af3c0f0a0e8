"""A log that strangers cannot fill: what is said again within a minute is not written again."""

from __future__ import annotations

import logging
import time
import traceback

AGAIN_S = 60.0
KEPT = 100  # messages


class Seldom(logging.Filter):
    """Lets each message through once in AGAIN_S; of mistakes each kind and place."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        now, what = time.monotonic(), (str(record.msg), _mistake(record))
        if now - self._said.get(what, -AGAIN_S) < AGAIN_S:
            return False
        if len(self._said) >= KEPT:
            self._said.clear()
        self._said[what] = now
        return True


def _mistake(record: logging.LogRecord) -> str:
    """What it is and where: the server says the same of every one."""
    kind, _, trace = record.exc_info or (None, None, None)
    frames = traceback.extract_tb(trace, -1)
    return f"{kind} {[(one.filename, one.lineno) for one in frames]}"


_SELDOM = Seldom()


def install() -> None:
    """For what the server says of connections."""
    for name in ("uvicorn.error", "asyncio"):
        logging.getLogger(name).addFilter(_SELDOM)
