# The board's `time`: as MicroPython's, but the ticks wrap at 2**30 as on a board, and the
# microseconds are counted by the simulated crystal.

from body import tick_us
from utime import *  # noqa: F403
from utime import ticks_ms as _ticks_ms

MASK = (1 << 30) - 1


def ticks_us():
    return tick_us() & MASK


def ticks_ms():
    return _ticks_ms() & MASK


def ticks_add(ticks, delta):
    return (ticks + delta) & MASK


def ticks_diff(a, b):
    return ((a - b + (1 << 29)) & MASK) - (1 << 29)
