# The simulated board: machine's classes as far as the kit uses them, wired to the body on stdin.
#
# How the process ends tells why: SIGKILL power gone, SIGHUP machine.reset, SIGALRM watchdog bitten,
# exit code 0 stopped by the body (kind 5).

import asyncio
import json
import os
import sys
from binascii import crc32

import body
from chips.ads1115 import Ads1115
from chips.bus import Bus
from chips.max30102 import Max30102
from kit.boards import BOARDS
from umachine import *  # noqa: F403
from utime import ticks_us

PWRON_RESET, HARD_RESET, WDT_RESET, DEEPSLEEP_RESET, SOFT_RESET = 1, 2, 3, 4, 5
BEAT_MS = 50  # how long the world goes unwatched when the firmware touches nothing
BATTERY_UV = 1_950_000  # half of 3.9 V
FULL_SCALE_UV = 3_300_000


def _config():
    try:
        with open("config.json") as f:
            return json.load(f)
    except OSError:
        return {}


_settings = _config()
KEY_PINS = BOARDS[_settings.get("board", "esp32")].keys
NUMBER = b"sim" + crc32(_settings.get("kit", "").encode()).to_bytes(4, "big")
del _settings


class Keys:
    """The box's buttons, each between its pin and ground: pressed is 0."""

    def __init__(self):
        self.irqs = [(None, 0, None)] * body.KEYS

    def run(self, now_us):
        for key in range(body.KEYS):
            line = body.buttons[key]
            while line.due <= now_us:
                at_us, pressed = line.due, line.step()
                handler, trigger, pin = self.irqs[key]
                if handler and trigger & (Pin.IRQ_FALLING if pressed else Pin.IRQ_RISING):
                    body.interrupt(handler, pin, at_us)

    def idle_us(self, now_us):
        """How long until the next edge."""
        return min([line.due for line in body.buttons]) - now_us


class Pin:
    IN, OUT, OPEN_DRAIN = 0, 1, 2
    PULL_UP, PULL_DOWN = 1, 2
    IRQ_RISING, IRQ_FALLING = 1, 2

    def __init__(self, id, mode=IN, pull=None, *, value=0):
        self.id = id
        self.level = value
        self.key = KEY_PINS.index(id) if id in KEY_PINS else None

    def init(self, mode=IN, pull=None, *, value=None):
        self.level = self.level if value is None else value

    def value(self, level=None):
        if level is not None:
            self.level = level
        elif self.key is None:
            return self.level
        else:
            body.look()
            return 0 if body.buttons[self.key].value else 1

    __call__ = value

    def on(self):
        self.level = 1

    def off(self):
        self.level = 0

    def toggle(self):
        self.level = 1 - self.level

    def irq(self, handler=None, trigger=IRQ_RISING | IRQ_FALLING, *, hard=False):
        if self.key is not None:
            keys.irqs[self.key] = (handler, trigger, self)


class I2C(Bus):
    def __init__(self, id=0, *, scl=None, sda=None, freq=400000, timeout=50000):
        super().__init__({0x57: ppg, 0x48: eda}, body.look)


SoftI2C = I2C


class ADC:
    ATTN_11DB = 3

    def __init__(self, pin, *, atten=None):
        self.pin = pin

    def read_uv(self):
        return BATTERY_UV

    def read_u16(self):
        return BATTERY_UV * 65535 // FULL_SCALE_UV


class WDT:
    def __init__(self, id=0, timeout=5000):
        self.timeout_us = timeout * 1000
        self.feed()
        body.watchers.append(self)

    def feed(self):
        self.fed = ticks_us()

    def run(self, now_us):
        if now_us - self.fed > self.timeout_us:
            print(f"simulated board: the watchdog was not fed for {self.timeout_us // 1000} ms")
            os.system("kill -ALRM $PPID")


class Stop:
    """The body's wish that the board drains and ends (no real board has that)."""

    def __init__(self):
        self.callback = sys.exit

    def run(self, now_us):
        if now_us >= body.stop.due:
            body.stop.step()
            self.callback()


def on_stop(callback):
    """Call this when the body wants the board to stop, instead of ending at once."""
    stop.callback = callback


def reset():
    os.system("kill -HUP $PPID")


def reset_cause():
    return PWRON_RESET


def unique_id():
    return NUMBER


def freq(hz=None):
    return 160_000_000


async def _watch():
    """Look at the world even when the firmware touches nothing, and in time for each key's edge."""
    while True:
        body.look()
        us = keys.idle_us(ticks_us())
        await asyncio.sleep_ms(max(0, min(BEAT_MS, us // 1000)))


ppg = Max30102(body.ppg)
eda = Ads1115(body.eda)
keys = Keys()
stop = Stop()
body.watchers.extend((ppg, eda, keys, stop))
tasks = [asyncio.create_task(_watch())]
