# Cuts what the sampler gathers into frames of about a second, for the session the hub names.

import asyncio

from kit.ticks import diff

FRAME_US = 1_000_000


class Recorder:
    """Run `run` until `stop`; what is gathered by then is closed into a last frame.

    session  the tag recorded for, 0: none; then frames only show that the sensors are well
    steps    counts up as long as all is well (the supervisor looks at it)
    refused  never: that is for keys
    """

    refused = False

    def __init__(self, sampler, framer, outbox, ticks):
        self.sampler = sampler
        self.framer = framer
        self.outbox = outbox
        self.ticks = ticks
        self.session = 0
        self.stopping = False
        self.steps = 0
        self.cut_at = ticks.read()

    def stop(self):
        """Close the frame at the next step, then end."""
        self.stopping = True

    def report(self):
        """Nothing: that is for keys."""

    async def run(self):
        while not self.stopping:
            await asyncio.sleep_ms(self.step())
        self.change(0)

    def step(self):
        """Sample, and cut if it is time; returns the milliseconds until the next step."""
        idle_ms = self.sampler.step()
        if self.outbox.session != self.session:
            self.change(self.outbox.session)
        elif diff(self.ticks.read(), self.cut_at) >= FRAME_US:
            self.cut()
        self.steps += 1
        return idle_ms

    def change(self, session):
        """Close what belongs to the old session; what the sensors held until now is not the new
        one's, so its samples are numbered from 0."""
        if self.session:
            self.sampler.empty()
            self.cut()
        self.session = session
        if session:
            self.sampler.restart()
            self.cut_at = self.ticks.read()

    def cut(self):
        """Close a frame, or as many as it takes."""
        self.cut_at = self.ticks.read()
        whole = False
        while not whole:
            whole = self.sampler.cut(self.framer.begin())
            self.framer.end(self.session)
        self.framer.collect()
