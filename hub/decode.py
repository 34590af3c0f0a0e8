"""The hot path of the wire: rows to frames, with one block's varints as a numpy array.

`values_of` is for `wire.decode`. It agrees with `wire.decode_values` on every input, for whatever
is out of the ordinary (errors, varints of five bytes) is left to it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from firmware import wire
from firmware.wire import FRAME_MAX, decode_values
from hub.records import Received

Decoded = tuple[wire.Stamp, wire.Frame]

# As numpy scalars: a plain int costs a conversion in every operation.
SHORT = 40  # bytes; for fewer the plain decoder is faster
_CONTINUED = np.uint8(128)
_BITS = np.uint8(127)
_ONE = np.int64(1)
_PLACES = np.arange(FRAME_MAX + 1)
_WEIGHTS = np.array([1 << 7 * place for place in range(4)], np.int64)


def values_of(data: bytes, start: int, end: int, count: int) -> NDArray[np.int64]:
    """`count` values of the block in data[start:end]. WireError as the plain decoder."""
    if end - start < SHORT:
        return _plain(data, start, end, count)
    raw = np.frombuffer(data, np.uint8, end - start, start)
    ends = (raw < _CONTINUED).nonzero()[0]
    ends += _ONE
    n = len(raw)
    if len(ends) != count or count == 0 or n > FRAME_MAX or ends[-1] != n:
        return _plain(data, start, end, count)
    starts = np.empty(count, np.int64)
    starts[0] = 0
    starts[1:] = ends[:-1]
    sizes = ends - starts
    if np.maximum.reduce(sizes) > len(_WEIGHTS):
        return _plain(data, start, end, count)
    place = _PLACES[:n] - starts.repeat(sizes)
    zigzag = np.add.reduceat((raw & _BITS) * _WEIGHTS[place], starts)
    return np.add.accumulate((zigzag >> _ONE) ^ -(zigzag & _ONE))


def _plain(data: bytes, start: int, end: int, count: int) -> NDArray[np.int64]:
    return np.array(decode_values(data, start, end, count), np.int64)


def decode(row: Received) -> Decoded:
    """The frame of a row data/*, and its stamp. WireError where it cannot be read."""
    return wire.decode(row.payload, values_of)


class Twice:
    """`decode` for two who go through the same rows, one after the other: a frame is kept from the
    first time to the second."""

    def __init__(self) -> None:
        self._kept: dict[int, Decoded] = {}

    def __call__(self, row: Received) -> Decoded:
        found = self._kept.pop(row.row, None)
        if found is None:
            found = self._kept[row.row] = decode(row)
        return found
