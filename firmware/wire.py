# The Stillpoint wire format, version 1. The kit runs this file under MicroPython and the hub
# imports it under CPython: there is no second copy. Integers only, little-endian, all sizes capped.
#
# payload = STAMP | HEADER | block * n | crc32      (kit -> hub, topic .../<kit>/data)
#   stamp   made anew for every send: the oldest frame still held, the send tick, and the echo of
#           the last acknowledgement (the hub's time in it, and the tick at which it came)
#   header  what the frame is: boot, session, seq. The same at every resend. `seq` of a frame that
#           is not kept is the number that the next kept one gets
#   block   one channel: values as zigzag deltas in varints
#   crc32   over everything before it
# ack     = ACK | crc32                             (hub -> kit, topic .../<kit>/ack)
#
# A tick is the kit's microsecond clock: `lo` runs 0..2**30-1 as MicroPython's ticks_us does, and
# `wraps` counts how often it began again (every 17.9 minutes).

import struct
from binascii import crc32

try:
    from collections import namedtuple
except ImportError:  # pragma: no cover
    from ucollections import namedtuple  # type: ignore

VERSION = 1

TICK_BITS = 30
TICK_SPAN = 1 << TICK_BITS

STAMP = "<BIIHQIH"  # version, base seq, send lo, send wraps, echo hub ns, echo lo, echo wraps
STAMP_SIZE = 25
HEADER = "<BBBBIII"  # magic, version, flags, blocks, boot, session, seq
HEADER_SIZE = 16
BLOCK = "<BBBIIHHH"  # channel, flags, count, first index, tick lo, tick wraps, span us, data bytes
BLOCK_SIZE = 17
ACK = "<BIIIQ"  # version, boot, next seq, session, hub ns
ACK_SIZE = 21
CRC_SIZE = 4

MAGIC = 0xB5
FRAME_MAX = 1000  # header and blocks
PAYLOAD_MAX = STAMP_SIZE + FRAME_MAX + CRC_SIZE
BLOCKS_MAX = 16
COUNT_MAX = 255
VALUE_BYTES_MAX = 5  # a varint of 32 bits
TOPIC_MAX = 120

# Frame flags
NOT_KEPT = 1  # sent for the fit check only: the kit does not hold it, the hub does not store it

# Block flags
INDEX_BREAK = 1  # more values were lost before this block than the sensor could count

# Channels. `tick` is read just before the bus read that brought the block's last value, and
# `span` is how long that read took. EDA: `tick` is the start of the last conversion.
PPG_IR = 1  # raw counts, 18 bit, at the sensor's own rate (nominally 100 Hz)
PPG_RED = 2
EDA = 3  # raw converter code, 16 bit signed, every 62 500 us of the kit's clock
EVENT = 16  # one press a block: value = key, index = number of the press in this boot
HEALTH = 32  # see HEALTH_FIELDS; index = how many were made in this boot

HEALTH_FIELDS = (
    "ring_permille",
    "ring_frames",
    "overflows",
    "heap_free",
    "rssi_dbm",
    "battery_mv",
    "sent",
    "resent",
    "reconnects",
    "evicted",
)

ROOT = "stillpoint"
STREAMS = ("data", "about", "ack")

Stamp = namedtuple("Stamp", ("base", "send_us", "echo_ns", "echo_us"))
Block = namedtuple("Block", ("channel", "flags", "index", "tick_us", "span_us", "values"))
Frame = namedtuple("Frame", ("flags", "boot", "session", "seq", "blocks"))
Ack = namedtuple("Ack", ("boot", "next", "session", "hub_ns"))
Topic = namedtuple("Topic", ("site", "room", "kit", "stream"))


class WireError(ValueError):
    """The bytes are not a message of this format; the text says which rule they break."""


def topic(site, room, kit, stream):
    """The MQTT topic of one stream of one kit."""
    return "%s/%d/%s/%s/%s/%s" % (ROOT, VERSION, site, room, kit, stream)


def parse_topic(text):
    """`Topic` of an MQTT topic. WireError where it is not one of ours."""
    parts = text.split("/") if len(text) <= TOPIC_MAX else ()
    if len(parts) != 6 or parts[0] != ROOT or parts[1] != str(VERSION):
        raise WireError("topic is not %s/%d/site/room/kit/stream" % (ROOT, VERSION))
    if parts[5] not in STREAMS:
        raise WireError("unknown stream")
    for part in parts[2:5]:
        if not is_name(part):
            raise WireError("site, room and kit are 1-24 of a-z 0-9 -")
    return Topic(parts[2], parts[3], parts[4], parts[5])


def is_name(text):
    """True for 1-24 characters of a-z, 0-9 and the hyphen."""
    if not 1 <= len(text) <= 24:
        return False
    for c in text:
        if not ("a" <= c <= "z" or "0" <= c <= "9" or c == "-"):
            return False
    return True


class BlockWriter:
    """Gathers one channel's values into `data`; nothing is allocated after it is made."""

    def __init__(self, channel, data_max):
        self.channel = channel
        self.data = bytearray(data_max)
        self.flags = 0
        self.clear(0)

    def clear(self, index):
        """Begin an empty block whose first value has this index."""
        self.index = index
        self.count = 0
        self.size = 0
        self.last = 0
        self.lo = 0
        self.wraps = 0
        self.span = 0
        self.flags = 0

    def room(self):
        """True if one more value surely fits."""
        return self.count < COUNT_MAX and self.size + VALUE_BYTES_MAX <= len(self.data)

    def add(self, value):
        """Append a value (-2**29..2**29-1). The caller has asked `room()`."""
        delta = value - self.last
        self.last = value
        z = delta << 1 if delta >= 0 else ((-delta) << 1) - 1
        data = self.data
        n = self.size
        while z > 127:
            data[n] = (z & 127) | 128
            n += 1
            z >>= 7
        data[n] = z
        self.size = n + 1
        self.count += 1

    def at(self, lo, wraps, span):
        """Say when the last value was read: tick before the read, and its length in us."""
        self.lo = lo
        self.wraps = wraps
        self.span = span if span < 65535 else 65535


class FrameWriter:
    """Lays header and blocks into one preallocated buffer: `begin`, `block`..., `end`."""

    def __init__(self):
        self.buf = bytearray(FRAME_MAX)
        self.size = 0
        self.blocks = 0

    def begin(self):
        self.size = HEADER_SIZE
        self.blocks = 0

    def fits(self, writer):
        """True if this block still fits the frame."""
        return self.blocks < BLOCKS_MAX and self.size + BLOCK_SIZE + writer.size <= FRAME_MAX

    def block(self, writer):
        """Copy a block in. The caller has asked `fits()`."""
        n = self.size
        buf = self.buf
        struct.pack_into(
            BLOCK, buf, n, writer.channel, writer.flags, writer.count, writer.index,
            writer.lo, writer.wraps, writer.span, writer.size,
        )
        n += BLOCK_SIZE
        data = writer.data
        for i in range(writer.size):
            buf[n] = data[i]
            n += 1
        self.size = n
        self.blocks += 1

    def end(self, flags, boot, session, seq):
        """Write the header; the frame is then `buf[:size]`. Returns the size."""
        struct.pack_into(
            HEADER, self.buf, 0, MAGIC, VERSION, flags, self.blocks, boot, session, seq
        )
        return self.size


def stamp_into(buf, base, lo, wraps, echo_ns, echo_lo, echo_wraps):
    """Write a stamp at the head of a payload buffer."""
    struct.pack_into(STAMP, buf, 0, VERSION, base, lo, wraps, echo_ns, echo_lo, echo_wraps)


def seal(buf, frame_size):
    """Write the CRC behind stamp and frame; returns the size of the payload."""
    n = STAMP_SIZE + frame_size
    struct.pack_into("<I", buf, n, crc32(memoryview(buf)[:n]))
    return n + CRC_SIZE


def pack_ack(boot, next_seq, session, hub_ns):
    """The hub's acknowledgement: everything of this boot below `next_seq` is durable, and the
    kit is to record for `session` (0: for none)."""
    head = struct.pack(ACK, VERSION, boot, next_seq, session, hub_ns)
    return head + struct.pack("<I", crc32(head))


def unpack_ack(data):
    """`Ack` of its bytes. WireError where they are not one."""
    if len(data) != ACK_SIZE + CRC_SIZE:
        raise WireError("an acknowledgement has %d bytes" % (ACK_SIZE + CRC_SIZE))
    if struct.unpack_from("<I", data, ACK_SIZE)[0] != crc32(memoryview(data)[:ACK_SIZE]):
        raise WireError("checksum")
    version, boot, next_seq, session, hub_ns = struct.unpack_from(ACK, data, 0)
    if version != VERSION:
        raise WireError("version %d" % version)
    return Ack(boot, next_seq, session, hub_ns)


def check(data):
    """WireError unless `data` is a whole payload of this version with a right checksum."""
    n = len(data)
    if not STAMP_SIZE + HEADER_SIZE + CRC_SIZE <= n <= PAYLOAD_MAX:
        raise WireError("size %d" % n)
    if data[0] != VERSION:
        raise WireError("version %d" % data[0])
    if struct.unpack_from("<I", data, n - CRC_SIZE)[0] != crc32(memoryview(data)[: n - CRC_SIZE]):
        raise WireError("checksum")
    if data[STAMP_SIZE] != MAGIC or data[STAMP_SIZE + 1] != VERSION:
        raise WireError("not a frame")


def decode_stamp(data):
    """`Stamp` of a payload, or of its first STAMP_SIZE bytes."""
    if len(data) < STAMP_SIZE:
        raise WireError("size %d" % len(data))
    version, base, lo, wraps, echo_ns, echo_lo, echo_wraps = struct.unpack_from(STAMP, data, 0)
    if version != VERSION:
        raise WireError("version %d" % version)
    return Stamp(base, tick(lo, wraps), echo_ns, tick(echo_lo, echo_wraps))


def tick(lo, wraps):
    """Microseconds since the kit's clock began."""
    if lo >= TICK_SPAN:
        raise WireError("tick %d" % lo)
    return (wraps << TICK_BITS) | lo


def decode_head(data):
    """`Frame` without its blocks (blocks = how many), after `check`."""
    _, _, flags, blocks, boot, session, seq = struct.unpack_from(HEADER, data, STAMP_SIZE)
    if blocks > BLOCKS_MAX:
        raise WireError("%d blocks" % blocks)
    return Frame(flags, boot, session, seq, blocks)


def decode(data, values_of=None):
    """(Stamp, Frame) of a payload. WireError for anything else.

    `values_of(data, start, end, count)` may replace the plain varint decoder; it returns the
    values in whatever container the caller likes, or raises WireError.
    """
    values_of = values_of or decode_values
    check(data)
    stamp = decode_stamp(data)
    head = decode_head(data)
    end = len(data) - CRC_SIZE
    at = STAMP_SIZE + HEADER_SIZE
    blocks = []
    for _ in range(head.blocks):
        if at + BLOCK_SIZE > end:
            raise WireError("block header beyond the end")
        channel, flags, count, index, lo, wraps, span, size = struct.unpack_from(BLOCK, data, at)
        at += BLOCK_SIZE
        if at + size > end:
            raise WireError("block beyond the end")
        values = values_of(data, at, at + size, count)
        blocks.append(Block(channel, flags, index, tick(lo, wraps), span, values))
        at += size
    if at != end:
        raise WireError("%d bytes left over" % (end - at))
    return stamp, Frame(head.flags, head.boot, head.session, head.seq, tuple(blocks))


def decode_values(data, start, end, count):
    """`count` values from the varints in data[start:end], all of it used."""
    values = []
    last = 0
    at = start
    for _ in range(count):
        z = 0
        shift = 0
        while True:
            if at >= end or shift > 28:
                raise WireError("varint")
            byte = data[at]
            at += 1
            z |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        if z >= 1 << 32:
            raise WireError("varint")
        last += (z >> 1) if not z & 1 else -((z + 1) >> 1)
        values.append(last)
    if at != end:
        raise WireError("bytes left over in a block")
    return tuple(values)
