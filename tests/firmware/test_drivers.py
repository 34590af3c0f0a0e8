"""The drivers against the chips' register models, and the models against the datasheets."""

import pytest
from drivers.ads1115 import CHANGES_TO_JUDGE, Ads1115
from drivers.max30102 import Max30102, SensorError

from hub.signals.quality import MAX30102
from hub.simulate.board.chips import ads1115 as ads_chip
from hub.simulate.board.chips import max30102 as max_chip
from hub.simulate.board.chips.bus import Bus
from hub.simulate.board.timeline import Timeline

PERIOD_US = 10_000


class Bench:
    """One chip on a bus; `pass_us` lets time pass."""

    def __init__(self, chip, address):
        self.chip = chip
        self.now = 0
        self.bus = Bus({address: chip}, self.look)

    def look(self):
        self.chip.run(self.now)

    def pass_us(self, us):
        self.now += us


def max_bench(chip=max_chip.Max30102, lights=range(200_000, 200_320, 2), **options):
    line = Timeline(len(lights))
    for i, light in enumerate(lights):
        line.put(light, (i + 1) * PERIOD_US)
    return Bench(chip(line, **options), 0x57)


def ads_bench(levels=(0,), **options):
    line = Timeline(len(levels))
    for i, level in enumerate(levels):
        line.put(level, i * 62_500)
    return Bench(ads_chip.Ads1115(line, **options), 0x48)


def started(bench):
    driver = Max30102(bench.bus)
    driver.setup()
    return driver


def drained(driver):
    n = driver.drain()
    return [(count - 200_000) // 2 for count in driver.counts[:n]]


def test_samples_come_in_order_and_once():
    bench = max_bench()
    driver = started(bench)
    assert drained(driver) == []
    bench.pass_us(55_000)
    assert drained(driver) == [0, 1, 2, 3, 4]
    assert drained(driver) == []
    bench.pass_us(30_000)
    assert drained(driver) == [5, 6, 7]
    assert driver.lost == 0


def test_the_fifo_goes_round():
    bench = max_bench()
    driver = started(bench)
    seen = []
    for _ in range(12):
        bench.pass_us(130_000)
        seen += drained(driver)
    assert seen == list(range(156))


def test_when_full_the_new_samples_are_lost_and_counted():
    bench = max_bench()
    driver = started(bench)
    bench.pass_us(45 * PERIOD_US)
    assert drained(driver) == list(range(32))
    assert driver.lost == 13
    bench.pass_us(3 * PERIOD_US)
    assert drained(driver) == [45, 46, 47]
    assert driver.lost == 0


def test_the_count_of_lost_samples_stops_at_31():
    bench = max_bench()
    driver = started(bench)
    bench.pass_us(100 * PERIOD_US)
    assert drained(driver) == list(range(32))
    assert driver.lost == 31


def test_exactly_full_looks_empty_until_one_is_lost():
    bench = max_bench()
    driver = started(bench)
    bench.pass_us(32 * PERIOD_US)
    assert drained(driver) == []
    bench.pass_us(PERIOD_US)
    assert drained(driver) == list(range(32))
    assert driver.lost == 1


def test_waiting_pops_nothing():
    bench = max_bench()
    driver = started(bench)
    bench.pass_us(50_000)
    assert driver.waiting() == driver.waiting() == 5


def test_clear_throws_away_what_is_held():
    bench = max_bench()
    driver = started(bench)
    bench.pass_us(40 * PERIOD_US)
    driver.clear()
    assert drained(driver) == []
    bench.pass_us(PERIOD_US)
    assert drained(driver) == [40]


def test_another_part_is_named():
    with pytest.raises(SensorError, match=r"part id 0x11 at I2C address 0x57.*0x15"):
        started(max_bench(part=0x11))


def test_a_clone_that_ignores_a_setting_is_named():
    class Clone(max_chip.Max30102):
        def _set(self, register, value):
            super()._set(register, 0x27 if register == max_chip.SPO2 else value)

        def _measures(self):
            return False

    with pytest.raises(SensorError, match=r"register 0x0a .* reads 0x27 .* clone"):
        started(max_bench(Clone))


def test_a_chip_that_stays_in_reset_is_named():
    class Stuck(max_chip.Max30102):
        def _reset(self):
            super()._reset()
            self.registers[max_chip.MODE] = max_chip.RESET

    with pytest.raises(SensorError, match="does not leave its reset"):
        started(max_bench(Stuck))


@pytest.mark.parametrize(("light", "counts"), [(262_143, MAX30102.full_scale), (100_001, 100_000)])
def test_the_chip_counts_by_two_and_ends_where_the_signals_have_its_full_scale(light, counts):
    bench = max_bench(lights=[light])
    driver = started(bench)
    bench.pass_us(PERIOD_US)
    assert (driver.drain(), driver.counts[0]) == (1, counts)


def test_no_chip_at_all():
    bench = Bench(max_bench().chip, 0x10)
    with pytest.raises(OSError, match="19"):
        started(bench)
    assert bench.bus.scan() == [0x10]


@pytest.mark.parametrize(
    ("register", "value"),
    [(max_chip.FIFO_CONFIG, 0x50), (max_chip.FIFO_CONFIG, 0x20), (max_chip.SPO2, 0x26),
     (max_chip.SLOTS_12, 0x21), (max_chip.MODE, 0x03)],
)  # fmt: skip
def test_the_model_refuses_what_its_body_was_not_made_for(register, value):
    bench = max_bench()
    driver = started(bench)
    with pytest.raises(max_chip.Unsupported):
        driver._put(register, value)


def test_the_model_is_silent_when_shut_down_and_dark_without_current():
    bench = max_bench()
    driver = started(bench)
    driver._put(max_chip.LED_IR, 0)
    bench.pass_us(2 * PERIOD_US)
    assert driver.drain() == 2
    assert list(driver.counts[:2]) == [0, 0]
    driver._put(max_chip.MODE, 0x87)
    bench.pass_us(5 * PERIOD_US)
    assert driver.drain() == 0


def test_the_model_refuses_a_read_beyond_the_end():
    driver = started(max_bench())
    with pytest.raises(max_chip.Unsupported):
        driver.read(1)


def test_a_burst_over_the_registers_ends_in_the_fifo():
    bench = max_bench()
    started(bench)
    bench.pass_us(2 * PERIOD_US)
    data = bench.bus.readfrom_mem(0x57, max_chip.WRITE, 9)
    assert data[:3] == bytes((2, 0, 0))
    assert data[3:] == (200_000).to_bytes(3, "big") + (200_002).to_bytes(3, "big")


def test_shots_hold_the_level_at_their_start():
    bench = ads_bench((100, -200, 32_767, -32_768))
    driver = Ads1115(bench.bus)
    codes = []
    for _ in range(4):
        assert driver.ready()
        driver.start()
        assert not driver.ready()
        bench.pass_us(31_000)
        assert not driver.ready()
        bench.pass_us(31_500)
        assert driver.ready()
        codes.append(driver.read())
    assert codes == [100, -200, 32_767, -32_768]


def test_a_start_in_the_middle_of_a_conversion_does_nothing():
    bench = ads_bench((1, 2))
    driver = Ads1115(bench.bus)
    bench.pass_us(50_000)
    driver.start()
    bench.pass_us(20_000)
    driver.start()
    bench.pass_us(11_300)
    assert driver.ready()
    assert driver.read() == 1


def read_all(levels, mask=0xFFFF):
    bench = ads_bench(levels, mask=mask)
    driver = Ads1115(bench.bus)
    assert driver.resolution() is None
    for _ in levels:
        driver.start()
        bench.pass_us(62_500)
        driver.read()
    return driver.resolution()


@pytest.mark.parametrize(("mask", "bits"), [(0xFFFF, 16), (0xFFF0, 12)])
def test_the_resolution_is_found(mask, bits):
    assert read_all(tuple(range(1000, 1000 + 16 * (CHANGES_TO_JUDGE + 1), 17)), mask) == bits


@pytest.mark.parametrize("level", [0, 160])
def test_a_level_that_stands_still_says_nothing_of_the_resolution(level):
    assert read_all((level,) * 200) is None


def test_the_converter_model_refuses_other_inputs():
    bench = ads_bench()
    with pytest.raises(ads_chip.Unsupported):
        bench.bus.writeto_mem(0x48, 1, b"\xc5\x43")
    with pytest.raises(ads_chip.Unsupported):
        bench.bus.writeto(0x48, b"\x01\x85")
