"""The sampler against a world whose truth is known, in virtual time."""

from itertools import pairwise
from pathlib import Path

import micropython
import pytest
import virtual
import wire
from hypothesis import given, settings
from hypothesis import strategies as st
from kit import sampler as sampler_module
from kit.lane import Lane
from kit.ticks import MASK, Ticks, after, diff
from virtual import STEP, World, cut

SMALL = 1 << 30
rates = st.integers(96_000, 104_000)  # mHz
phases = st.integers(0, 12_000)


class Small(int):
    """An integer of a 32-bit board: anything wider would be made on the heap there."""

    def __new__(cls, value):
        assert -SMALL <= value < SMALL, f"{value} does not fit 31 bits"
        return super().__new__(cls, value)


def _small(name):
    plain = getattr(int, name)

    def operator(self, *others):
        result = plain(self, *others)
        return result if result is NotImplemented else Small(result)

    return operator


for _name in ("add", "sub", "mul", "and", "or", "lshift", "rshift", "floordiv", "mod"):
    for _side in ("__", "__r"):
        setattr(Small, f"{_side}{_name}__", _small(f"{_side}{_name}__"))


def true_of(world, blocks, base):
    """What each PPG block claims holds: its values are those of its index, and at a moment of
    its span exactly the samples below its end had been taken."""
    for block in blocks:
        start, end = base + block.index, base + block.index + len(block.values)
        assert block.values == tuple(i % virtual.COUNTS * STEP for i in range(start, end))
        read = world.moment(block.tick_us)
        assert world.taken(read) <= end <= world.taken(read + block.span_us)


def restarted(world):
    """The number, in the world, of the sample that has index 0 now."""
    world.run()
    return world.next_sample - world.ppg_chip.held


def ppg(blocks):
    return [block for block in blocks if block.channel == wire.PPG_IR]


def eda(blocks):
    return [block for block in blocks if block.channel == wire.EDA]


def indices(blocks):
    return [block.index + i for block in blocks for i in range(len(block.values))]


@settings(max_examples=40)
@given(rates, phases, st.lists(st.integers(0, 900_000), max_size=5))
def test_every_block_is_true_whatever_stalls(rate, phase, stalls):
    world = World(rate, phase)
    world.sampler.restart()
    base = None
    for stall in [*stalls, 0]:
        world.sample_for(600_000)
        world.sleep(stall)
        for block in ppg(cut(world.sampler)):
            if base is None or block.flags & wire.INDEX_BREAK:
                assert block.flags or block.index == 0
                base = block.values[0] // STEP - block.index  # how many were lost, nobody knows
            true_of(world, [block], base)
    assert world.sampler.faults == 0


@given(rates, phases)
@settings(max_examples=30)
def test_nothing_is_lost_without_a_stall(rate, phase):
    world = World(rate, phase)
    world.sampler.restart()
    blocks = []
    for _ in range(3):
        world.sample_for(1_000_000, late_us=3_000)
        blocks += cut(world.sampler)
    assert indices(ppg(blocks)) == list(range(len(indices(ppg(blocks)))))
    assert len(indices(ppg(blocks))) >= 3 * rate // 1000 - 15
    assert indices(eda(blocks)) == list(range(47))
    assert world.sampler.overflows == 0


def test_lost_samples_follow_the_32_that_were_held():
    world = World()
    world.sampler.restart()
    world.sample_for(500_000)
    world.sleep(450_000)
    world.sample_for(200_000)
    before, after_loss = ppg(cut(world.sampler))
    lost = after_loss.index - before.index - len(before.values)
    assert 12 < lost < 26
    assert lost == world.sampler.overflows
    assert after_loss.flags == 0


def test_a_saturated_counter_breaks_the_index():
    world = World()
    world.sampler.restart()
    world.sample_for(500_000)
    world.sleep(900_000)
    world.sample_for(200_000)
    before, after_loss = ppg(cut(world.sampler))
    assert after_loss.flags == wire.INDEX_BREAK
    assert after_loss.index - before.index - len(before.values) == 31
    assert after_loss.values[0] - before.values[-1] > 32 * STEP


def test_samples_from_before_a_restart_are_thrown_away():
    world = World()
    world.sample_for(800_000)
    world.sleep(250_000)
    world.run()
    taken = world.taken(world.now)
    world.sampler.restart()
    world.sample_for(500_000)
    blocks = cut(world.sampler)
    assert ppg(blocks)[0].index == eda(blocks)[0].index == 0
    assert ppg(blocks)[0].values[0] >= taken * STEP


@settings(max_examples=30)
@given(st.lists(st.integers(0, 400_000), max_size=5), st.integers(0, 1 << 30))
def test_eda_is_the_level_at_the_start_of_each_shot(stalls, offset):
    world = World(offset_us=offset)
    world.sampler.restart()
    origin = world.now
    blocks = []
    for stall in [*stalls, 0]:
        world.sample_for(300_000)
        world.sleep(stall)
        blocks += eda(cut(world.sampler))
    for block in blocks:
        last = block.index + len(block.values) - 1
        start = world.moment(block.tick_us)
        assert block.span_us == 0
        on_grid = start - (origin + 62_500 * last)
        assert -1_000 <= on_grid < 62_500 + 1_000
        assert block.values[-1] == pytest.approx(world.level_at(start), abs=1)
    assert all(b > a for a, b in pairwise(indices(blocks)))
    holes = indices(blocks)[-1] + 1 - len(indices(blocks))
    assert holes <= sum(stalls) // 62_500 + len(stalls)


def phase_unknown_us(world, seconds):
    """How far the phase of the sensor's samples may still be moved without contradicting a block;
    the world's sensor makes exactly one each 10 ms."""
    world.sampler.restart()
    base = restarted(world)
    earliest, latest = -1e9, 1e9
    for _ in range(seconds):
        world.sample_for(1_000_000)
        for block in ppg(cut(world.sampler)):
            end = base + block.index + len(block.values)
            read = world.moment(block.tick_us)
            earliest = max(earliest, read - 10_000 * end)
            latest = min(latest, read + block.span_us - 10_000 * (end - 1))
    return latest - earliest


def test_the_dither_resolves_the_phase_at_exactly_100_hz():
    for phase_us in (0, 4_321, 9_999):
        assert 0 <= phase_unknown_us(World(100_000, phase_us), 60) < 600


def test_bus_faults_are_counted_and_survived():
    world = World()
    world.sampler.restart()
    world.sample_for(500_000)
    before = cut(world.sampler)
    world.broken = True
    world.sample_for(400_000)
    world.broken = False
    world.sample_for(500_000)
    blocks = cut(world.sampler)
    assert world.sampler.faults > 3
    assert ppg(blocks)[-1].flags == wire.INDEX_BREAK
    assert len(ppg(blocks)[-1].values) > 30
    assert eda(blocks)[0].index - indices(eda(before))[-1] > 5


def test_a_sensor_that_lost_its_power_is_set_up_again():
    world = World()
    world.sampler.restart()
    world.sample_for(500_000)
    cut(world.sampler)
    world.ppg_chip.__init__(world.samples)  # all registers as after power-up
    world.sample_for(2_500_000)
    blocks = ppg(cut(world.sampler))
    assert blocks[-1].flags == wire.INDEX_BREAK
    assert len(indices(blocks)) > 100


def in_a_shot():
    """A world in which a shot of skin conductance has just begun."""
    world = World()
    world.sampler.restart()
    world.sample_for(500_000)
    index, idle_ms = world.sampler.shot, 0
    while world.sampler.shot == index:
        world.sleep(1000 * int(idle_ms))
        idle_ms = world.sampler.step()
    return world


@pytest.mark.parametrize("after_us", [0, 10_000, 40_000])
def test_a_converter_without_power_for_a_moment_gives_no_value_that_nobody_measured(after_us):
    world = in_a_shot()
    lost = world.sampler.shot
    world.sleep(after_us)
    world.eda_chip.__init__(world.level)  # all registers as after power-up
    world.sample_for(500_000)
    blocks = eda(cut(world.sampler))
    assert min(value for block in blocks for value in block.values) > 0
    assert set(range(indices(blocks)[-1])) - set(indices(blocks)) == {lost}


@pytest.mark.parametrize("after_us", [3_000, 28_000, 40_000])
def test_the_first_shot_of_a_session_began_in_it(after_us):
    world = in_a_shot()
    world.sleep(after_us)
    opened = world.now
    world.sampler.restart()
    world.sample_for(300_000)
    first, *more = eda(cut(world.sampler))
    assert first.values[0] >= world.level_at(opened)
    assert len(first.values) + sum(len(block.values) for block in more) >= 3


def test_sensors_are_well_or_silent_each_by_itself():
    world = World()
    sampler = world.sampler
    world.bus.devices = {0x57: world.ppg_chip}
    world.sample_for(1_500_000)
    assert (sampler.ppg_well, sampler.eda_well) == (True, False)
    world.bus.devices = {0x48: world.eda_chip}
    world.sample_for(1_500_000)
    assert (sampler.ppg_well, sampler.eda_well) == (False, True)


def test_the_dither_of_no_boot_stands_still():
    for boot in (0, 65_535, 65_536, 65_537, 0xFFFF_FFFF):
        sampler = sampler_module.Sampler(None, None, Ticks(lambda: 0), boot)
        dithers = set()
        for _ in range(50):
            sampler._later()
            dithers.add(sampler.dither)
        assert len(dithers) == 50


def test_values_without_room_are_counted_and_their_index_is_left_out():
    world = World()
    world.sampler.restart()
    base = restarted(world)
    world.sample_for(14_000_000)  # no frame is cut
    blocks = cut(world.sampler)
    assert len(ppg(blocks)) == 4
    dropped = world.sampler.ppg_lane.dropped
    assert dropped > 300
    world.sample_for(500_000)
    later = ppg(cut(world.sampler))
    true_of(world, later, base)
    assert later[0].index - indices(ppg(blocks))[-1] - 1 == dropped


def test_a_full_frame_leaves_the_rest_for_the_next():
    lane = Lane(wire.PPG_IR, 4, 360)
    for n in range(4):
        lane.index = 1000 * n
        writer = lane.reserve(100)
        for i in range(100):
            writer.add(200_000 * (i % 2))
        lane.index += 100
    frame = wire.FrameWriter()
    frame.begin()
    assert not lane.cut(frame)
    assert frame.blocks == 3
    frame.begin()
    assert lane.cut(frame)
    assert frame.blocks == 1


def test_either_sensor_may_be_missing():
    world = World()
    only_eda = sampler_module.Sampler(None, world.sampler.eda, Ticks(world.source))
    only_ppg = sampler_module.Sampler(world.ppg, None, Ticks(world.source))
    for one, channel in ((only_eda, wire.EDA), (only_ppg, wire.PPG_IR)):
        world.sampler = one
        world.sample_for(500_000)
        assert {block.channel for block in cut(one)} == {channel}


@pytest.mark.parametrize("offset", [0, MASK - 2_000_000])
def test_no_number_is_wider_than_a_small_integer(offset):
    world = World(offset_us=offset, number=Small)
    world.sampler.restart()
    for stall in (0, 450_000, 900_000, 0):
        world.sample_for(1_000_000)
        world.sleep(stall)
        frame = wire.FrameWriter()
        frame.begin()
        assert world.sampler.cut(frame)


def test_nothing_is_allocated_by_the_real_interpreter():
    printed = micropython.run(
        Path(__file__).with_name("locked.py"),
        path=(Path(__file__).parent, micropython.FIRMWARE, micropython.BOARD),
    ).splitlines()
    assert printed[0] == "allocated 0"
    assert printed[-1].startswith("overflows 4")
    assert printed[-1].endswith("wraps 1 faults 0")
    assert len(printed) > 16


ticks = st.integers(0, MASK)


@given(ticks, st.integers(-(MASK // 2), MASK // 2))
def test_ticks_differ_by_what_was_added(lo, us):
    assert diff((lo + us) & MASK, lo) == us
    if us >= 0:
        assert after(lo, us) == (lo + us) & MASK


@given(st.integers(0, 1 << 33), st.lists(st.integers(0, MASK), max_size=30))
def test_ticks_unwrap(start, steps):
    now = start
    clock = Ticks(lambda: now & MASK)
    for step in steps:
        now += step
        assert clock.read() == now & MASK
        assert (clock.wraps << 30 | clock.lo) - (start & MASK) == now - start
        touched = max(start, now - 1_000_000)
        assert (clock.wraps_of(touched & MASK) << 30 | touched & MASK) - (start & MASK) == (
            touched - start
        )
