# The button box: each press is a frame of its own, closed and sent at once, and kept until the hub
# has it. What a key means is not known here: the session's protocol says so.

import asyncio

import wire
from kit.presses import Key, Presses
from kit.ticks import diff

BEAT_US = 1_000_000
STEP_MS = 20
WAITING_MAX = 32  # presses whose acknowledgement is reported when it comes
REFUSED_US = 3_000_000  # how long the light says "no session"


class Box:
    """Run `run` until `stop`. `say` prints a line.

    refused  True for three seconds after a press that no session is open for
    steps    counts up as long as all is well
    """

    def __init__(self, pins, framer, outbox, ticks, say):
        self.framer = framer
        self.outbox = outbox
        self.ticks = ticks
        self.say = say
        self.presses = Presses()
        self.keys = tuple(Key(i, pin, ticks.source) for i, pin in enumerate(pins))
        self.writer = wire.BlockWriter(wire.EVENT, 8)
        self.made = 0  # presses kept in this boot
        self.waiting = []  # (frame, press, key, tick)
        self.beat_at = self.refused_at = ticks.read()
        self.refused = False
        self.stopping = False
        self.steps = 0

    def watch(self, pin_class):
        """Have the handlers called from now on."""
        both = pin_class.IRQ_FALLING | pin_class.IRQ_RISING
        for key in self.keys:
            key.pin.irq(handler=key.edge, trigger=both)

    def stop(self):
        self.stopping = True

    async def run(self):
        while not self.stopping:
            self.step()
            await asyncio.sleep_ms(STEP_MS)

    def step(self):
        """Take the presses, report the acknowledged ones, show a sign of life each second."""
        for key in self.keys:
            if key.settle():
                self._touched(key)
        # Without a word of the hub nobody knows whether a session has been opened meanwhile.
        if self.outbox.heard or self.outbox.session:
            self._take()
        self.report()
        now = self.ticks.read()
        if self.refused and diff(now, self.refused_at) > REFUSED_US:
            self.refused = False
        if diff(now, self.beat_at) >= BEAT_US:
            self.beat_at = now
            self.framer.begin()
            self.framer.end(0)
            self.framer.collect()
        self.steps += 1

    def report(self):
        """Print the presses that the hub has acknowledged since the last time."""
        base = self.outbox.ring.base
        while self.waiting and self.waiting[0][0] < base:
            _, press, key, lo = self.waiting.pop(0)
            ms = diff(self.ticks.read(), lo) // 1000
            self.say("press %d key %d acked_ms %d" % (press, key, ms))

    def _touched(self, key):
        if not self.presses.push(key.key, key.since, self.ticks.wraps_of(key.since)):
            self.say("press lost key %d: no more can wait for the hub" % key.key)

    def _take(self):
        while (key := self.presses.pop()) >= 0:
            if self.outbox.session:
                self._keep(key, self.presses.lo, self.presses.wraps)
            else:
                self.refused = True
                self.refused_at = self.ticks.read()
                self.say("press refused key %d no session" % key)

    def _keep(self, key, lo, wraps):
        writer = self.writer
        writer.clear(self.made)
        writer.add(key)
        writer.at(lo, wraps, 0)
        self.framer.begin().block(writer)
        seq = self.framer.end(self.outbox.session)
        if len(self.waiting) < WAITING_MAX:
            self.waiting.append((seq, self.made, key, lo))
        self.made += 1
