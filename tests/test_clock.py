"""The clocks against a simulated truth: errors per PPG sample, and the claims made of them."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from firmware import wire
from hub.clock import (
    SETTLED_NS,
    Drain,
    FinalClock,
    FinalSensor,
    KitClock,
    SensorClock,
    certificate,
    fit_exchanges,
)
from tests.clock_world import EPOCH_NS, Delay, Floats, World, quiet, uniform, wifi

RATES = (97.1, 100.0, 103.0)


@dataclass
class Errors:
    """Per sample: seconds into the session, true error and claimed error in ms."""

    t: Floats
    error: Floats
    claim: Floats

    def p99(self, from_s: float, to_s: float = np.inf) -> float:
        return float(np.percentile(np.abs(self.error[(self.t >= from_s) & (self.t < to_s)]), 99))

    @property
    def covered(self) -> float:
        return float(np.mean(np.abs(self.error) <= self.claim))


def live(world: World) -> Errors:
    """Every sample mapped by the fits as they were when its frame came."""
    kit, sensor, rows, begin = KitClock(), SensorClock(), [], 0
    for at_ns, stamp, drain, _ in world.frames:
        kit.stamp(at_ns, stamp)
        sensor.drain(*drain)
        fit, phase = kit.fit(), sensor.fit()
        index, begin = np.arange(begin, drain.next_index), drain.next_index
        if fit is None or phase is None:
            continue
        claim = fit.error_ns / 1e6 + phase.error_us / 1e3
        error = (fit.to_ns(phase.to_us(index)) - world.ns(world.samples[index])) / 1e6
        rows.append((world.samples[index] / 1e6, error, np.full(len(index), claim)))
    return Errors(*map(np.concatenate, zip(*rows, strict=True)))


def finals(world: World) -> tuple[FinalClock, FinalSensor]:
    return (
        FinalClock((at_ns, stamp) for at_ns, stamp, _, _ in world.frames),
        FinalSensor(drain for _, _, drain, _ in world.frames),
    )


def final(world: World) -> Errors:
    """Every sample mapped by the whole session."""
    kit, sensor = (clock.fit() for clock in finals(world))
    assert kit is not None and sensor is not None
    index = np.arange(world.frames[-1][2].next_index)
    ticks = sensor.to_us(index)
    error = (kit.to_ns(ticks) - world.ns(world.samples[index])) / 1e6
    claim = kit.error_at(ticks) / 1e6 + sensor.error_at(index) / 1e3
    return Errors(world.samples[index] / 1e6, error, claim)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(
    ("delay", "minute_ms", "five_ms"), [(wifi, 10, 2), (uniform, 10, 5), (quiet, 10, 2)]
)
def test_every_sample_is_where_it_was_taken(
    delay: Delay, rate: float, minute_ms: float, five_ms: float
) -> None:
    for seed in range(4):
        world = World(seed, 420, delay, rate=rate)
        now, whole = live(world), final(world)
        assert now.p99(60) <= minute_ms
        assert now.p99(300) <= five_ms
        assert whole.p99(0) <= five_ms
        assert now.covered >= 0.99 and whole.covered >= 0.99


def test_the_claim_covers_over_many_kits() -> None:
    covered = [live(World(seed, 90, wifi, rate=RATES[seed % 3])).covered for seed in range(40)]
    assert np.mean(np.array(covered) == 1.0) >= 0.99


def test_a_quiet_net_settles_within_ten_seconds_and_says_so_truly() -> None:
    for seed in range(10):
        now = live(World(seed, 60, quiet))
        assert now.t[now.claim < SETTLED_NS / 1e6][0] < 10
        assert now.claim[-1] < 5
        assert np.all(np.abs(now.error[now.claim < 10]) < 10)


@pytest.mark.parametrize("rate", RATES)
def test_intervals_are_scaled_right(rate: float) -> None:
    world = World(1, 150, wifi, rate=rate)
    sensor = SensorClock()
    for _, _, drain, t in world.frames:
        sensor.drain(*drain)
        fit = sensor.fit()
        assert fit is not None
        if t > 20e6:
            scale = fit.period_us * rate / 1e6 / (1 + world.drift * 1e-6)
            assert scale == pytest.approx(1, abs=5e-4)
    whole = FinalSensor(drain for *_, drain, _ in world.frames).fit()
    assert whole is not None
    assert whole.period_us * rate / 1e6 / (1 + world.drift * 1e-6) == pytest.approx(1, abs=5e-5)


def test_ninety_minutes_of_slow_drift_are_followed() -> None:
    for bend, sensor_bend in ((30.0, 300.0), (-30.0, -300.0)):
        world = World(3, 5400, wifi, rate=98.3, bend=bend, sensor_bend=sensor_bend)
        now, whole = live(world), final(world)
        assert now.p99(300) <= 2 and whole.p99(0) <= 2
        assert now.covered >= 0.99 and whole.covered >= 0.99


def test_final_times_rise_without_a_jump() -> None:
    world = World(5, 1800, uniform, bend=30.0, silent=(600, 900))
    kit, sensor = (clock.fit() for clock in finals(world))
    assert kit is not None and sensor is not None
    index = np.arange(-500, world.frames[-1][2].next_index + 500)
    steps = np.diff(kit.to_ns(sensor.to_us(index))) / 1e7
    assert np.all(np.abs(steps - 1) < 1e-3)


def test_an_outage_is_bridged_and_the_claim_grows_in_it() -> None:
    world = World(7, 1500, wifi, bend=30.0, silent=(600, 1200))
    kit = KitClock()
    for at_ns, stamp, _, t in world.frames:
        if t > 1200e6:
            break
        kit.stamp(at_ns, stamp)
    before = kit.fit()
    assert before is not None
    claims = []
    for t in (600e6, 700e6, 900e6, 1200e6):
        tick = float(world.tick(np.array([t]))[0])
        fit = kit.fit(now_us=tick)
        assert fit is not None
        assert abs(fit.to_ns(tick) - int(world.ns(np.array([t]))[0])) <= fit.error_ns
        claims.append(fit.error_ns)
    assert claims == sorted(claims) and claims[-1] > 2 * claims[0]
    fit = finals(world)[0].fit()
    assert fit is not None
    t = np.linspace(600e6, 1200e6, 50)
    errors = np.abs(fit.to_ns(world.tick(t)) - world.ns(t))
    assert np.all(errors <= fit.error_at(world.tick(t))) and errors.max() < 3e6


def test_a_backlog_is_placed_by_what_is_known_on_both_sides_of_the_outage() -> None:
    world = World(8, 800, wifi, silent=(500, 620))
    kit = KitClock()
    for at_ns, stamp, _, t in world.frames:
        kit.stamp(at_ns, stamp)
        if t > 623e6:
            break
    fit = kit.fit()
    assert fit is not None
    t = np.linspace(500e6, 620e6, 30)
    errors = np.abs(fit.to_ns(world.tick(t)) - world.ns(t))
    assert errors.max() < 2e6 and np.all(errors <= fit.error_at(world.tick(t)))


def test_a_boot_without_a_way_back_has_no_place_in_time() -> None:
    kit = KitClock()
    stamps = [(EPOCH_NS + k * 10**9, wire.Stamp(k, k * 10**6, 0, 0)) for k in range(100)]
    for at_ns, stamp in stamps:
        kit.stamp(at_ns, stamp)
    assert kit.fit() is None
    whole = FinalClock(stamps)
    assert whole.fit() is None and whole.error_ns == np.inf and whole.exchanges == 0
    assert FinalClock([]).fit() is None and FinalSensor([]).fit() is None
    assert SensorClock().fit() is None


def test_one_exchange_places_to_half_its_round_trip() -> None:
    kit = KitClock()
    kit.stamp(EPOCH_NS + 5_000_000, wire.Stamp(0, 1_000_000, 0, 0))
    kit.stamp(EPOCH_NS + 50_000_000, wire.Stamp(0, 1_030_000, EPOCH_NS + 8_000_000, 1_015_000))
    fit = kit.fit()
    assert fit is not None and fit.n == 1
    assert fit.to_ns(1_007_500) == pytest.approx(EPOCH_NS + 6_500_000 - 0, abs=7e6)
    assert 5e6 < fit.error_ns < 10e6


def test_stamps_that_contradict_themselves_are_refused() -> None:
    kit = KitClock()
    kit.stamp(EPOCH_NS, wire.Stamp(0, 1000, EPOCH_NS + 1, 900))  # an echo from the future
    kit.stamp(EPOCH_NS, wire.Stamp(0, 1000, EPOCH_NS - 1, 1100))  # heard after it was repeated
    assert kit.refused == 2 and kit.fit() is None


ticks = st.integers(0, 2**62 - 1) | st.integers(0, 10**10)
times = st.integers(1, 2**63 - 1) | st.integers(EPOCH_NS, EPOCH_NS + 10**13)


@settings(max_examples=200)
@given(st.lists(st.tuples(times, ticks, st.integers(0, 2**64 - 1) | times, ticks), max_size=60))
def test_no_stamp_breaks_a_clock(rows: list[tuple[int, int, int, int]]) -> None:
    stamps = [(at_ns, wire.Stamp(0, *said)) for at_ns, *said in rows]
    kit = KitClock()
    for at_ns, stamp in stamps:
        kit.stamp(at_ns, stamp)
        fit = kit.fit()
        assert fit is None or fit.error_ns > 0
    certificate({("k", 1): FinalClock(stamps)}, {})


@settings(max_examples=100)
@given(st.lists(st.tuples(st.integers(0, 2**32), ticks, st.integers(0, 65535), st.booleans())))
@example([(100, 4_000_000, 0, False), (100, 1_000_000, 0, True)])
def test_no_drain_breaks_a_clock(rows: list[tuple[int, int, int, bool]]) -> None:
    sensor = SensorClock()
    for row in rows:
        sensor.drain(*row)
        fit = sensor.fit()
        assert fit is not None and fit.error_us > 0
    whole = FinalSensor(rows).fit()
    assert whole.error_us > 0 if whole else not rows


def test_no_clock_is_said_to_run_as_no_crystal_does() -> None:
    """A sensor's count that leaps by a million a second, and a kit's clock a hundred times as fast:
    of a sample that takes 1 us, a minute that is lost would be 60 million."""
    sensor = FinalSensor([(10**6 * k, 10**6 * k, 300) for k in range(60)]).fit()
    assert sensor is not None and 8_500 <= sensor.period_us <= 11_500
    stamps = [(EPOCH_NS + second * 10**9,
               wire.Stamp(0, second * 10**8, EPOCH_NS + second * 10**9 - 9 * 10**8,
                          second * 10**8 - 8 * 10**7)) for second in range(1, 60)]
    kit = FinalClock(stamps).fit()
    assert kit is not None and -200 <= kit.drift_ppm <= 200


def test_a_clock_that_stepped_is_found_again_and_told() -> None:
    world = World(9, 900, wifi)
    stepped = [
        (at + (t > 400e6) * 10**10, s._replace(echo_ns=s.echo_ns + (s.echo_us > later) * 10**10))
        for later in [int(world.tick(np.array([400e6]))[0])]
        for at, s, _, t in world.frames
    ]
    kit = KitClock()
    for at_ns, stamp in stepped:
        kit.stamp(at_ns, stamp)
    fit, whole = kit.fit(), FinalClock(stepped)
    assert fit is not None and whole.steps == 1
    both = whole.fit()
    assert both is not None
    t = np.array([800e6])
    assert abs(fit.to_ns(world.tick(t)) - world.ns(t) - 10**10)[0] <= fit.error_ns
    t = np.linspace(10e6, 890e6, 200)
    t = t[np.abs(t - 400e6) > 10e6]
    error = both.to_ns(world.tick(t)) - world.ns(t) - (t > 400e6) * 10**10
    assert np.all(np.abs(error) <= both.error_at(world.tick(t)))


def test_ticks_of_years_and_times_near_the_end_of_int64_lose_no_precision() -> None:
    tick, ns = 2**46 - 10**9, 2**63 - 10**12
    kit = KitClock()
    for k in range(60):
        sent = tick + k * 1_000_000
        heard = sent - 500_000
        echo = (ns + k * 10**9 - 500_001_000, heard) if k else (0, 0)
        kit.stamp(ns + k * 10**9 + 1000, wire.Stamp(k, sent, *echo))
    fit = kit.fit()
    assert fit is not None
    at = np.array([tick + 30_000_000, tick + 30_000_001])
    assert np.abs(fit.to_ns(at) - np.array([ns + 30 * 10**9, ns + 30 * 10**9 + 1000])).max() < 600
    assert fit.to_ns(int(at[0])) == fit.to_ns(at)[0] and isinstance(fit.to_ns(int(at[0])), int)
    assert fit.to_ns(at.astype(np.float64)).dtype == np.int64
    assert fit.since <= tick + 1_000_000 and fit.until == sent


def test_stalled_reads_say_less_and_do_no_harm() -> None:
    world = World(11, 200, quiet)
    rng = np.random.default_rng(0)
    sensor = SensorClock()
    for _, _, drain, _ in world.frames:
        stalled = rng.uniform() < 0.5
        wide = 65535 if rng.uniform() < 0.5 else drain.span_us + 60_000
        sensor.drain(drain.next_index, drain.tick_us, wide if stalled else drain.span_us)
    fit = sensor.fit()
    assert fit is not None
    index = np.array([world.frames[-1][2].next_index - 1])
    error = np.abs(fit.to_us(index) - world.tick(world.samples[index]))[0]
    assert error <= fit.error_us < 5000


def test_the_first_second_is_claimed_no_better_than_it_is_known() -> None:
    for seed, rate in enumerate(RATES):
        world = World(seed, 10, quiet, rate=rate)
        sensor, begin = SensorClock(), 0
        for _, _, drain, _ in world.frames:
            sensor.drain(*drain)
            fit, index = sensor.fit(), np.arange(begin, drain.next_index)
            begin = drain.next_index
            assert fit is not None
            error = np.abs(fit.to_us(index) - world.tick(world.samples[index]))
            assert error.max() <= fit.error_us


def test_a_lie_among_the_stamps_spoils_neither_clock() -> None:
    world = World(17, 300, wifi)
    stamps = [(at_ns, stamp) for at_ns, stamp, _, _ in world.frames]
    for k in (100, 101, 200):
        at_ns, stamp = stamps[k]
        stamps[k] = (at_ns - 3 * 10**9, stamp._replace(echo_ns=0, echo_us=0))
    whole, kit = FinalClock(stamps), KitClock()
    for at_ns, stamp in stamps:
        kit.stamp(at_ns, stamp)
    for fit in (whole.fit(), kit.fit()):
        assert fit is not None and fit.error_ns < 10e6
        t = np.array([150e6, 299e6])
        assert np.abs(fit.to_ns(world.tick(t)) - world.ns(t)).max() < 3e6
    assert whole.refused == 3 and whole.steps == 0


def test_missing_frames_cost_nothing_but_themselves() -> None:
    world = World(12, 600, wifi)
    keep = np.random.default_rng(1).uniform(size=len(world.frames)) < 0.4
    world.frames = [frame for frame, kept in zip(world.frames, keep, strict=True) if kept]
    now = live(world)
    assert now.p99(300) <= 3 and now.covered >= 0.99


def broken(world: World, at_s: float, lost: int) -> list[Drain]:
    """The drains of a sensor that lost samples without the kit knowing how many."""
    drains, told = [], False
    for _, _, drain, t in world.frames:
        after = t > at_s * 1e6
        index = drain.next_index - lost * after
        drains.append(drain._replace(next_index=index, broken=after and not told))
        told = after
    return drains


def test_after_a_break_the_period_is_kept_and_the_phase_found_again() -> None:
    world = World(13, 600, quiet, rate=102.0)
    drains = broken(world, 400, 37)
    sensor = SensorClock()
    for drain, (*_, t) in zip(drains, world.frames, strict=True):
        sensor.drain(*drain)
        fit = sensor.fit()
        assert fit is not None
        if t > 400e6:
            index = np.array([drain.next_index - 1])
            truth = world.tick(world.samples[index + 37])
            assert np.abs(fit.to_us(index) - truth)[0] <= fit.error_us
            assert fit.period_us == pytest.approx(1e6 / 102, rel=1e-3)
            assert fit.error_us < (11_000 if t < 415e6 else 5000)
    whole = FinalSensor(drains)
    both = whole.fit()
    assert both is not None and whole.breaks == 1
    at = next(k for k, drain in enumerate(drains) if drain.broken)
    index = np.arange(drains[-1].next_index)
    lost = np.where(index >= drains[at - 1].next_index, 37, 0)
    error = np.abs(both.to_us(index) - world.tick(world.samples[index + lost]))
    assert np.all(error <= both.error_at(index)) and np.percentile(error, 99) < 2000


def test_an_index_that_begins_again_is_another_phase() -> None:
    world = World(14, 300, quiet)
    sensor = SensorClock()
    for _, _, drain, t in world.frames:
        sensor.drain(drain.next_index - (10_000 if t > 150e6 else 0), *drain[1:3])
    fit = sensor.fit()
    assert fit is not None
    index = np.array([world.frames[-1][2].next_index - 1])
    assert np.abs(fit.to_us(index - 10_000) - world.tick(world.samples[index]))[0] <= fit.error_us


def test_the_certificate_is_json_and_true() -> None:
    world = World(15, 900, wifi, rate=97.1, drift=-42.0)
    kit, sensor = finals(world)
    silent = FinalClock([(EPOCH_NS, wire.Stamp(0, 5, 0, 0))])
    told = certificate({("k1", 0xBEEF): kit, ("k2", 1): silent}, {("k1", 0xBEEF): [sensor]})
    assert json.loads(json.dumps(told)) == told
    one, two = told["k1:0000beef"], told["k2:00000001"]
    assert one["placed"] and not two["placed"] and two["claimed_error_ms"] is None
    assert one["drift_ppm"] == pytest.approx(42.0, abs=2)
    assert one["rate_hz"] == pytest.approx(97.1, rel=1e-4)
    assert one["offset_s"] == pytest.approx((EPOCH_NS - world.tick0 * 1000) / 1e9, abs=0.01)
    assert one["exchanges"] > 850 and one["steps"] == 0 and one["refused"] == 0
    assert 1.9 < one["round_trip_ms"] < 5 and 2 < one["residual_ms_p50"] < 8
    assert one["claimed_error_ms"] < 10 and one["phase_error_ms"] < 10
    assert EPOCH_NS < one["settled_at"] < EPOCH_NS + 60 * 10**9
    assert two["rate_hz"] is None and set(one) == set(two)


def test_whole_session_clocks_go_where_live_ones_go() -> None:
    world = World(16, 60, quiet)
    kit, sensor = finals(world)
    before = kit.fit()
    kit.stamp(1, wire.Stamp(0, 1, 0, 0))
    sensor.drain(1, 1, 1)
    assert kit.fit() is before and before is not None
    phase = sensor.fit()
    assert phase is not None and isinstance(phase.to_us(5), float)
    assert before.to_ns(int(phase.to_us(5))) == pytest.approx(
        before.to_ns(np.array([phase.to_us(5)]))[0], abs=1000
    )


def page(rng: np.random.Generator, n: int, rounded: float) -> list[tuple[float, int, float]]:
    """Exchanges of a page whose performance.now() runs 80 ppm fast and began 123 s ago."""
    sent = np.sort(rng.uniform(0, 60e6, n))
    there, back = wifi(rng, n), wifi(rng, n)
    ms = [(123e6 + 1.00008 * t) / 1e3 for t in (sent, sent + there + back)]
    rows = zip(*(np.floor(m / rounded) * rounded for m in ms), sent + there, strict=True)
    return [(a, EPOCH_NS + round(t * 1e3), b) for a, b, t in rows]


@pytest.mark.parametrize("rounded", [0.1, 1.0])
def test_a_page_is_mapped_with_a_claim_that_covers(rounded: float) -> None:
    for seed in range(30):
        fit = fit_exchanges(page(np.random.default_rng(seed), 1 + seed % 8, rounded))
        assert fit is not None
        for t in (10e6, 60e6, 90e6):
            ms = (123e6 + 1.00008 * t) / 1e3
            error = abs(fit(ms) - EPOCH_NS - round(t * 1e3))
            assert error <= fit.error_at(ms)
    many = fit_exchanges(page(np.random.default_rng(1), 8, 0.1))
    assert many is not None and many.n == 8 and many.error_ns < 15e6


def test_a_page_that_slept_is_mapped_by_what_came_after() -> None:
    rows = page(np.random.default_rng(3), 8, 0.1)
    slept = [(a, ns + (k >= 4) * 3600 * 10**9, b) for k, (a, ns, b) in enumerate(rows)]
    fit = fit_exchanges(slept)
    assert fit is not None and fit.n == 4
    ms = (123e6 + 1.00008 * 70e6) / 1e3
    assert abs(fit.to_ns(ms) - EPOCH_NS - 3670 * 10**9) <= fit.error_at(ms)


def test_exchanges_that_say_nothing_give_none() -> None:
    assert fit_exchanges([]) is None
    assert fit_exchanges([(10.0, EPOCH_NS, 5.0)]) is None


@given(st.lists(st.tuples(st.sampled_from([0, 1, 10**3, 10**6, 10**7]),
                          st.sampled_from([-(10**11), -(10**9), 0, 10**6, 10**9, 3 * 10**12]),
                          st.sampled_from([None, -(10**6), -(10**9), 10**10])), max_size=120))
@settings(max_examples=40)
def test_arrivals_that_jump_about_never_make_the_clock_fail(steps):
    clock, tick, at_ns = KitClock(), 0, 10**18
    for forward_us, jump_ns, echo_ns in steps:
        tick, at_ns = tick + forward_us, max(0, at_ns + jump_ns)
        echo = (0, 0) if echo_ns is None else (at_ns + echo_ns, tick)
        clock.stamp(at_ns, wire.Stamp(0, tick, *echo))
        fit = clock.fit()
        assert fit is None or fit.error_ns > 0
