# Closes frames: those of a session are numbered and kept, the others are shown once.

import gc

import wire


class Framer:
    """`begin` a frame, put blocks into what it returns, `end` it.

    live     the most bytes of heap that a collection left
    garbage  the most that it took away
    """

    def __init__(self, frame, outbox, health, ticks):
        self.outbox = outbox
        self.health = health
        self.ticks = ticks
        self.frame = frame
        self.made = 0
        self.live = self.garbage = 0

    def begin(self):
        """The frame writer, with how the kit is if that is due: it may find no memory, and here
        nothing else is lost by that."""
        self.outbox.show(b"", 0)
        self.frame.begin()
        self.health.add(self.frame, self.ticks)
        return self.frame

    def end(self, session):
        """Close the frame for a session's tag and keep it; session 0: show it and forget it.
        Returns its number, None for one that is not kept."""
        frame = self.frame
        self.made += 1
        ring = self.outbox.ring
        flags = 0 if session else wire.NOT_KEPT
        size = frame.end(flags, self.outbox.boot, session, ring.next)
        if session:
            return ring.put(frame.buf, size)
        self.outbox.show(frame.buf, size)
        return None

    def collect(self):
        """Collect garbage now, as nothing is due for a while."""
        before = gc.mem_alloc()
        gc.collect()
        live = gc.mem_alloc()
        self.live = max(self.live, live)
        self.garbage = max(self.garbage, before - live)
