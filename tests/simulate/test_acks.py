"""From the touch to the acknowledgement, by the journal."""

import pytest

from firmware import wire
from hub.records import Received
from hub.simulate.acks import press_acks_ms
from hub.simulate.feed import Clocks
from hub.simulate.world import Anchor

CLOCKS = Clocks(100.0, 40_000, 5 * 3_600_000_000)
ANCHOR = Anchor(utc_ns=1_700_000_000_000_000_000, mono_ns=60_000_000_000)
SPAN = 1 << 30


def utc(mono_us):
    return ANCHOR.utc(mono_us * 1000)


def payload(send_us, echo, seq, key=None, touch_us=0):
    """A frame of the box; `echo`: (hub ns, mono us at which it came) of the last ack."""
    def split(mono_us):
        tick = CLOCKS.tick_us(mono_us) - CLOCKS.tick_us(0) // SPAN * SPAN
        return tick % SPAN, tick // SPAN

    frame = wire.FrameWriter()
    frame.begin()
    if key is not None:
        block = wire.BlockWriter(wire.EVENT, 16)
        block.add(key)
        block.lo, block.wraps = split(touch_us)
        frame.block(block)
    size = frame.end(0 if key is not None else wire.NOT_KEPT, 7, 1, seq)
    data = bytearray(wire.PAYLOAD_MAX)
    wire.stamp_into(data, 0, *split(send_us), echo[0], *split(echo[1]))
    data[wire.STAMP_SIZE : wire.STAMP_SIZE + size] = frame.buf[:size]
    return bytes(data[: wire.seal(data, size)])


def row(n, at_us, data, kept):
    if kept:
        return Received(n, utc(at_us), "data/box-1", data, "box-1", 7, n)
    return Received(n, utc(at_us), "stamp/box-1", data[: wire.STAMP_SIZE], "box-1", 7)


def test_the_next_stamp_says_when_the_box_knew():
    s = 100_000_000
    rows = [
        row(0, s, payload(s, (0, 0), 0), False),
        row(1, s + 520_000, payload(s + 515_000, (utc(s), s + 3_000), 0, 2, s + 500_000), True),
        row(2, s + 900_000, payload(s + 515_000, (utc(s), s + 3_000), 0, 2, s + 500_000), True),
        row(3, s + 1_000_000, payload(s + 999_000, (utc(s + 530_000), s + 540_000), 1), False),
        row(4, s + 2_000_000, payload(s + 1_999_000, (utc(s + 1_010_000), s + 1_020_000), 1), 0),
    ]
    rows[2] = Received(2, rows[2].at_ns, rows[2].topic, rows[2].payload, "box-1", 7, 1)
    assert press_acks_ms(rows, "box-1", CLOCKS, ANCHOR) == pytest.approx([40.0], abs=0.01)


def test_another_kit_is_not_the_box():
    assert press_acks_ms([Received(1, 1, "data/kit-1", b"", "kit-1", 1, 1)], "box-1", CLOCKS,
                         ANCHOR) == []
