"""The hardware pages say what the data files and the firmware say."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "hardware"))

import generate


def test_pages_are_what_the_data_file_and_the_board_table_make_of_them():
    assert generate.main(["--check"]) == 0


def test_every_pin_of_every_board_stands_in_the_wiring():
    page = (ROOT / "hardware" / "WIRING.md").read_text(encoding="utf-8")
    for name, board in generate.BOARDS.items():
        section = page.split(f"## {name}\n")[1].split("\n## ")[0]
        pins = {int(n) for n in re.findall(r"GPIO (\d+)", section)}
        wanted = {board.sda, board.scl, board.led, board.vbus, board.battery, *board.keys}
        assert pins == {pin for pin in wanted if isinstance(pin, int)}


def test_no_board_uses_a_pin_twice():
    for board in generate.BOARDS.values():
        pins = [board.sda, board.scl, board.led, board.vbus, board.battery, *board.keys]
        pins = [pin for pin in pins if pin is not None]
        assert len(pins) == len(set(pins))
