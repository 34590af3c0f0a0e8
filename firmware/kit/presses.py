# The keys of a button box: touches are noticed in interrupt handlers, and taken outside of them.
#
# A handler may run between any two steps of the program, so it allocates nothing, and takes the
# raw tick only: unwrapping is not for handlers (see ticks.py). A contact bounces for some
# milliseconds: the first edge after a rest is the touch, the others tell nothing. What was not low
# for LOW_US is no finger, but a spike on the wire.

from array import array

from kit.ticks import MASK, diff

REST_US = 30_000
LOW_US = 5_000
ROOM = 16  # touches not yet taken


class Presses:
    """Up to 16 touches, oldest first. `pop` gives the key; its tick is then in `lo` and `wraps`."""

    def __init__(self):
        self.keys = array("B", bytes(ROOM))
        self.los = array("I", bytes(4 * ROOM))
        self.turns = array("H", bytes(2 * ROOM))
        self.head = self.tail = 0
        self.lo = self.wraps = 0

    def push(self, key, lo, wraps):
        """False: there is no room, it is lost."""
        if self.head - self.tail == ROOM:
            return False
        at = self.head % ROOM
        self.keys[at] = key
        self.los[at] = lo
        self.turns[at] = wraps
        self.head += 1
        return True

    def pop(self):
        """The key of the oldest touch; -1 if there is none."""
        if self.head == self.tail:
            return -1
        at = self.tail % ROOM
        self.lo = self.los[at]
        self.wraps = self.turns[at]
        self.tail += 1
        return self.keys[at]


class Key:
    """One key: `pin` reads 0 while it is pressed. `source` is the raw tick.

    since  the tick of the touch that `settle` told last
    """

    def __init__(self, key, pin, source):
        self.key = key
        self.pin = pin
        self.source = source
        self.down = self.low = pin.value() == 0
        self.resting = True
        self.touched = False  # by whom, finger or spike, is not known yet
        self.sure = False  # it was low long enough, whatever it is now
        self.since = self.last = source() & MASK
        self.missed = 0

    def edge(self, pin):
        """The pin's interrupt handler, for both edges. In a bounce the level may have changed
        again before it is read: then another edge is on its way."""
        now = self.source() & MASK
        still = diff(now, self.last) >= LOW_US
        if self.resting and not self.down:
            self.touched = True
            self.sure = False
            self.since = now
        elif still and self.low:
            self.sure = True
        elif still and not self.sure:
            self.since = now  # what came before was a spike
        self.resting = False
        self.last = now
        self.low = pin.value() == 0

    def settle(self):
        """Look at the level, some ten times a second or more. True once for each touch."""
        low = self.pin.value() == 0
        now = self.source() & MASK
        if self.resting:
            return self._missed(low, now)
        last = self.last  # read after `now`: an edge between them is no rest
        still = diff(now, last)
        told = self.touched and (self.sure or (low and still >= LOW_US))
        if told:
            self.touched = False
            self.down = True
        if still >= REST_US:
            self.touched = False
            self.down = self.down and low
            self.resting = self.last == last  # no edge came in meanwhile
        return told

    def _missed(self, low, now):
        # Down, and no handler was called for it: believed when it is seen twice.
        self.down = self.down and low
        self.missed = self.missed + 1 if low and not self.down else 0
        if self.missed < 2:
            return False
        self.down = True
        self.since = now
        return True
