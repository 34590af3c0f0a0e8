"""The hardware pages say what the data files and the firmware say."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "hardware"))

import generate
import pytest
from kit.config import NUMBERS

from hub.about import FRONT_END

DATA = generate.wiring()
FRONT = DATA["front-end"]
RF, RS, SENSE = (FRONT[name] for name in ("rf_ohm", "rs_ohm", "sense_ohm"))
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


def test_a_box_has_only_such_pins_put_to_ground_as_its_board_has():
    line = next(row for row in page("PARTS.md").splitlines() if "without dividers" in row)
    outside = [name for name, board in generate.BOARDS.items() if isinstance(board.vbus, int)]
    assert outside == ["esp32"] and "on the ESP32 the pin for USB power" in line


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


def ua(volts, *ohms):
    """Microampere through these, one after the other."""
    return 1e6 * volts / sum(ohms)


def through_skin(us):
    return ua(FRONT["vexc_uv"] / 1e6, RS, 1e6 / us)


BOTH = RF * SENSE / (RF + SENSE)  # side by side
CURRENTS = {
    "20 uS skin": through_skin(20),
    "40 uS skin": through_skin(40),
    "electrodes shorted": ua(3.3, RF, RS),
    "output stuck high, 10 kOhm skin": ua(3.3, RF, RS, 10_000),
    "op-amp failed to 3.3 V on both pins, electrodes shorted": ua(3.3, BOTH, RS),
    "the same, and the regulator failed to 4.2 V (two faults)": ua(4.2, BOTH, RS),
    "feedback capacitor shorted, skin of 10 kOhm or more": ua(0.5, RS, 10_000),
    "feedback capacitor shorted, and the electrodes shorted onto each other (two faults)":
        ua(0.5, RS),
}  # fmt: skip


def test_every_current_through_the_electrodes_follows_from_the_resistors():
    said = dict(re.findall(r"^\| (.+) \| \**([\d.]+) uA\** \|$", page("SAFETY.md"), re.MULTILINE))
    assert said.keys() == CURRENTS.keys()
    for case, current in CURRENTS.items():
        assert float(said[case]) == pytest.approx(current, rel=0.015), case
    assert "**750 uA**" in page("SAFETY.md") and ua(3.3, 2 * RS) == 750


def test_electrodes_are_so_large_that_the_current_keeps_the_limit_of_its_density():
    said = page("SAFETY.md")
    for cm2, us in ((1, 20), (2, 43)):
        assert f"{cm2} cm2" in said and f"up to {us} uS" in said
        assert through_skin(us) <= 10 * cm2 < through_skin(us + 1)
    assert "at least 2 cm2" in said and "at least 2 cm2" in page("PARTS.md")


@pytest.mark.parametrize("name", ["SAFETY.md", "PARTS.md", "WIRING.md"])
def test_who_builds_the_front_end_is_told_every_part_that_limits_the_current(name):
    said = page(name).split("## Currents")[0]
    assert all(f"{ohm / 1000:g} kOhm" in said for ohm in (RF, RS, SENSE))
    assert "capacitor" in said.lower()


@pytest.mark.parametrize("name", ["vexc_uv", "rf_ohm", "rs_ohm"])
def test_kit_and_hub_reckon_with_the_front_end_that_is_to_be_built(name):
    assert NUMBERS[f"eda.{name}"][0] == FRONT_END[name] == FRONT[name]


def page(name):
    return (ROOT / "hardware" / name).read_text(encoding="utf-8")


def section(name):
    return page("WIRING.md").split(f"## {name}\n")[1].split("\n## ")[0]
