"""The wire format: one file, two interpreters, and no bytes that do more than raise WireError."""

import contextlib
import struct
from pathlib import Path

import frames
import micropython
import pytest
import wire
from hypothesis import given, settings
from hypothesis import strategies as st

HERE = Path(__file__).parent
GOLDEN = HERE / "golden_v1.txt"

u8, u32 = st.integers(0, 255), st.integers(0, 2**32 - 1)
ticks = st.integers(0, wire.TICK_SPAN * 2**16 - 1)  # 2.2 years
values = st.lists(st.integers(-(2**29), 2**29 - 1), max_size=60)


@st.composite
def blocks(draw):
    return wire.Block(
        draw(u8), draw(u8), draw(u32), draw(ticks),
        draw(st.integers(0, 65535)), tuple(draw(values)),
    )  # fmt: skip


def encode(stamp, frame):
    """The payload of a stamp and a frame, by the kit's own writers."""
    out = wire.FrameWriter()
    out.begin()
    for block in frame.blocks:
        writer = wire.BlockWriter(block.channel, 1000)
        writer.clear(block.index)
        writer.flags = block.flags
        for value in block.values:
            writer.add(value)
        writer.at(block.tick_us % wire.TICK_SPAN, block.tick_us >> wire.TICK_BITS, block.span_us)
        assert out.fits(writer)
        out.block(writer)
    size = out.end(frame.flags, frame.boot, frame.session, frame.seq)
    buf = bytearray(wire.PAYLOAD_MAX)
    buf[wire.STAMP_SIZE : wire.STAMP_SIZE + size] = out.buf[:size]
    wire.stamp_into(
        buf, stamp.base, stamp.send_us % wire.TICK_SPAN, stamp.send_us >> wire.TICK_BITS,
        stamp.echo_ns, stamp.echo_us % wire.TICK_SPAN, stamp.echo_us >> wire.TICK_BITS,
    )  # fmt: skip
    return bytes(buf[: wire.seal(buf, size)])


stamps = st.builds(wire.Stamp, u32, ticks, st.integers(0, 2**64 - 1), ticks)
some_frames = st.builds(wire.Frame, u8, u32, u32, u32, st.lists(blocks(), max_size=2).map(tuple))


@given(stamps, some_frames)
def test_what_was_written_is_read(stamp, frame):
    assert wire.decode(encode(stamp, frame)) == (stamp, frame)


@pytest.mark.parametrize("seed", [1, 20260101])
def test_both_interpreters_write_and_read_the_same(seed):
    printed = micropython.run(HERE / "frames.py", seed, 60, path=(micropython.FIRMWARE,), heap="1m")
    assert printed.splitlines() == list(frames.lines(seed, 60))


def test_golden_frames_stay_readable():
    lines = GOLDEN.read_text().splitlines()
    pairs = list(zip(lines[::2], lines[1::2], strict=True))
    assert len(pairs) >= 10
    for data, said in pairs:
        assert frames.told(bytes.fromhex(data)) == said


@settings(max_examples=300)
@given(st.binary(max_size=1100), st.booleans())
def test_random_bytes_are_refused_or_read(data, right_checksum):
    data = bytearray(data)
    if right_checksum and len(data) > wire.CRC_SIZE:
        frames.repair(data)
    frames.told(bytes(data))


@settings(max_examples=300)
@given(stamps, some_frames, st.integers(0, 2**32))
def test_damaged_frames_are_refused_or_read(stamp, frame, seed):
    dice = frames.Dice(seed)
    frames.told(frames.damaged(dice, encode(stamp, frame)))


@given(stamps, some_frames, st.data())
def test_one_flipped_bit_is_always_refused(stamp, frame, data):
    payload = bytearray(encode(stamp, frame))
    bit = data.draw(st.integers(0, 8 * len(payload) - 1))
    payload[bit // 8] ^= 1 << bit % 8
    with pytest.raises(wire.WireError):
        wire.decode(bytes(payload))


@given(u32, u32, u32, st.integers(0, 2**64 - 1))
def test_acknowledgement(boot, next_seq, session, hub_ns):
    data = wire.pack_ack(boot, next_seq, session, hub_ns)
    assert wire.unpack_ack(data) == (boot, next_seq, session, hub_ns)


@given(st.binary(max_size=40))
def test_damaged_acknowledgements_are_refused(data):
    with pytest.raises(wire.WireError):
        wire.unpack_ack(data)


def test_a_future_version_is_named():
    ack = bytearray(wire.pack_ack(1, 2, 3, 4))
    ack[0] = 9
    frames.repair(ack)
    with pytest.raises(wire.WireError, match="version 9"):
        wire.unpack_ack(ack)
    payload = bytearray(frames.payload(frames.Dice(3)))
    payload[0] = 9
    frames.repair(payload)
    with pytest.raises(wire.WireError, match="version 9"):
        wire.decode(payload)


names = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=24)


@given(names, names, names, st.sampled_from(wire.STREAMS))
def test_topics(site, room, kit, stream):
    text = wire.topic(site, room, kit, stream)
    assert wire.parse_topic(text) == (site, room, kit, stream)


@pytest.mark.parametrize(
    "text",
    ["", "stillpoint/1/a/b/c", "stillpoint/2/a/b/c/data", "stillpoint/1/a//c/data",
     "stillpoint/1/A/b/c/data", "stillpoint/1/a/b/c/other", "stillpoint/1/a/+/c/data",
     "stillpoint/1/a/b/c/data/x", "x" * 200, "stillpoint/1/a/" + "b" * 25 + "/c/data"],
)  # fmt: skip
def test_other_topics_are_refused(text):
    with pytest.raises(wire.WireError):
        wire.parse_topic(text)


@given(st.text(max_size=130))
def test_any_topic_text_is_refused_or_read(text):
    with contextlib.suppress(wire.WireError):
        wire.parse_topic(text)


def test_the_head_alone_is_a_stamp():
    payload = frames.payload(frames.Dice(5))
    assert wire.decode_stamp(payload[: wire.STAMP_SIZE]) == wire.decode(payload)[0]
    with pytest.raises(wire.WireError):
        wire.decode_stamp(payload[: wire.STAMP_SIZE - 1])


def test_a_block_never_grows_beyond_its_buffer():
    writer = wire.BlockWriter(wire.PPG_IR, 40)
    while writer.room():
        writer.add(2**29 - 1 if writer.count % 2 else -(2**29))
    assert writer.size <= 40 and len(writer.data) == 40
    writer.at(0, 0, 100_000)
    assert writer.span == 65535


def test_sizes_of_the_layout():
    assert struct.calcsize(wire.STAMP) == wire.STAMP_SIZE
    assert struct.calcsize(wire.HEADER) == wire.HEADER_SIZE
    assert struct.calcsize(wire.BLOCK) == wire.BLOCK_SIZE
    assert struct.calcsize(wire.ACK) == wire.ACK_SIZE
