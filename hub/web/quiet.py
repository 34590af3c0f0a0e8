"""A log that strangers cannot fill: what is said again within a minute is not written again."""

from __future__ import annotations

import logging
import time

AGAIN_S = 60.0
KEPT = 100  # messages


class Seldom(logging.Filter):
    """Lets each message through once in AGAIN_S."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        now, text = time.monotonic(), str(record.msg)
        if now - self._said.get(text, -AGAIN_S) < AGAIN_S:
            return False
        if len(self._said) >= KEPT:
            self._said.clear()
        self._said[text] = now
        return True


_SELDOM = Seldom()


def install() -> None:
    """For what the server says of connections."""
    for name in ("uvicorn.error", "asyncio"):
        logging.getLogger(name).addFilter(_SELDOM)
