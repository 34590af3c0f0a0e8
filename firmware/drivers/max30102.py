# MAX30102, infrared only: 400 samples a second averaged by 4, so about 100 Hz by the sensor's own
# clock (a few per cent off; the hub finds the true rate).
#
# The FIFO holds 32 samples (320 ms). Roll-over is off: when it is full it keeps what it holds,
# throws away each NEW sample and counts it in the overflow register, up to 31. So lost samples
# come after the 32 that are held: those are read first, in order, and then the index jumps by
# `lost`. At 31 it is "31 or more". Popping a sample sets the counter to 0, so it is read before; a
# sample thrown away between that reading and the first pop goes uncounted (the sampler sees to it).

from array import array

ADDRESS = 0x57
PART_ID = 0x15
DEPTH = 32
LOST_MAX = 31

WRITE_POINTER = 0x04  # and 0x05 overflow counter, 0x06 read pointer
DATA = 0x07
FIFO_CONFIG = 0x08
MODE = 0x09
SPO2_CONFIG = 0x0A
LED_IR = 0x0D
SLOTS_12 = 0x11
SLOTS_34 = 0x12
PART = 0xFF

EMPTY = b"\0\0\0"  # both pointers and the overflow counter
RESET = 0x40
RESET_POLLS = 100
LED_IR_ON = 0x02  # slot 1: LED2, which is infrared
MULTI_LED = 0x07
AVERAGE_4 = 0x40  # roll-over bit 4 stays 0
RATE_400 = 0x0C
# 411 us are not allowed at 400 a second once a second LED is on; 215 us always are. With them the
# converter has 17 bits, at the upper end of 18: the last is always 0, and 262142 is full scale.
WIDTH_215 = 0x02
RANGES_NA = {2048: 0x00, 4096: 0x20, 8192: 0x40, 16384: 0x60}


class SensorError(OSError):
    """The chip is not what it should be; the text says what was found and what to do."""


class Max30102:
    """`setup`, then again and again `waiting` and `read`, which allocate nothing.

    `counts[:n]` are the samples read last (18 bit, the last of them 0), `lost` how many were thrown
    away after them.
    """

    def __init__(self, bus, led_ma=7, range_na=8192, address=ADDRESS):
        self.bus = bus
        self.address = address
        self.settings = (
            (FIFO_CONFIG, AVERAGE_4),
            (SPO2_CONFIG, RANGES_NA[range_na] | RATE_400 | WIDTH_215),
            (LED_IR, min(255, led_ma * 5)),  # steps of 0.2 mA
            (SLOTS_12, LED_IR_ON),
            (SLOTS_34, 0),
            (MODE, MULTI_LED),  # last: this starts it
        )
        self.one = bytearray(1)
        self.pointers = bytearray(3)
        self.counts = array("i", bytes(4 * DEPTH))
        self.raw = bytearray(3 * DEPTH)
        view = memoryview(self.raw)
        self.slices = tuple(view[: 3 * n] for n in range(DEPTH + 1))
        self.lost = 0

    def setup(self):
        """Reset, configure and start the chip. SensorError if it is another or does not obey."""
        found = self._get(PART)
        if found != PART_ID:
            raise SensorError(
                f"part id 0x{found:02x} at I2C address 0x{self.address:02x}, "
                f"a MAX30102 has 0x{PART_ID:02x}: check the module"
            )
        self._put(MODE, RESET)
        for _ in range(RESET_POLLS):
            if not self._get(MODE) & RESET:
                break
        else:
            raise SensorError("the MAX30102 does not leave its reset: check its 1.8 V supply")
        for register, value in self.settings:
            self._put(register, value)
        for register, value in self.settings:
            found = self._get(register)
            if found != value:
                raise SensorError(
                    f"register 0x{register:02x} of the MAX30102 reads 0x{found:02x} after "
                    f"0x{value:02x} was written: probably a clone, use another module"
                )
        self.clear()

    def clear(self):
        """Throw away what the FIFO holds."""
        self.bus.writeto_mem(self.address, WRITE_POINTER, EMPTY)
        self.lost = 0

    def waiting(self):
        """How many samples `read` will bring; sets `lost`. Pops nothing: may be asked again."""
        pointers = self.pointers
        self.bus.readfrom_mem_into(self.address, WRITE_POINTER, pointers)
        self.lost = pointers[1] & LOST_MAX
        n = (pointers[0] - pointers[2]) & (DEPTH - 1)
        return DEPTH if n == 0 and self.lost else n  # equal pointers: empty, or full and losing

    def read(self, n):
        """Bring the oldest n samples into `counts`, in one burst."""
        if n == 0:
            return
        self.bus.readfrom_mem_into(self.address, DATA, self.slices[n])
        raw = self.raw
        counts = self.counts
        at = 0
        for i in range(n):
            counts[i] = (raw[at] & 3) << 16 | raw[at + 1] << 8 | raw[at + 2]
            at += 3

    def drain(self):
        """`waiting` and `read` in one; returns how many came."""
        n = self.waiting()
        self.read(n)
        return n

    def _get(self, register):
        self.bus.readfrom_mem_into(self.address, register, self.one)
        return self.one[0]

    def _put(self, register, value):
        self.one[0] = value
        self.bus.writeto_mem(self.address, register, self.one)
