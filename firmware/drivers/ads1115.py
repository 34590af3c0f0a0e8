# ADS1115: AIN0 against AIN1, +-2.048 V, one shot at a time, started by the kit's clock.
#
# Its own oscillator is up to 10 % off, so the continuous mode would drift; a shot begins when we
# say so. 32 shots a second by its clock is 28-34 ms each, which fits the 62.5 ms grid and dampens
# the mains.

CONVERSION = 0
CONFIG = 1
# OS=1 start | MUX 000 AIN0-AIN1 | PGA 010 +-2.048 V | single shot | 32 a second | comparator off
START = b"\x85\x43"
CHANGES_TO_JUDGE = 8  # one that stands still may end in four zeros by chance


class Ads1115:
    """Codes of 62.5 uV (ADS1015 sold as ADS1115: the same scale, the low four bits always 0)."""

    def __init__(self, bus, address=0x48):
        self.bus = bus
        self.address = address
        self.buf = bytearray(2)
        self.lost = True
        self.last = 0
        self.changes = 0
        self.low_bits = 0

    def start(self):
        """Start one conversion. Only when `ready`: the chip ignores a start while it converts."""
        self.bus.writeto_mem(self.address, CONFIG, START)

    def ready(self):
        """True when no conversion is under way; `lost` then tells whether the chip has had no power
        since it was started, and holds no conversion of ours."""
        buf = self.buf
        self.bus.readfrom_mem_into(self.address, CONFIG, buf)
        self.lost = buf[0] | 0x80 != START[0] or buf[1] != START[1]
        return buf[0] & 0x80 != 0

    def read(self):
        """The last conversion, -32768..32767."""
        buf = self.buf
        self.bus.readfrom_mem_into(self.address, CONVERSION, buf)
        code = buf[0] << 8 | buf[1]
        self.low_bits |= code & 15
        if code != self.last and self.changes < CHANGES_TO_JUDGE:
            self.changes += 1
        self.last = code
        return code if code < 32768 else code - 65536

    def resolution(self):
        """Bits of the converter found: 16, 12 (an ADS1015), or None while too little says."""
        if self.low_bits:
            return 16
        return 12 if self.changes == CHANGES_TO_JUDGE else None
