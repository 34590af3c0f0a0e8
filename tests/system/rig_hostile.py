"""What a stranger on the broker can make: frames with a right checksum and no sense."""

from __future__ import annotations

import struct
from binascii import crc32
from collections.abc import Sequence

from firmware import wire

U32 = (1 << 32) - 1


def _split(tick: int) -> tuple[int, int]:
    return tick & (wire.TICK_SPAN - 1), tick >> wire.TICK_BITS & 0xFFFF


def payload(
    blocks: Sequence[bytes] = (), boot: int = 1, session: int = 0, seq: int = 0, flags: int = 0,
    base: int | None = None, send: int = 0, echo: tuple[int, int] = (0, 0),
    said_blocks: int | None = None,
) -> bytes:
    """A payload that says exactly this; `echo`: hub's ns and the tick at which it came."""
    stamp = struct.pack(wire.STAMP, wire.VERSION, seq if base is None else base, *_split(send),
                        echo[0], *_split(echo[1]))
    count = len(blocks) if said_blocks is None else said_blocks
    head = struct.pack(wire.HEADER, wire.MAGIC, wire.VERSION, flags, count, boot, session, seq)
    whole = stamp + head + b"".join(blocks)
    return whole + struct.pack("<I", crc32(whole))


def block(
    channel: int, values: Sequence[int], index: int = 0, tick: int = 0, flags: int = 0,
    count: int | None = None,
) -> bytes:
    """A block that says exactly this; `count`: another number of values than there are."""
    data, last = bytearray(), 0
    for value in values:
        delta, last = value - last, value
        data += _varint(delta << 1 if delta >= 0 else (-delta << 1) - 1)
    said = len(values) if count is None else count
    return struct.pack(wire.BLOCK, channel, flags, said, index, *_split(tick), 300,
                       len(data)) + data


def _varint(z: int) -> bytes:
    out = bytearray()
    while z > 127:
        out.append(z & 127 | 128)
        z >>= 7
    return bytes(out) + bytes([z])
