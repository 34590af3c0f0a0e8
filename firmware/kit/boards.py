# The wiring, one row a board. `i2c` is the bus number, `keys` the pins of the box's buttons 0..7
# (each to ground, with the pull-up of the chip), `vbus` is high while USB power is in, `battery`
# an ADC pin behind a divider of two equal resistors (None: not measured). A pin bears 3.3 V and
# no more: a `vbus` of the chip itself stands behind a divider too (hardware/wiring.toml).
#
# ESP32: 0, 2, 5, 12 and 15 decide how it boots and 34-39 have no pull-up, so no key is there; the
# ADC works on pins above 31 only while Wi-Fi is on. Pico W: VSYS cannot be measured while Wi-Fi is
# on, so the battery has its own divider; LED and VBUS are on the Wi-Fi chip.

from collections import namedtuple

Board = namedtuple("Board", ("i2c", "sda", "scl", "freq", "led", "keys", "vbus", "battery"))

BOARDS = {
    "esp32": Board(0, 21, 22, 400_000, 2, (13, 14, 27, 26, 25, 33, 32, 4), 34, 35),
    "pico-w": Board(0, 4, 5, 400_000, "LED", (6, 7, 8, 9, 10, 11, 12, 13), "WL_GPIO2", 28),
}


def bus(machine, board):
    """The I2C bus of a board, of its `machine` module."""
    return machine.I2C(
        board.i2c, scl=machine.Pin(board.scl), sda=machine.Pin(board.sda), freq=board.freq
    )
