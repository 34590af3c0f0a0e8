# Random frames, the same ones under MicroPython and CPython; run as a script it prints them.
# Usage: frames.py SEED COUNT

import sys
from binascii import hexlify

import wire

CHANNELS = (wire.PPG_IR, wire.PPG_RED, wire.EDA, wire.EVENT, wire.HEALTH, 77)
WIDTHS = (1, 7, 12, 18, 29)  # bits of the values of a block


class Dice:
    """A generator that needs nothing of either interpreter."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        value = 0
        for _ in range(3):
            self.state = (self.state * 1103515245 + 12345) & 0x7FFFFFFF
            value = value << 16 | self.state >> 15
        return value % n


def fill(dice, writer):
    """Random values for one block."""
    writer.channel = CHANNELS[dice.below(len(CHANNELS))]
    writer.clear(dice.below(1 << 32))
    writer.flags = dice.below(4)
    width = WIDTHS[dice.below(len(WIDTHS))]
    for _ in range(dice.below(120)):
        if writer.room():
            writer.add(dice.below(2 << width) - (1 << width))
    writer.at(dice.below(wire.TICK_SPAN), dice.below(5000), dice.below(70000))


def payload(dice):
    """One whole payload."""
    frame = wire.FrameWriter()
    frame.begin()
    writer = wire.BlockWriter(0, 300)
    for _ in range(dice.below(6)):
        fill(dice, writer)
        if frame.fits(writer):
            frame.block(writer)
    size = frame.end(dice.below(2), dice.below(1 << 32), dice.below(1 << 32), dice.below(1 << 32))
    buf = bytearray(wire.PAYLOAD_MAX)
    buf[wire.STAMP_SIZE : wire.STAMP_SIZE + size] = frame.buf[:size]
    wire.stamp_into(
        buf, dice.below(1 << 32), dice.below(wire.TICK_SPAN), dice.below(1 << 16),
        dice.below(1 << 62), dice.below(wire.TICK_SPAN), dice.below(1 << 16),
    )  # fmt: skip
    return bytes(buf[: wire.seal(buf, size)])


def damaged(dice, data):
    """The payload cut, lengthened or with a few bytes changed; often with a right checksum."""
    data = bytearray(data)
    kind = dice.below(4)
    if kind == 0:
        data = data[: dice.below(len(data) + 1)]
    elif kind == 1:
        data.extend(bytes(dice.below(30)))
    for _ in range(dice.below(4)):
        if data:
            data[dice.below(len(data))] = dice.below(256)
    if dice.below(4) and len(data) > wire.CRC_SIZE:
        repair(data)
    return bytes(data)


def repair(data):
    """Write the right checksum."""
    end = len(data) - wire.CRC_SIZE
    crc = wire.crc32(memoryview(data)[:end])
    for i in range(wire.CRC_SIZE):
        data[end + i] = crc >> 8 * i & 255


def told(data):
    """What the decoder makes of the bytes, as a line of text."""
    try:
        stamp, frame = wire.decode(data)
    except wire.WireError as error:
        return "WireError " + str(error)
    blocks = [tuple(block) for block in frame.blocks]
    return repr((tuple(stamp), tuple(frame)[:4], blocks))


def lines(seed, count):
    """For each frame: its bytes, what they say, and what three damaged copies say."""
    dice = Dice(seed)
    for _ in range(count):
        data = payload(dice)
        yield hexlify(data).decode()
        yield told(data)
        for _ in range(3):
            yield told(damaged(dice, data))


if __name__ == "__main__":
    for line in lines(int(sys.argv[1]), int(sys.argv[2])):
        print(line)
