# A kit's sensors and sampler in virtual time, under MicroPython and CPython. Time passes by itself:
# a little at each look at the clock and each access to the bus, and as much as the test says.

import wire
from drivers.ads1115 import Ads1115
from drivers.max30102 import Max30102
from kit.sampler import Sampler
from kit.ticks import Ticks

try:
    from chips import ads1115, bus, max30102
    from timeline import Timeline
except ImportError:
    from hub.simulate.board.chips import ads1115, bus, max30102
    from hub.simulate.board.timeline import Timeline

MASK = (1 << 30) - 1
LOOK_US = 10
ACCESS_US = 120
LEVEL_US = 20_000
COUNTS = 1 << 17
STEP = 2  # counts: the chip has 17 bits, at the upper end of 18
LEVELS = 1 << 15


class World:
    """`now` in us; sample number i is taken at `sample_at(i)` and has the value
    i * STEP, wrapped.

    The level on the skin is the number of 20 ms steps since 0. `broken`: the bus gives no answer.
    """

    def __init__(self, rate_mhz=100_000, phase_us=0, offset_us=0, number=int):
        self.now = 1_000_000
        self.rate_mhz = rate_mhz
        self.phase_us = phase_us
        self.offset_us = offset_us
        self.number = number
        self.samples = Timeline(64)
        self.level = Timeline(64)
        self.next_sample = 0
        self.next_level = 0
        self.broken = False
        self.ppg_chip = max30102.Max30102(self.samples)
        self.eda_chip = ads1115.Ads1115(self.level)
        self.bus = bus.Bus({0x57: self.ppg_chip, 0x48: self.eda_chip}, self.look)
        self.ppg = Max30102(self.bus)
        self.ppg.setup()
        self.turn_us = (self.now + offset_us) >> 30 << 30  # the tick's turn in which the kit began
        self.sampler = Sampler(self.ppg, Ads1115(self.bus), Ticks(self.source))

    def sample_at(self, i):
        return self.phase_us + i * 1_000_000_000 // self.rate_mhz

    def taken(self, us):
        """How many samples had been taken at a moment."""
        i = max(0, (us - self.phase_us) * self.rate_mhz // 1_000_000_000 - 2)
        while self.sample_at(i) <= us:
            i += 1
        return i

    def level_at(self, us):
        return us // LEVEL_US % LEVELS

    def moment(self, tick_us):
        """When the kit's clock showed this, wraps and all."""
        return tick_us + self.turn_us - self.offset_us

    def source(self):
        self.now += LOOK_US
        return self.number((self.now + self.offset_us) & MASK)

    def look(self):
        self.now += ACCESS_US
        if self.broken:
            raise OSError(5)
        self.run()

    def run(self):
        """Let the chips see all that has happened until now."""
        while self.sample_at(self.next_sample) <= self.now:
            self.samples.put(self.next_sample % COUNTS * STEP, self.sample_at(self.next_sample))
            self.next_sample += 1
            self.ppg_chip.run(self.sample_at(self.next_sample) - 1)
        while self.next_level * LEVEL_US <= self.now:
            self.level.put(self.next_level % LEVELS, self.next_level * LEVEL_US)
            self.next_level += 1
            self.level.at(self.now)
        self.eda_chip.run(self.now)

    def sleep(self, us):
        self.now += us

    def sample_for(self, us, late_us=0):
        """Step the sampler for so long, always waking `late_us` late."""
        end = self.now + us
        while self.now < end:
            self.sleep(1000 * int(self.sampler.step()) + late_us)


def payload(frame, buf, seq):
    """A whole message of a frame that has its blocks; `buf` has room for it."""
    size = frame.end(0, 1, 2, seq)
    for i in range(size):
        buf[wire.STAMP_SIZE + i] = frame.buf[i]
    wire.stamp_into(buf, 0, 0, 0, 0, 0, 0)
    return bytes(buf[: wire.seal(buf, size)])


def cut(sampler):
    """The blocks gathered so far, decoded, from as many frames as they need."""
    frame = wire.FrameWriter()
    buf = bytearray(wire.PAYLOAD_MAX)
    blocks = []
    whole = False
    while not whole:
        frame.begin()
        whole = sampler.cut(frame)
        blocks.extend(wire.decode(payload(frame, buf, 0))[1].blocks)
    return blocks
