# The kit's clock: a microsecond tick that wraps every 2**30 us, unwrapped into `lo` and `wraps`.
#
# All numbers stay within -2**30..2**30-1: that is a small integer on a 32-bit board, anything
# wider would be made on the heap. Hence no sum below may pass MASK, not even for a moment.

MASK = (1 << 30) - 1
HALF = 1 << 29


def diff(a, b):
    """Microseconds from tick b to tick a, right if they are less than 8.9 minutes apart."""
    d = (a - b) & MASK
    return d if d < HALF else d - MASK - 1


def after(lo, us):
    """The tick `us` (0..2**30-1) after `lo`."""
    room = MASK - lo
    return lo + us if us <= room else us - room - 1


class Ticks:
    """Unwraps `source` (as time.ticks_us on a board). `read` must run every 17 minutes at least.

    Not for interrupt handlers, which may run in the middle of `read`: there take `source()`,
    and ask `wraps_of` afterwards, outside.
    """

    def __init__(self, source):
        self.source = source
        self.lo = source() & MASK
        self.wraps = 0

    def read(self):
        """Bring `lo` and `wraps` up to date; returns `lo`."""
        lo = self.source() & MASK
        if lo < self.lo:
            self.wraps += 1
        self.lo = lo
        return lo

    def wraps_of(self, lo):
        """The wraps that belong to a tick taken within the last 17 minutes."""
        return self.wraps if lo <= self.read() else self.wraps - 1
