"""The hot path of the wire: rows to frames. The varints of a block are looked over at once, so that
a damaged frame is known as such, and read when they are asked for: of many blocks together.

`values_of` is for `wire.decode`. It agrees with `wire.decode_values` on every input, for whatever
is out of the ordinary (errors, varints of five bytes) is left to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firmware import wire
from firmware.wire import decode_values
from hub.arrays import Ints
from hub.records import Received

Decoded = tuple[wire.Stamp, wire.Frame]

SHORT = 40  # bytes; for fewer the plain decoder is faster
LONGEST = 4  # bytes of a varint that are read here
_HIGH = bytes(range(128, 256))  # a byte of a varint that is not its last
_MARKED = bytes(128) + b"\1" * 128
_TOO_LONG = b"\1" * LONGEST
# As numpy scalars: a plain int costs a conversion in every operation.
_CONTINUED = np.uint8(128)
_BITS = np.uint8(127)
_ONE = np.int64(1)
_WEIGHTS = np.array([1 << 7 * place for place in range(LONGEST)], np.int64)


class Values:
    """The values of a block, known to be readable, still as they came."""

    __slots__ = ("count", "raw")

    def __init__(self, raw: bytes, count: int) -> None:
        self.raw, self.count = raw, count

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[int]:
        return iter(together([self]).tolist())

    def __array__(self, *_: Any, **__: Any) -> Ints:
        return together([self])


def values_of(data: bytes, start: int, end: int, count: int) -> Values | Ints:
    """`count` values of the block in data[start:end]. WireError as the plain decoder."""
    raw = bytes(data[start:end])
    if (
        count == 0
        or len(raw.translate(None, _HIGH)) != count
        or raw[-1] > 127
        or _TOO_LONG in raw.translate(_MARKED)
    ):
        return np.array(decode_values(raw, 0, len(raw), count), np.int64)
    return Values(raw, count)


def together(several: Sequence[Values | Ints | Sequence[int]]) -> Ints:
    """The values of several blocks, one after the other."""
    packed = [one for one in several if isinstance(one, Values)]
    if len(packed) < len(several):
        return np.concatenate([np.asarray(one, np.int64) for one in several])
    raw, counts = b"".join([one.raw for one in packed]), [one.count for one in packed]
    if len(raw) < SHORT and len(counts) == 1:
        return np.array(decode_values(raw, 0, len(raw), counts[0]), np.int64)
    return _read(np.frombuffer(raw, np.uint8), np.array(counts))


def _read(raw: NDArray[np.uint8], counts: Ints) -> Ints:
    """All varints of blocks of so many values, each block's added up by itself."""
    ends = (raw < _CONTINUED).nonzero()[0]
    ends += _ONE
    starts = np.empty_like(ends)
    starts[0] = 0
    starts[1:] = ends[:-1]
    place = np.arange(len(raw)) - starts.repeat(ends - starts)
    zigzag = np.add.reduceat((raw & _BITS) * _WEIGHTS[place], starts)
    steps = (zigzag >> _ONE) ^ -(zigzag & _ONE)
    sums = np.add.accumulate(steps)
    if len(counts) > 1:
        first = counts.cumsum() - counts
        sums -= (sums[first] - steps[first]).repeat(counts)
    return sums


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
