"""Tokens that open the console of a room: 128 bits each, in a file of this user only."""

from __future__ import annotations

import json
import secrets
import threading
from pathlib import Path
from typing import Any, cast

from hub.disk.files import write_private

BYTES = 16


class Tokens:
    """The console token of each room; made when first asked for, the same ever after."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._tokens = _read(path)

    def of(self, room: str) -> str:
        """The room's token."""
        with self._lock:
            if room not in self._tokens:
                self._tokens[room] = secrets.token_urlsafe(BYTES)
                write_private(self._path, json.dumps(self._tokens, indent=1).encode())
            return self._tokens[room]


def _read(path: Path) -> dict[str, str]:
    try:
        said: Any = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(said, dict):
        return {}
    pairs = cast("dict[Any, Any]", said).items()
    return {str(room): str(token) for room, token in pairs}
