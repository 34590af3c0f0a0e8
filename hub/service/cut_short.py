"""Sessions that were sealed just as the hub was killed, before their digest had its last line."""

from __future__ import annotations

from hub.disk.erased import is_erased
from hub.disk.files import whole_lines
from hub.disk.journal import Reader
from hub.disk.sessions import SessionInfo
from hub.errors import HubError
from hub.results.digest import DIGEST, MINUTE_NS, from_json


def was_cut_short(info: SessionInfo) -> bool:
    """True if nothing but the last line is missing, and nothing has come since. A digest that
    somebody took away is not made again: it would prove nothing."""
    if info.sealed_ns is None or is_erased(info.folder):
        return False
    try:
        with Reader(info.path) as reader:
            (first_ns, last_ns), last_row = reader.span_ns(), reader.last_row()
        lines = [from_json(line) for line in whole_lines(info.folder / DIGEST)]
    except (HubError, OSError, ValueError, TypeError):
        return False
    if last_ns > info.sealed_ns:
        return False
    return lines[-1].row < last_row if lines else last_ns - first_ns < MINUTE_NS
