# Register model of the ADS1115 (datasheet SBAS444). The level on the wires is sampled when a
# conversion starts and appears in the conversion register when it ends.

from array import array

CONVERSION, CONFIG = 0, 1
POWER_UP = 0x8583
OS = 0x8000
FIXED = 0x7F00  # multiplexer, gain and mode, of which only one setting is modelled
AIN0_AIN1_2V_SINGLE = 0x0500
PER_SECOND = (8, 16, 32, 64, 128, 250, 475, 860)


class Unsupported(Exception):
    """The driver asks for what the body was not made for. A real chip would obey, or drift."""


class Ads1115:
    """`level`: a Timeline of converter codes. `mask` = 0xFFF0 makes it an ADS1015."""

    def __init__(self, level, mask=0xFFFF, clock_percent=100):
        self.level = level
        self.mask = mask
        self.clock_percent = clock_percent
        self.registers = array("i", (0, POWER_UP, 0x8000, 0x7FFF))
        self.now = 0
        self.done = 0
        self.held = 0
        self.busy = False

    def run(self, now_us):
        self.now = now_us
        self.level.at(now_us)
        if self.busy and now_us >= self.done:
            self.busy = False
            self.registers[CONVERSION] = self.held & self.mask

    def read(self, register, buf):
        word = self.registers[register]
        if register == CONFIG:
            word = word & ~OS if self.busy else word | OS
        for i in range(len(buf)):  # more than two bytes: the same again
            buf[i] = word >> 8 & 255 if i & 1 == 0 else word & 255

    def write(self, register, buf):
        if len(buf) != 2 or register == CONVERSION:
            raise Unsupported(f"simulated ADS1115: {len(buf)} bytes for register {register}")
        word = buf[0] << 8 | buf[1]
        self.registers[register] = word
        if register == CONFIG and word & OS and not self.busy:
            self._convert(word)

    def _convert(self, word):
        if word & FIXED != AIN0_AIN1_2V_SINGLE:
            raise Unsupported(
                f"simulated ADS1115: config 0x{word:04x}, but only AIN0-AIN1, +-2.048 V, "
                "single shot is modelled"
            )
        self.held = self.level.value
        self.busy = True
        self.done = self.now + 100000000 // (PER_SECOND[word >> 5 & 7] * self.clock_percent)
