# Samples both sensors into blocks. After it is made nothing here allocates: a collection of
# garbage in the wrong moment would cost samples.
#
# PPG: the sensor samples by its own clock into its FIFO; we empty it about every 100 ms. Of each
# emptying the hub needs a moment at which exactly the samples below an index had been taken: that
# is the reading of the FIFO's pointers, between `tick` and `tick + span`. The moments are dithered:
# a regular drain of a sensor that runs at exactly 100 Hz would leave the sample's phase unknown
# by +-5 ms, always.
# EDA: shots on a grid of the kit's clock. Each step reads the last shot and starts the next.

import wire
from kit.lane import Lane
from kit.ticks import after, diff

DRAIN_US = 92_500  # and 0..15 ms of dither: 100 ms on average
DITHER_US = 15_001
EDA_US = 62_500
BUSY_US = 2_000  # how long a conversion is left alone before we ask again
SHARP_US = 1_000  # waited for in place: asyncio wakes on whole milliseconds, which is too regular
SPAN_GOOD_US = 2_000  # a slower reading of the pointers was interrupted: read them again
SPAN_TRIES = 3
SILENT_DRAINS = 10  # a second without a sample: set the sensor up again
SILENT_SHOTS = 16  # a second, too

# The sensor's FIFO is full 31-32 sample periods after it was emptied; its clock is within 5 %.
PERIOD_MAX_US = 10_500
FULL_US = 294_500
FULL_SPAN_US = 41_500
LOST_MAX = 31

PPG_BLOCKS, PPG_BYTES = 4, 360
EDA_BLOCKS, EDA_BYTES = 4, 60


class Sampler:
    """Call `step` when it says; `cut` about once a second. `ppg` or `eda` may be None.

    overflows  PPG samples the sensor threw away (counted up to 31 each time)
    faults     bus errors; after a second of silence the PPG sensor is set up again
    ppg_well, eda_well  False after a second without a sample
    """

    def __init__(self, ppg, eda, ticks, seed=1):
        self.ppg = ppg
        self.eda = eda
        self.ticks = ticks
        self.dither = seed % 65536 or 1  # 65536 would stay what it is
        self.ppg_lane = Lane(wire.PPG_IR, PPG_BLOCKS, PPG_BYTES)
        self.eda_lane = Lane(wire.EDA, EDA_BLOCKS, EDA_BYTES)
        self.overflows = 0
        self.faults = 0
        self.ppg_well = self.eda_well = True
        self.unshot = 0  # shots in a row that brought nothing
        self.lo = self.wraps = self.span = 0  # of the last reading of the pointers
        self.empty_lo = self.empty_wraps = 0  # when the FIFO was last known to be empty
        self.restart()

    def restart(self):
        """Throw away everything sampled, here and in the sensor; both indices begin at 0."""
        self.ppg_lane.begin()
        self.eda_lane.begin()
        self.eda_due = self.eda_look = self.ticks.read()
        self.eda_next = 0  # index of the shot that is due
        self.shot = -1  # index of the shot under way; -1: none
        self.shot_lo = self.shot_wraps = 0
        self.silent = 0  # drains in a row that brought nothing
        self.stale = False  # what the FIFO holds has lost its index
        if self.ppg:
            self._clear()
        self._later()

    def step(self):
        """Do what is due; returns the milliseconds that may be slept until the next step."""
        ticks = self.ticks
        if self.eda and diff(self.eda_look, ticks.read()) <= 0:
            self._shoot()
        if self.ppg and diff(self.drain_due, ticks.read()) <= SHARP_US:
            while diff(self.drain_due, ticks.read()) > 0:
                pass
            self._drain()
            self._later()
        return self._idle_ms()

    def empty(self):
        """Take what the pulse sensor holds right now: before the last cut of a session."""
        if self.ppg:
            self._drain()

    def cut(self, frame):
        """Put the blocks gathered so far into `frame`, a wire.FrameWriter that has begun. False:
        it is full, and what is left goes into the next."""
        return self.ppg_lane.cut(frame) and self.eda_lane.cut(frame)

    def _idle_ms(self):
        now = self.ticks.lo
        idle = DRAIN_US
        if self.ppg:
            idle = min(idle, diff(self.drain_due, now))
        if self.eda:
            idle = min(idle, diff(self.eda_look, now) + 999)
        return max(0, idle // 1000)

    def _later(self):
        self.dither = (75 * self.dither + 74) % 65537 or 1
        self.drain_due = after(self.ticks.lo, DRAIN_US + self.dither % DITHER_US)

    def _clear(self):
        try:
            self._fresh()
        except OSError:
            self.faults += 1
            self.stale = True

    def _drain(self):
        self.silent += 1
        try:
            if self.stale:
                self._fresh()
                self.ppg_lane.flags = wire.INDEX_BREAK
            self._take()
        except OSError:
            self.faults += 1
            self.stale = True
        if self.silent >= SILENT_DRAINS:
            self.stale = True
            self.ppg_well = False

    def _fresh(self):
        if self.silent > SILENT_DRAINS:
            self.ppg.setup()
            self.silent = 0
        self.ppg.clear()
        self.empty_lo = self.ticks.read()
        self.empty_wraps = self.ticks.wraps
        self.stale = False

    def _take(self):
        n = self._pointers()
        if n == 0:
            return  # nothing, or exactly 32 and none lost yet: the next drain will tell
        if self.ppg.lost:
            self._count_on()
        self.ppg.read(n)
        if self.ppg.lost:
            full = after(self.empty_lo, FULL_US)  # the last that is held came in
            wraps = self.empty_wraps if full > self.empty_lo else self.empty_wraps + 1
            self._keep(n, full, wraps, FULL_SPAN_US)
            self._lose(self.ppg.lost)
        else:
            self._keep(n, self.lo, self.wraps, self.span)
        self.empty_lo = self.lo
        self.empty_wraps = self.wraps

    def _pointers(self):
        ticks = self.ticks
        n = 0
        for _ in range(SPAN_TRIES):
            self.lo = ticks.read()
            self.wraps = ticks.wraps
            n = self.ppg.waiting()
            self.span = diff(ticks.read(), self.lo)
            if self.span <= SPAN_GOOD_US:
                break
        return n

    def _count_on(self):
        # A sample lost between the last look at the counter and the first one popped would go
        # uncounted, and shift all that follow. So wait for one more to be lost: then there is
        # time.
        lost = self.ppg.lost
        start = self.ticks.read()
        while self.ppg.lost == lost < LOST_MAX and diff(self.ticks.read(), start) < PERIOD_MAX_US:
            self.ppg.waiting()

    def _keep(self, n, lo, wraps, span):
        self.silent = 0
        self.ppg_well = True
        lane = self.ppg_lane
        writer = lane.reserve(n)
        if writer:
            counts = self.ppg.counts
            for i in range(n):
                writer.add(counts[i])
            writer.at(lo, wraps, span)
        lane.index += n

    def _lose(self, lost):
        self.overflows += lost
        self.ppg_lane.index += lost
        if lost == LOST_MAX:
            self.ppg_lane.flags = wire.INDEX_BREAK

    def _shoot(self):
        missed = diff(self.ticks.lo, self.eda_due) // EDA_US
        try:
            if self.eda.ready():
                self._take_shot()
                self._start(self.eda_next + missed)
            elif not missed:
                self.eda_look = after(self.ticks.lo, BUSY_US)
                return
            else:
                self._miss_shot()
        except OSError:
            self._miss_shot()
        self.eda_next += missed + 1
        self.eda_due = self.eda_look = after(self.eda_due, (missed + 1) * EDA_US)

    def _take_shot(self):
        if self.shot < 0:
            return  # what the chip holds was begun before the restart, or by nobody
        if self.eda.lost:
            self._miss_shot()
        else:
            self._keep_shot(self.eda.read())

    def _miss_shot(self):
        self.faults += 1
        self.shot = -1
        self.unshot += 1
        if self.unshot >= SILENT_SHOTS:
            self.eda_well = False

    def _start(self, index):
        self.shot_lo = self.ticks.read()
        self.shot_wraps = self.ticks.wraps
        self.eda.start()
        self.shot = index

    def _keep_shot(self, code):
        self.unshot = 0
        self.eda_well = True
        lane = self.eda_lane
        lane.index = self.shot
        writer = lane.reserve(1)
        if writer:
            writer.add(code)
            writer.at(self.shot_lo, self.shot_wraps, 0)
        lane.index = self.shot + 1
