# How the kit is, as one block of a frame now and then (wire.HEALTH_FIELDS says what is in it).

import gc

import wire

EVERY = 10  # frames


class Health:
    """`add` to every frame that has begun; each tenth takes the block. `battery_mv` is 0 until
    somebody measures it; `overflows` is asked of the sampler (None: a box has none)."""

    def __init__(self, outbox, link, wifi, sampler=None):
        self.outbox = outbox
        self.link = link
        self.wifi = wifi
        self.sampler = sampler
        self.battery_mv = 0
        self.writer = wire.BlockWriter(wire.HEALTH, 60)
        self.made = 0
        self.due = 0

    def add(self, frame, ticks):
        """Put the block in if it is its turn and there is room; else the next frame has it."""
        if self.due > 0:
            self.due -= 1
            return
        writer = self.writer
        writer.clear(self.made)
        for value in self.values():
            writer.add(value)
        writer.at(ticks.read(), ticks.wraps, 0)
        if frame.fits(writer):
            frame.block(writer)
            self.made += 1
            self.due = EVERY - 1

    def values(self):
        """The figures, in the order of wire.HEALTH_FIELDS."""
        outbox = self.outbox
        return (
            outbox.ring.permille(),
            outbox.ring.held(),
            self.sampler.overflows if self.sampler else 0,
            gc.mem_free(),
            self.wifi.rssi(),
            self.battery_mv,
            outbox.sent,
            outbox.resent,
            self.link.reconnects,
            outbox.ring.evicted,
        )
