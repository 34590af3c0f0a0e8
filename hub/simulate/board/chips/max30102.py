# Register model of the MAX30102 (datasheet 19-7740), as far as one LED in multi-LED mode goes.
# Samples enter the FIFO when their time has come, never because somebody reads.

PART_ID, REVISION = 0x15, 0x03
DEPTH, SAMPLE = 32, 3
OVF_MAX = 31
STATUS, WRITE, OVF, READ, DATA = 0x00, 0x04, 0x05, 0x06, 0x07
FIFO_CONFIG, MODE, SPO2, LED_IR, SLOTS_12, SLOTS_34 = 0x08, 0x09, 0x0A, 0x0D, 0x11, 0x12
REV, PART = 0xFE, 0xFF
SHUTDOWN, RESET, MODES = 0x80, 0x40, 0x07
POWER_READY = 0x01
MULTI_LED = 7
AVERAGE_ROLLOVER = 0xF0
AVERAGE_4 = 0x40  # and no roll-over
RATES = 0x1C
RATE_400 = 0x0C
WIDTH = 0x03  # pulses of 69, 118, 215, 411 us: the converter has 15, 16, 17, 18 bits
IR_ONLY = 2


class Unsupported(Exception):
    """The driver configures what the body was not made for: its samples would be wrong."""


class Max30102:
    """`samples`: a Timeline of averaged 18-bit counts, one each 10 ms of the sensor's own clock."""

    def __init__(self, samples, part=PART_ID):
        self.samples = samples
        self.part = part
        self.registers = bytearray(256)
        self.fifo = bytearray(DEPTH * SAMPLE)
        self._reset()

    def run(self, now_us):
        samples = self.samples
        while samples.due <= now_us:
            count = samples.step()
            if self.measuring:
                self._push(count if self.registers[LED_IR] else 0)

    def read(self, register, buf):
        registers = self.registers
        for i in range(len(buf)):
            if register == DATA:
                buf[i] = self._pop()  # the address stays on the FIFO
            else:
                buf[i] = registers[register]
                register += 1
        if self.byte:
            raise Unsupported("simulated MAX30102: a burst ended in the middle of a sample")

    def write(self, register, buf):
        for i in range(len(buf)):
            self._set(register + i, buf[i])

    def _set(self, register, value):
        if register == MODE and value & RESET:
            self._reset()
            return
        if register not in (REV, PART, STATUS, DATA):
            self.registers[register] = value
        if WRITE <= register <= READ:
            self.registers[register] = value & (DEPTH - 1)
            self.held = (self.registers[WRITE] - self.registers[READ]) & (DEPTH - 1)
        self.measuring = self._measures()

    def _reset(self):
        registers = self.registers
        for i in range(len(registers)):
            registers[i] = 0
        registers[STATUS] = POWER_READY
        registers[REV] = REVISION
        registers[PART] = self.part
        self.held = 0  # samples in the FIFO: its pointers alone do not tell 0 from 32
        self.byte = 0  # of the sample that is being read
        self.measuring = False

    def _measures(self):
        registers = self.registers
        mode = registers[MODE]
        if mode & SHUTDOWN or mode & MODES == 0:
            return False
        wanted = (
            mode & MODES == MULTI_LED
            and registers[FIFO_CONFIG] & AVERAGE_ROLLOVER == AVERAGE_4
            and registers[SPO2] & RATES == RATE_400
            and registers[SLOTS_12] == IR_ONLY
            and registers[SLOTS_34] == 0
        )
        if not wanted:
            raise Unsupported(
                "simulated MAX30102: the body delivers infrared at 400 samples a second averaged "
                "by 4 in slot 1, without roll-over; the driver set something else"
            )
        return True

    def _push(self, count):
        registers = self.registers
        if self.held == DEPTH:
            registers[OVF] = min(OVF_MAX, registers[OVF] + 1)
            return
        at = registers[WRITE] * SAMPLE
        fifo = self.fifo
        blank = WIDTH - (registers[SPO2] & WIDTH)  # bits at the lower end that it does not have
        count = count >> blank << blank
        fifo[at] = count >> 16 & 3
        fifo[at + 1] = count >> 8 & 255
        fifo[at + 2] = count & 255
        registers[WRITE] = (registers[WRITE] + 1) & (DEPTH - 1)
        self.held += 1

    def _pop(self):
        registers = self.registers
        if self.held == 0:
            raise Unsupported("simulated MAX30102: the FIFO was read beyond its end")
        value = self.fifo[registers[READ] * SAMPLE + self.byte]
        self.byte += 1
        if self.byte == SAMPLE:
            self.byte = 0
            self.held -= 1
            registers[READ] = (registers[READ] + 1) & (DEPTH - 1)
            registers[OVF] = 0
        return value
