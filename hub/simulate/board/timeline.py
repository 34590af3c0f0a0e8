# What the simulated world will do next on one line: values and the moments they become true.

from array import array

NEVER = 1 << 60
WORD = "l"  # 64 bits; reading a "q" would make every number on MicroPython's heap


class Timeline:
    """A queue in order of time. `value` is what is true now, `due` when it changes next."""

    def __init__(self, capacity, value=0):
        self.value = value
        self.values = array(WORD, bytes(8 * capacity))
        self.times = array(WORD, bytes(8 * capacity))
        self.first = 0
        self.count = 0
        self.due = NEVER

    def room(self):
        """How many more it can hold."""
        return len(self.times) - self.count

    def put(self, value, time_us):
        """Add what comes next. The caller has asked for `room`."""
        at = (self.first + self.count) % len(self.times)
        self.values[at] = value
        self.times[at] = time_us
        self.count += 1
        if self.count == 1:
            self.due = time_us

    def step(self):
        """Make the next value true; returns it."""
        self.value = self.values[self.first]
        self.first = (self.first + 1) % len(self.times)
        self.count -= 1
        self.due = self.times[self.first] if self.count else NEVER
        return self.value

    def at(self, now_us):
        """The value at this moment."""
        while self.due <= now_us:
            self.step()
        return self.value
