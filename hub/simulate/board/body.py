# The world around a simulated board, read from stdin: 16-byte records `<BBHiq` of
# kind, line, 0, value, time_us (of CLOCK_MONOTONIC). The end of the pipe is the end of the power.
#
# The pipe must not block (the parent sets O_NONBLOCK on it). All is allocated once, so that the
# garbage in the heap is the firmware's own.

import os
import sys
from array import array

import uctypes
from timeline import WORD, Timeline
from utime import sleep_ms, ticks_us

PPG, EDA, BUTTON, WIFI, STOP, CRYSTAL = 1, 2, 3, 4, 5, 6
KEYS = 8
IRQ_US = 5  # from an edge to its handler
RECORD = 16
BATCH = 16  # records read at once
ENDED = -1
# How many values a line holds that are not yet true; what comes after stays in the pipe.
PPG_AHEAD, EDA_AHEAD, KEY_AHEAD, WIFI_AHEAD = 104, 24, 8, 4
FIRST_WAIT_MS = 5000

ppg, eda, wifi = Timeline(PPG_AHEAD), Timeline(EDA_AHEAD), Timeline(WIFI_AHEAD, 1)
buttons = tuple(Timeline(KEY_AHEAD) for _ in range(KEYS))
stop, crystal = Timeline(1), Timeline(1)
lines = {PPG: ppg, EDA: eda, WIFI: wifi, STOP: stop, CRYSTAL: crystal}
watchers = []  # things with run(now_us), called whenever somebody looks at the world


class Inbox:
    """Puts what the pipe holds into the timelines, as far as there is room; the rest waits, and so
    does the beginning of a torn record."""

    def __init__(self):
        # A record is two 64-bit words: value << 32 | line << 8 | kind, and time. One view for each
        # number of bytes that a torn one may have.
        self.words = array(WORD, bytes(BATCH * RECORD))
        address = uctypes.addressof(self.words)
        size = BATCH * RECORD
        self.views = tuple(uctypes.bytearray_at(address + n, size - n) for n in range(RECORD))
        self.left = 0

    def read(self):
        """How many records went into timelines; ENDED when the pipe has no other end any more."""
        if self.left < RECORD:
            n = sys.stdin.buffer.readinto(self.views[self.left])
            if n == 0:
                return ENDED
            self.left += n or 0
        taken = 0
        while self.left >= (taken + 1) * RECORD and self._put(2 * taken):
            taken += 1
        self._drop(taken * RECORD)
        return taken

    def _put(self, at):
        word = self.words[at]
        kind = word & 255
        line = buttons[word >> 8 & 7] if kind == BUTTON else lines[kind]
        if not line.room():
            return False
        line.put(word >> 32, self.words[at + 1])
        return True

    def _drop(self, size):
        if size:
            self.left -= size
            view = self.views[0]
            for i in range(self.left):
                view[i] = view[size + i]


inbox = Inbox()
ppb = 0
offset_us = 0
plugged = False  # there is a body at the other end
served_us = None  # while an interrupt is served: when it began


def tick_us():
    """What the board's own crystal has counted: now + now * ppb / 10**9 + offset."""
    now = ticks_us() if served_us is None else served_us
    return now + now * ppb // 1000000000 + offset_us


def interrupt(handler, pin, at_us):
    """Call the handler of an edge as right after it: a board is interrupted then, whatever it does,
    and this process may have had to wait for a processor."""
    global served_us
    served_us = at_us + IRQ_US
    try:
        handler(pin)
    finally:
        served_us = None


def look():
    """Let everything happen whose time has come; to a handler, what its edge has made."""
    more = served_us is None
    while more:
        now = ticks_us()
        for watcher in watchers:
            watcher.run(now)
        taken = inbox.read() if plugged else 0
        if taken == ENDED:
            power_gone()
        more = taken > 0  # some of it may be due already


def power_gone():
    """End at once: no exception, which the firmware's `finally` would see."""
    os.system("kill -9 $PPID")


def plug_in():
    """Wait for the first record, the crystal. Without a pipe the board runs alone, unworn."""
    global ppb, offset_us, plugged
    for _ in range(FIRST_WAIT_MS):
        if inbox.read() == ENDED:
            return
        if crystal.count:
            offset_us = crystal.due
            ppb = crystal.step()
            plugged = True
            return
        sleep_ms(1)
    sys.exit("simulated board: no crystal record (kind 6) came on stdin: write it first")


plug_in()
