"""The simulated board in real time: a real MicroPython process and the pipe that is its world."""

import json
import os

import micropython
import pytest
from micropython import BUTTON, EDA, PPG, RESET, STOP, WATCHDOG, WIFI, Board, now_us

HELLO = "import body, machine\nprint('ready')\n"


def test_the_tick_is_the_monotonic_clock_warped_by_the_crystal():
    script = """
import time
from utime import ticks_us
plain, tick, later = ticks_us(), time.ticks_us(), ticks_us()
print(plain, tick, later)
"""
    before = now_us()
    with Board(script, ppb=50_000, offset_us=7_000_000) as board:
        plain, tick, later = map(int, board.output().split())
    assert before < plain < now_us()
    low, high = ((us + us * 50_000 // 10**9 + 7_000_000) for us in (plain, later))
    assert (tick - low) % (1 << 30) <= high - low


def test_samples_come_when_their_time_has_come():
    script = """
import time, machine
from utime import ticks_us
from kit.boards import BOARDS, bus
from drivers.max30102 import Max30102
from drivers.ads1115 import Ads1115
wires = bus(machine, BOARDS["esp32"])
print(wires.scan())
ppg, eda = Max30102(wires), Ads1115(wires)
ppg.setup()
print("go")
seen, last = 0, 0
while seen < 20:
    before = ticks_us()
    n = ppg.drain()
    if n:
        print(before, ticks_us(), ppg.counts[n - 1])
        seen += n
eda.start()
while not eda.ready():
    pass
print(eda.read())
"""
    with Board(script) as board:
        assert board.line() == "[72, 87]"
        assert board.line() == "go"
        start = now_us() + 200_000
        board.send_all([(EDA, -123, start)])
        board.send_all([(PPG, 1000 + 2 * i, start + 10_000 * i) for i in range(60)])
        *drains, code = board.output().splitlines()
    for line in drains:
        before, after, value = map(int, line.split())
        taken = start + 10_000 * (value - 1000) // 2
        assert taken <= after and before < taken + 10_000
    assert int(code) == -123


def test_torn_records_are_put_together():
    script = """
import body
from utime import ticks_us
while body.buttons[3].value != 5:
    body.look()
    for b in body.buttons: b.at(ticks_us())
print("whole")
"""
    record = micropython.struct.pack("<BBHiq", BUTTON, 3, 0, 5, 1)
    with Board(script) as board:
        for piece in (record[:3], record[3:9], record[9:]):
            os.write(board.pipe, piece)
        assert board.line() == "whole"


PRESSES = """
import asyncio, machine
from utime import ticks_us
from array import array
at = array("l", bytes(64))
n = 0
def edge(pin):
    global n
    at[n] = ticks_us()
    n += 1
async def main():
    key = machine.Pin(27, machine.Pin.IN, machine.Pin.PULL_UP)
    key.irq(edge, machine.Pin.IRQ_FALLING | machine.Pin.IRQ_RISING)
    print(key.value())
    while n < 6:
        await asyncio.sleep_ms(1000)
    print(*at[:n])
asyncio.run(main())
"""


def test_touches_are_noticed_within_milliseconds(tmp_path):
    with Board(PRESSES, cwd=tmp_path) as board:
        assert board.line() == "1"
        waited_us = board.waited_us()
        start = now_us() + 100_000
        edges = [start + 37_123 * i for i in range(6)]
        for i, at in enumerate(edges):
            board.send(BUTTON, (i + 1) % 2, at, line=2)
        noticed = [int(word) for word in board.line().split()]
        waited_us = board.waited_us() - waited_us
    late = sorted(b - a for a, b in zip(edges, noticed, strict=True))
    assert late[0] >= 0
    assert late[3] - waited_us < 2_000  # the median


def test_an_edge_that_the_process_sees_late_is_served_as_right_after_it(tmp_path):
    """It may have had to wait for a processor: no board has to."""
    script = PRESSES.replace("ticks_us()", "time.ticks_us()").replace("asyncio,", "asyncio, time,")
    with Board(script, cwd=tmp_path, offset_us=7_000_000) as board:
        assert board.line() == "1"
        edges = [now_us() - 500_000 + 37_123 * i for i in range(6)]
        for i, at in enumerate(edges):
            board.send(BUTTON, (i + 1) % 2, at, line=2)
        served = [int(word) for word in board.line().split()]
    mask = (1 << 30) - 1
    late = [(tick - at - 7_000_000) & mask for at, tick in zip(edges, served, strict=True)]
    assert max(late) < 20


def test_of_edges_that_the_process_sees_late_each_finds_the_level_that_it_made(tmp_path):
    """A touch and its release in one pause of the machine: or the box would take it for a spike."""
    script = PRESSES.replace("at[n] = ticks_us()", "at[n] = pin.value()")
    with Board(script, cwd=tmp_path) as board:
        assert board.line() == "1"
        for i in range(6):
            board.send(BUTTON, (i + 1) % 2, now_us() - 500_000 + 37_123 * i, line=2)
        assert board.line() == "0 1 0 1 0 1"


def test_wifi_follows_the_body():
    script = """
import network, time
wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect("here", "secret")
state = None
while True:
    if wlan.isconnected() != state:
        state = wlan.isconnected()
        print(state)
"""
    with Board(script) as board:
        assert [board.line(), board.line()] == ["False", "True"]
        board.send(WIFI, 0, now_us())
        assert board.line() == "False"
        board.send(WIFI, 1, now_us())
        assert board.line() == "True"


@pytest.mark.parametrize(
    ("script", "code"),
    [("machine.reset()", RESET), ("machine.WDT(timeout=20)\nwhile 1: body.look()", WATCHDOG)],
)
def test_how_a_board_ends(script, code):
    with Board(HELLO + script) as board:
        assert "ready" in board.output()
        assert board.process.returncode == code


def test_the_end_of_power_runs_no_finally():
    script = HELLO + "try:\n while 1: body.look()\nfinally:\n print('finally')"
    with Board(script) as board:
        assert board.line() == "ready"
        board.unplug()
        assert board.output() == ""
        assert board.process.returncode == micropython.POWER_GONE


def test_the_body_may_ask_the_board_to_stop():
    script = (
        HELLO
        + """
stopping = []
machine.on_stop(lambda: stopping.append(1))
while not stopping: body.look()
print("drained")
"""
    )
    with Board(script) as board:
        assert board.line() == "ready"
        board.send(STOP, 0, now_us())
        assert board.output() == "drained\n"
        assert board.process.returncode == 0


def test_ticks_wrap_as_on_a_board():
    script = """
import time
now = time.ticks_us()
print(0 <= now < 1 << 30, 0 <= time.ticks_ms() < 1 << 30)
print(time.ticks_diff(5, (1 << 30) - 5), time.ticks_add((1 << 30) - 1, 2))
"""
    assert micropython.run(script).split() == ["True", "True", "10", "1"]


def test_a_board_is_named_after_its_kit(tmp_path):
    def number(kit):
        (tmp_path / "config.json").write_text(json.dumps({"kit": kit, "board": "pico-w"}))
        return micropython.run("import machine\nprint(machine.unique_id())", cwd=tmp_path)

    assert number("k01") == number("k01") != number("k02")
