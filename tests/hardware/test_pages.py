"""The hardware pages say what the data files and the firmware say."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "hardware"))

import generate
import pytest

DATA = generate.wiring()
DIVIDERS = [(name, field, divider) for name in generate.BOARDS
            for field, divider in DATA[name]["dividers"].items()]


def test_pages_are_what_the_data_file_and_the_board_table_make_of_them():
    assert generate.main(["--check"]) == 0


def test_every_pin_of_every_board_stands_in_the_wiring():
    for name, board in generate.BOARDS.items():
        pins = {int(n) for n in re.findall(r"GPIO (\d+)", section(name))}
        wanted = {board.sda, board.scl, board.led, board.vbus, board.battery, *board.keys}
        assert pins == {pin for pin in wanted if isinstance(pin, int)}


def test_no_board_uses_a_pin_twice():
    for board in generate.BOARDS.values():
        pins = [board.sda, board.scl, board.led, board.vbus, board.battery, *board.keys]
        pins = [pin for pin in pins if pin is not None]
        assert len(pins) == len(set(pins))


@pytest.mark.parametrize("name", generate.BOARDS)
def test_what_is_above_a_pins_voltage_comes_to_it_through_a_divider(name):
    board = generate.BOARDS[name]
    high = {field for field in ("vbus", "battery") if isinstance(getattr(board, field), int)}
    assert high == set(DATA[name]["dividers"])


@pytest.mark.parametrize(("name", "field", "divider"), DIVIDERS)
def test_a_divider_keeps_its_pin_below_what_it_bears_and_is_in_wiring_and_parts(
    name, field, divider
):
    low, high = (generate.at_pin(divider, volts) for volts in divider["source_v"])
    assert divider.get("high_v", 0) <= low < high <= DATA["most_v"]
    pin = getattr(generate.BOARDS[name], field)
    line = next(row for row in section(name).splitlines() if f"GPIO {pin}," in row)
    resistors = [f"{divider[end] // 1000} kOhm" for end in ("top_ohm", "bottom_ohm")]
    assert all(resistor in line for resistor in resistors)
    assert all(resistor in page("PARTS.md") for resistor in resistors)


def test_usb_power_is_five_volts():
    for name, field, divider in DIVIDERS:
        if field == "vbus":
            assert max(divider["source_v"]) >= 5.25, name


@pytest.mark.parametrize("name", generate.BOARDS)
@pytest.mark.parametrize("row", ["battery +", "battery -", "3.3 V of", "ground of"])
def test_power_and_ground_stand_in_the_wiring(name, row):
    assert f"| {row}" in section(name)


@pytest.mark.parametrize("part", ["MAX30102", "ADS1115", "EDA front end"])
def test_each_sensor_has_power_and_ground(part):
    rows = [row for row in page("WIRING.md").splitlines() if row.startswith(f"| {part}: ")]
    for rail in ("3.3 V", "ground"):
        assert any(rail in row for row in rows), rail


def test_the_currents_of_two_faults_and_of_a_naive_layout_are_named():
    said = page("SAFETY.md")
    assert {"59 uA", "227 uA", "750 uA"} <= set(re.findall(r"\d+ uA", said))


def page(name):
    return (ROOT / "hardware" / name).read_text(encoding="utf-8")


def section(name):
    return page("WIRING.md").split(f"## {name}\n")[1].split("\n## ")[0]
