# With a wrong config.json a kit does nothing but say so and show it: no reset would mend it.

import asyncio
import sys

from kit.boards import BOARDS
from kit.leds import Light

SAY_AGAIN_MS = 5000  # for who plugs it in and looks only now
# What MicroPython calls a board's port: the file may not say which board it is, or say it wrongly.
PORTS = {"esp32": "esp32", "rp2": "pico-w"}


def refuse(why):
    """For ever, or until Ctrl-C."""
    asyncio.run(_refuse(why))


async def _refuse(why):
    board = PORTS.get(sys.platform)
    if board:
        asyncio.create_task(_light(BOARDS[board]).run())
    while True:
        print("config.json refused: %s" % why)
        await asyncio.sleep_ms(SAY_AGAIN_MS)


def _light(board):
    import machine

    light = Light(machine.Pin(board.led, machine.Pin.OUT))
    light.state = "CONFIG"
    return light
