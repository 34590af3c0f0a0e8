"""The rate of a sensor, told by counting: against sensors of any rate, and of one that changes."""

from __future__ import annotations

import numpy as np
import pytest

from hub.clock import Drain, FinalSensor, SensorClock
from hub.clock.pace import Pace, stretches
from hub.clock.sensor import ChangedSensorFit
from tests.clock_world import Floats, World, quiet

NOMINAL = (90.0, 100.0, 114.0)


def drained(taken_us: Floats, seed: int = 0) -> list[Drain]:
    """The drains of a sensor whose samples are complete at these ticks, about one a second."""
    rng = np.random.default_rng(seed)
    at = np.arange(1e6, taken_us[-1] - 1e6, 1e6)
    at += rng.uniform(-7.5e3, 7.5e3, len(at))
    counts = np.searchsorted(taken_us, at + 150, side="right")
    return [Drain(int(n), int(tick), 300) for n, tick in zip(counts, at, strict=True)]


def changing(*rates: float, each_s: float = 60.0) -> Floats:
    """When the samples of a sensor are complete (us) that runs at one rate after the other."""
    periods = np.concatenate([np.full(round(hz * each_s), 1e6 / hz) for hz in rates])
    return np.cumsum(periods)


@pytest.mark.parametrize("hz", [12.5, 50.0, 80.0, 86.0, 118.0, 130.0, 200.0, 400.0])
def test_of_a_sensor_of_another_rate_every_sample_is_where_it_was_taken(hz: float) -> None:
    """Afterwards from the first on; live, once three seconds have told its rate."""
    taken = changing(hz)
    drains, sensor = drained(taken), SensorClock()
    for drain in drains:
        sensor.drain(*drain)
        fit = sensor.fit()
        assert fit is not None
        if drain.tick_us > 6e6:
            last = np.arange(drain.next_index - int(hz), drain.next_index)
            assert np.all(np.abs(fit.to_us(last) - taken[last]) <= fit.error_us)
            assert fit.period_us == pytest.approx(1e6 / hz, rel=0.02)
    whole = FinalSensor(drains).fit()
    assert whole is not None and whole.period_us == pytest.approx(1e6 / hz, rel=1e-3)
    index = np.arange(drains[-1].next_index)
    assert np.all(np.abs(whole.to_us(index) - taken[index]) <= whole.error_at(index))


@pytest.mark.parametrize(("before", "after"), [
    (100, 110), (100, 94), (100, 130), (100, 50), (50, 100), (100, 200), (400, 100), (115, 89),
])  # fmt: skip
def test_a_rate_that_changes_holds_from_when_it_did(before: float, after: float) -> None:
    taken = changing(before, after)
    sensor = FinalSensor(drained(taken))
    fit = sensor.fit()
    assert fit is not None and sensor.is_odd
    assert sensor.periods_us == pytest.approx([1e6 / before, 1e6 / after], rel=2e-3)
    index = np.arange(len(taken) - 2 * after)
    assert np.abs(fit.to_us(index) - taken[index]).max() < 10e3
    assert fit.period_at(0) == sensor.periods_us[0]
    assert fit.period_at(len(taken)) == sensor.periods_us[1]
    assert isinstance(fit.to_us(5.0), float) and fit.n == len(drained(taken))


def test_only_the_rates_that_samples_have_are_asked_for_their_times() -> None:
    """Else each piece of a session would cost as much as it has changes."""
    fit = FinalSensor(drained(changing(100, 130))).fit()
    assert isinstance(fit, ChangedSensorFit)
    first = ChangedSensorFit(fit.starts, (fit.fits[0], None))  # type: ignore[arg-type]
    index = np.arange(1000)
    assert np.array_equal(first.to_us(index), fit.to_us(index))


@pytest.mark.parametrize("hz", NOMINAL)
@pytest.mark.parametrize("lost", [1, 3, 5, 31, 300, 3000, -37])
def test_a_count_that_jumps_is_no_other_rate(hz: float, lost: int) -> None:
    """Samples that were lost, one by one or by the minute, counted or not; and stalled reads."""
    rng = np.random.default_rng(abs(lost))
    for seed in range(5):
        drains = drained(changing(hz), seed)
        moved = np.cumsum(rng.random(len(drains)) < 0.15) * lost
        spans = rng.choice((300, 300, 300, 300, 5000, 65535), len(drains))
        told = [
            Drain(max(0, one.next_index + int(by)), one.tick_us, int(span))
            for one, by, span in zip(drains, moved, spans, strict=True)
        ]
        assert len(stretches(told)) == 1
        assert not FinalSensor(told).is_odd


@pytest.mark.parametrize("hz", NOMINAL)
@pytest.mark.parametrize("lost_s", [0.9, 1.3, 1.6, 8.0])
def test_nor_are_samples_lost_in_frames_that_never_came(hz: float, lost_s: float) -> None:
    """The frame that said that they were lost uncounted is missing too."""
    drains, lost = drained(changing(hz, each_s=200.0)), round(lost_s * hz)
    told = [*drains[:60], *(one._replace(next_index=one.next_index - lost) for one in drains[140:])]
    assert not any(map(Pace().drain, told))
    assert not FinalSensor(told).is_odd


@pytest.mark.parametrize("hz", [87.6, *NOMINAL, 116.5])
def test_nor_is_a_fifo_that_ran_over_sooner_or_later_than_one_of_100_does(hz: float) -> None:
    drains = drained(changing(hz, each_s=200.0))
    off_us = round(32e6 / hz) - 320_000
    for every in (2, 7, 8):
        told = [*drains]
        told[3::every] = [
            one._replace(tick_us=one.tick_us - off_us - 20_000, span_us=41_500)
            for one in drains[3::every]
        ]
        assert not any(map(Pace().drain, told))
        assert not FinalSensor(told).is_odd


def test_a_rate_that_slow_reads_tell_roughly_is_told_once() -> None:
    drains = drained(changing(84.0))
    drains[0] = drains[0]._replace(tick_us=drains[0].tick_us - 40_000, span_us=40_000)
    drains[3] = drains[3]._replace(span_us=41_000)
    pace = Pace()
    assert len([period for period in map(pace.drain, drains) if period]) == 1


def test_nor_is_a_chip_that_warms_up_by_two_per_cent_in_two_hours() -> None:
    taken = np.cumsum(np.geomspace(1e4, 1.02e4, 720_000))
    assert len(stretches(drained(taken))) == 1


@pytest.mark.parametrize("hz", NOMINAL)
def test_nor_is_a_warm_chip_or_an_outage(hz: float) -> None:
    world = World(3, 900, quiet, rate=hz, sensor_bend=300.0, silent=(300, 600))
    pace = Pace()
    assert [pace.drain(drain) for _, _, drain, _ in world.frames].count(None) == len(world.frames)
    assert pace.known


def test_nobody_counts_a_million_a_second_or_one_an_hour() -> None:
    for samples, us in ((10**6, 10**6), (1, 36 * 10**8)):
        drains = [Drain(samples * k, us * k, 300) for k in range(60)]
        assert [pace for pace in map(Pace().drain, drains) if pace] == []


@pytest.mark.parametrize("each_us", [0, 1, 4000])
def test_a_flood_of_blocks_is_no_rate_and_not_kept(each_us: int) -> None:
    """Else each of them would cost as much as all of the last seconds."""
    pace = Pace()
    assert not any(pace.drain(Drain(k + 1, k * each_us, 0)) for k in range(3000))
    assert len(pace.heard) <= 100
