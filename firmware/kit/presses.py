# The keys of a button box: touches are noticed in interrupt handlers, and taken outside of them.
#
# A handler may run between any two steps of the program, so it allocates nothing, and takes the
# raw tick only: unwrapping is not for handlers (see ticks.py). A contact bounces for some
# milliseconds: the first edge after a rest is the touch, the others tell nothing.

from array import array

from kit.ticks import MASK, diff

REST_US = 30_000
ROOM = 16  # touches not yet taken


class Presses:
    """Up to 16 touches. `push` may be called by a handler; `pop` gives the key, and `lo`.

    lost  touches for which there was no room
    """

    def __init__(self):
        self.keys = array("B", bytes(ROOM))
        self.los = array("I", bytes(4 * ROOM))
        self.head = self.tail = 0
        self.lost = 0
        self.lo = 0

    def push(self, key, lo):
        if self.head - self.tail == ROOM:
            self.lost += 1
            return
        at = self.head % ROOM
        self.keys[at] = key
        self.los[at] = lo
        self.head += 1

    def pop(self):
        """The key of the oldest touch, whose tick is then in `lo`; -1 if there is none."""
        if self.head == self.tail:
            return -1
        at = self.tail % ROOM
        self.lo = self.los[at]
        key = self.keys[at]
        self.tail += 1
        return key


class Key:
    """One key: `pin` reads 0 while it is pressed. `source` is the raw tick."""

    def __init__(self, key, pin, presses, source):
        self.key = key
        self.pin = pin
        self.presses = presses
        self.source = source
        self.down = pin.value() == 0
        self.resting = True
        self.last = source() & MASK
        self.missed = 0

    def edge(self, pin):
        """The pin's interrupt handler, for both edges. The level is not read: in a bounce it may
        have changed again by now."""
        self.last = self.source() & MASK
        if self.resting and not self.down:
            self.down = True
            self.presses.push(self.key, self.last)
        self.resting = False

    def settle(self):
        """Look at the level, some ten times a second or more: when it has rested it counts."""
        low = self.pin.value() == 0
        now = self.source() & MASK
        if not self.resting:
            last = self.last
            if diff(now, last) >= REST_US:
                self.down = low
                self.resting = self.last == last  # no edge came in meanwhile
        elif not low:
            self.down = False
        self._miss(low and self.resting and not self.down, now)

    def _miss(self, untold, now):
        # Down, and no handler was called for it: believed when it is seen twice.
        self.missed = self.missed + 1 if untold else 0
        if self.missed == 2:
            self.down = True
            self.presses.push(self.key, now)
