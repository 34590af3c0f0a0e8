"""Beats against the truth, in any unit, polarity and rate, however the samples were cut."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import butter, sawtooth, sosfilt

from hub.signals import prv
from hub.signals.beats import Beats, join
from hub.signals.intervals import GOOD
from hub.signals.polarity import HOLD, Upright
from hub.signals.ppg import BeatDetector, detect_beats, uncontested
from hub.signals.slope import Slopes
from tests.signals.made import Floats, Pulse, counts, match, one_beat, pulse, shaken

BODY = pulse(60.0, seed=3)
HOLED = counts(BODY.samples)
HOLED[2100:2320] = np.nan
HOLED[np.random.default_rng(1).random(len(HOLED)) < 0.01] = np.nan
HOLED[4000:] += 9_000  # a step of the lamp
WHOLE = detect_beats(HOLED, 100.0)
TIMES = np.arange(12_000) / 100


def same(a: Beats, b: Beats) -> bool:
    return np.array_equal(a.times_s, b.times_s) and np.array_equal(a.quality, b.quality)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 900), min_size=1, max_size=40))
def test_the_same_beats_however_the_samples_are_cut(sizes: list[int]) -> None:
    detector = BeatDetector(100.0)
    parts = []
    at = 0
    for size in sizes:
        parts.append(detector.push(HOLED[at : at + size]))
        at += size
    parts += [detector.push(HOLED[at:]), detector.flush()]
    assert same(join(parts), WHOLE)


@pytest.mark.parametrize("at_once", [1, 950])
def test_what_is_longer_than_is_worked_on_at_once_has_the_same_beats(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.signals.ppg.AT_ONCE", at_once)
    assert same(detect_beats(HOLED, 100.0), WHOLE)


def test_one_sample_at_a_time() -> None:
    detector = BeatDetector(100.0)
    parts = [detector.push(HOLED[k : k + 1]) for k in range(len(HOLED))]
    assert same(join([*parts, detector.flush()]), WHOLE)


@pytest.mark.parametrize("fs", [50.0, 64.0, 97.3, 100.0, 103.0, 250.0])
def test_finds_every_beat_at_any_rate(fs: float) -> None:
    body = pulse(fs=fs, seed=1)
    got = match(detect_beats(body.samples, fs).times_s, body.beats_s, 0.1)
    assert got.f1 > 0.99


@pytest.mark.parametrize("rate", [45.0, 60.0, 90.0, 120.0, 160.0])
def test_finds_every_beat_at_any_heart_rate(rate: float) -> None:
    body = pulse(rate=rate, seed=2)
    got = match(detect_beats(body.samples, body.fs).times_s, body.beats_s, 0.1)
    assert got.f1 > 0.98


@pytest.mark.parametrize("scale", [1e-3, 1.0, -1.0, 40.0, -900.0])
def test_unit_and_polarity_do_not_matter(scale: float) -> None:
    body = pulse(seed=4)
    upright = detect_beats(body.samples, body.fs)
    other = detect_beats(130_000 + scale * body.samples, body.fs)
    assert np.allclose(other.times_s, upright.times_s, atol=1e-4)


def test_intervals_are_sharper_than_the_samples() -> None:
    """10 ms samples, quantised and inverted: intervals within 5 ms (mean absolute)."""
    body = pulse(seed=5)
    found = detect_beats(counts(body.samples), body.fs)
    off = match(found.times_s, body.beats_s, 0.1).off_s
    assert np.abs(np.diff(off)).mean() < 0.005


def test_beats_of_a_pulse_that_rises_as_it_falls_are_in_their_place() -> None:
    """What may be no pulse is not believed; when it beat is known all the same (mean absolute)."""
    body = pulse(seed=6)
    samples = sum(np.exp(-0.5 * ((TIMES - beat) / 0.11) ** 2) for beat in body.beats_s)
    found = detect_beats(np.asarray(samples), 100.0)
    off = match(found.times_s, body.beats_s, 0.15).off_s
    assert np.median(found.quality) < GOOD and np.abs(np.diff(off)).mean() < 0.002


@pytest.mark.parametrize("rate", [42.0, 48.0])
def test_a_slow_pulse_has_a_heart_rate_by_a_sensor_that_lets_no_slow_change_through(
    rate: float,
) -> None:
    """It falls as steeply as it rises there, but not as far within a third of a second."""
    wave = pulse(90.0, rate=rate, seed=1).samples
    high = butter(2, 0.5, "high", fs=100, output="sos")
    for samples in (sosfilt(high, wave - wave[0]), -sosfilt(high, wave - wave[0])):
        rows = prv.intervals(detect_beats(samples, 100.0)).rows
        assert all(prv.heart_rate(rows, at).value for at in np.arange(35.0, 85.0))


@pytest.mark.parametrize(("low_hz", "high_hz", "size"), [(5.0, 7.0, 0.2), (3.8, 4.4, 0.1)])
def test_a_hand_that_trembles_leaves_intervals_to_be_known(low_hz, high_hz, size) -> None:
    """A fifth as high as the pulse; of what is hardly faster than a rise, a tenth: within 12 ms
    (mean absolute)."""
    body = pulse(seed=5)
    tremor = sosfilt(butter(2, [low_hz, high_hz], "band", fs=100.0, output="sos"),
                     np.random.default_rng(5).standard_normal(len(body.samples)))  # fmt: skip
    found = detect_beats(body.samples + size * tremor / tremor.std(), body.fs)
    off = match(found.times_s, body.beats_s, 0.1).off_s
    assert np.abs(np.diff(off)).mean() < 0.012


def test_a_beats_time_does_not_depend_on_the_rate_of_the_samples() -> None:
    """A slope lies between two samples: of 25 a second, 20 ms before the later one."""
    late = [
        float(np.median(match(detect_beats(b.samples, b.fs).times_s, b.beats_s, 0.1).off_s))
        for b in (pulse(fs=fs, seed=5) for fs in (25.0, 50.0, 100.0, 500.0))
    ]
    assert max(late) - min(late) < 0.003


@pytest.mark.parametrize("scale", [1.0, -900.0])
def test_samples_lost_here_and_there_cost_no_beat_and_no_trust(scale: float) -> None:
    """One in twenty, and packets of 50 ms: the smoothing is longer than that."""
    body = pulse(seed=17)
    samples = 130_000 + scale * body.samples
    samples[np.random.default_rng(3).random(len(samples)) < 0.05] = np.nan
    for first in range(700, len(samples), 450):
        samples[first : first + 5] = np.nan
    found = detect_beats(samples, body.fs)
    assert match(found.times_s, body.beats_s, 0.1).f1 > 0.99
    assert np.quantile(found.quality, 0.1) > 0.8


@pytest.mark.parametrize("fs", [50.0, 100.0, 200.0])
def test_two_samples_in_five_lost_cost_no_beat(fs: float) -> None:
    body = pulse(seed=18, fs=fs)
    samples = counts(body.samples)
    samples[np.random.default_rng(4).random(len(samples)) < 0.4] = np.nan
    assert match(detect_beats(samples, fs).times_s, body.beats_s, 0.1).f1 > 0.98


@pytest.mark.parametrize(("gap_ms", "every_s"), [(60, 1.0), (100, 1.0), (100, 2.0), (150, 2.0)])
def test_a_gap_each_second_leaves_a_heart_rate(gap_ms: int, every_s: float) -> None:
    """As of a device that collects its garbage. What it says of variability is right, or not
    given."""
    body, rng = pulse(180.0, seed=19), np.random.default_rng(5)
    samples = counts(body.samples)
    for at in np.arange(0.0, 179.0, every_s):
        first = int((at + rng.uniform(0, every_s - 0.2)) * 100)
        samples[first : first + gap_ms // 10] = np.nan
    beats = detect_beats(samples, 100.0)
    assert match(beats.times_s, body.beats_s, 0.1).f1 > 0.98
    found, true = prv.intervals(beats).rows, prv.intervals(Beats(body.beats_s, ones(body))).rows
    rates = [(prv.heart_rate(found, at).value, prv.heart_rate(true, at).value)
             for at in range(15, 178)]  # fmt: skip
    off = [abs(rate - truth) for rate, truth in rates if rate and truth]
    assert len(off) > 0.85 * len(rates) and np.mean(off) < 0.5
    held = prv.rmssd(found, 170.0).value
    assert held is None or abs(held - (prv.rmssd(true, 170.0).value or 0.0)) < 8.0


def ones(body: Pulse) -> Floats:
    return np.ones(len(body.beats_s))


@pytest.mark.parametrize("codes", [4, 8, 24])
@pytest.mark.parametrize("fs", [50.0, 250.0])
def test_a_pulse_of_a_few_codes_is_found(codes: int, fs: float) -> None:
    """A coarse converter without noise: most samples repeat the one before."""
    body = pulse(fs=fs, seed=18)
    smooth = body.samples - np.convolve(body.samples, np.full(9, 1 / 9), "same")
    clean = body.samples - smooth  # without the noise
    found = detect_beats(np.round(codes * clean), fs)
    assert match(found.times_s, body.beats_s, 0.12).f1 > 0.98


@pytest.mark.parametrize("held", [4, 5, 10])
def test_a_pulse_whose_samples_are_held_is_found_in_time(held: int) -> None:
    """A slow sensor behind a faster recorder: between its jumps nothing moves."""
    body = pulse(60.0, fs=100 / held, seed=18)
    found = detect_beats(np.repeat(body.samples, held), 100.0)
    got = match(found.times_s, body.beats_s, 0.1)
    assert got.f1 > 0.98 and np.std(got.off_s) < 0.01


def test_good_beats_have_a_good_quality() -> None:
    body = pulse(seed=6)
    assert np.quantile(detect_beats(body.samples, body.fs).quality, 0.05) > 0.9


def test_a_burst_of_motion_costs_quality_and_not_the_beats_around() -> None:
    body = pulse(seed=7)
    samples = body.samples.copy()
    rng = np.random.default_rng(0)
    samples[5000:5300] += 2 * np.sin(2 * np.pi * 1.7 * np.arange(300) / 100)
    samples[5000:5300] += 0.3 * np.cumsum(rng.standard_normal(300))
    found = detect_beats(samples, body.fs)
    outside = (found.times_s < 49.5) | (found.times_s > 55)
    true = body.beats_s[(body.beats_s < 49.5) | (body.beats_s > 55)]
    assert match(found.times_s[outside], true, 0.1).f1 > 0.98
    assert found.quality[~outside].min() < 0.3


def test_after_a_burst_of_motion_the_pulse_is_known_again_at_once() -> None:
    """Its beats were not alike, so they are not what the next ones are measured by."""
    after = []
    for seed in range(8):
        body = pulse(60.0, seed=30 + seed)
        found = detect_beats(shaken(body, seed), 100.0)
        after.append(found.quality[(found.times_s > 34.5) & (found.times_s < 40)].mean())
    assert np.median(after) > 0.95


@pytest.mark.parametrize(("size", "seconds"), [(1.2, 6), (2.5, 6), (2.5, 9), (4.0, 9)])
def test_beats_are_found_as_soon_as_a_motion_ends(size: float, seconds: int) -> None:
    """From the first or second on: pulses are weak beside what was seen lately."""
    times = np.arange(100 * seconds) / 100
    for seed in range(4):
        body, rng = pulse(70.0, seed=seed), np.random.default_rng(seed)
        samples, end = body.samples.copy(), 40.5 + seconds
        for hz in rng.uniform(0.5, 4.0, 6):
            wave = np.sin(2 * np.pi * (hz * times + rng.random()))
            samples[4000 : 4000 + len(times)] += size * wave
        found = detect_beats(samples, 100.0).times_s
        true = body.beats_s[(body.beats_s > end) & (body.beats_s < end + 8)]
        assert match(found, true, 0.1).recall > 0.85


@pytest.mark.parametrize("depth", [0.3, 0.15, 0.1])
def test_a_pulse_that_a_sigh_shrinks_for_seconds_is_found(depth: float) -> None:
    """Within two beats to a tenth, for eight seconds, with a noise of a tenth of what is left."""
    for seed in range(4):
        body, noise = pulse(80.0, seed=seed), np.random.default_rng(seed).standard_normal(8000)
        shrunk = np.interp(TIMES[:8000], [38, 40, 48, 52], [1, depth, depth, 1])
        found = detect_beats(body.samples * shrunk + 0.01 * noise, 100.0).times_s
        true = body.beats_s[(body.beats_s > 38) & (body.beats_s < 52)]
        assert match(found, true, 0.1).recall > 0.85


def test_what_towers_above_the_pulse_brings_no_beats_of_its_own() -> None:
    extra = []
    for seed in range(8):
        body = pulse(60.0, seed=30 + seed)
        found, true = detect_beats(shaken(body, seed), 100.0).times_s, body.beats_s
        during = [np.count_nonzero((x > 30) & (x < 34)) for x in (found, true)]
        extra.append(during[0] - during[1])
    assert np.mean(extra) < 0.5


def test_a_changed_pulse_is_learnt_anew() -> None:
    """The finger lies otherwise: five times as high, and of another shape."""
    body = pulse(120.0, seed=12)
    samples = body.samples.copy()
    for beat in body.beats_s:
        samples += 0.45 * np.exp(-0.5 * ((TIMES - beat - 0.36) / 0.07) ** 2) * (TIMES > 60)
    samples[6000:] *= 5
    found = detect_beats(samples, 100.0)
    late = found.times_s > 75
    assert match(found.times_s[late], body.beats_s[body.beats_s > 75], 0.1).f1 > 0.98
    assert np.median(found.quality[late]) > 0.9


def test_a_pulse_that_is_suddenly_many_times_as_high_is_found_again() -> None:
    """A cold finger that was laid on better: nothing like it was known before."""
    body = pulse(120.0, seed=13)
    samples = 0.02 * body.samples
    samples[5000:] = body.samples[5000:]
    found = detect_beats(samples, 100.0).times_s
    assert match(found[found > 75], body.beats_s[body.beats_s > 75], 0.1).f1 > 0.98


def test_a_finger_laid_on_after_noise_is_known_at_once() -> None:
    """What the sensor saw without a finger is not worth remembering."""
    body = pulse(60.0, seed=19)
    none = 500 + 10 * np.random.default_rng(4).standard_normal(6000)
    samples = np.concatenate((counts(body.samples), none, counts(body.samples)))
    found = detect_beats(samples, 100.0)
    soon = found.times_s[(found.times_s > 131) & (found.quality > GOOD)] - 120
    assert match(soon, body.beats_s[body.beats_s > 11], 0.1).f1 > 0.97


@pytest.mark.parametrize("silence_s", [1.0, 3.0, 12.0])
def test_a_pulse_after_near_silence_is_found_within_seconds(silence_s: float) -> None:
    """Noise of a thousandth of the pulse: its first upstrokes are no steps, and no motion."""
    times = np.arange(6000) / 100
    beats = np.arange(silence_s, 58, 0.92)
    samples = 0.001 * np.random.default_rng(1).standard_normal(len(times))
    for beat in beats:
        near = (times > beat - 0.3) & (times < beat + 1.5)
        samples[near] += one_beat(times[near] - beat)
    found = detect_beats(samples, 100.0)
    late = found.times_s[found.quality > GOOD]
    assert late[0] < silence_s + 5
    assert match(late, beats[beats > late[0] - 0.1], 0.1).f1 > 0.95


def test_minutes_without_a_signal_do_not_say_which_way_a_pulse_points() -> None:
    body = pulse(60.0, seed=20)
    samples = np.concatenate((np.full(18_000, np.nan), counts(body.samples)))
    found = detect_beats(samples, 100.0).times_s - 180
    assert match(found[found > 5], body.beats_s[body.beats_s > 5], 0.1).f1 > 0.98


def runner(seed: int) -> Pulse:
    """A heart of 150 a minute; from the 30th second on strides larger than its pulse."""
    body = pulse(180.0, rate=150.0, seed=seed)
    rng = np.random.default_rng(seed)
    times = np.arange(len(body.samples)) / 100

    def wandering(every_s: float) -> Floats:
        knots = np.arange(0, 180 + every_s, every_s)
        return np.interp(times, knots, rng.standard_normal(len(knots)))

    turn = 2 * np.pi * np.cumsum(1.25 * (1 + 0.03 * wandering(8.0))) / 100
    strides = np.exp(0.5 * wandering(5.0)) * (np.sin(turn) + 0.3 * np.sin(2 * turn + 1))
    moved = 0.3 * strides + 0.05 * rng.standard_normal(len(times))
    growing = np.clip((times - 20) / 10, 0, 1) * np.ptp(body.samples)
    return Pulse(body.samples + growing * moved, 100.0, body.beats_s)


def test_a_fast_pulse_is_found_between_larger_strides() -> None:
    scores = []
    for seed in range(4):
        body = runner(seed)
        found = detect_beats(body.samples, 100.0).times_s
        late = body.beats_s[body.beats_s > 40]
        scores.append(match(found[found > 40], late, 0.15).f1)
    assert np.mean(scores) > 0.83  # as a pulse is at rest, it was 0.68


def test_a_runners_beats_are_the_same_however_the_samples_are_cut() -> None:
    running = runner(1).samples
    detector = BeatDetector(100.0)
    parts = [detector.push(running[k : k + 370]) for k in range(0, len(running), 370)]
    assert same(join([*parts, detector.flush()]), detect_beats(running, 100.0))


def test_a_minute_of_steps_does_not_turn_the_pulse_upside_down() -> None:
    """Steps that fall more steeply than they rise, four times as high as the pulse."""
    body = pulse(240.0, seed=14)
    times = np.arange(6000) / 100
    samples = body.samples.copy()
    samples[9000:15000] += 4.0 * sawtooth(2 * np.pi * 2.4 * times, width=0.7)
    found = detect_beats(samples, 100.0).times_s
    late = match(found[found > 155], body.beats_s[body.beats_s > 155], 0.1)
    assert late.f1 > 0.98


FLIPPED = pulse(360.0, seed=15)
UPSIDE_DOWN = np.where(np.arange(36_000) < 9000, FLIPPED.samples, -FLIPPED.samples)


def test_a_pulse_that_points_the_other_way_is_known_again() -> None:
    """Another sensor on the same kit, while it sends: its beats are none that were known."""
    found = detect_beats(UPSIDE_DOWN, 100.0)
    late = found.times_s > 240
    assert match(found.times_s[late], FLIPPED.beats_s[FLIPPED.beats_s > 240], 0.1).f1 > 0.98
    assert np.median(found.quality[late]) > 0.9


def test_a_turn_comes_with_the_same_beat_however_the_samples_are_cut() -> None:
    detector = BeatDetector(100.0)
    parts = [detector.push(UPSIDE_DOWN[k : k + 370]) for k in range(0, len(UPSIDE_DOWN), 370)]
    assert same(join([*parts, detector.flush()]), detect_beats(UPSIDE_DOWN, 100.0))


def test_a_hand_that_waved_first_costs_a_minute_at_most() -> None:
    """As even as a pulse, and taken for the person's own until the hand lies still."""
    body = pulse(240.0, seed=16)
    samples = body.samples.copy()
    samples[:6000] -= 3 * np.sqrt(np.abs(np.sin(1.1 * np.pi * np.arange(6000) / 100)))
    found = detect_beats(samples, 100.0)
    assert np.median(found.quality[found.times_s > 120]) > 0.9


def blocks_of(ratios: list[float]) -> Slopes:
    """A second each, its steepest rise so much (log) steeper than its steepest fall."""
    slope = np.zeros((len(ratios), 100))
    slope[:, 20], slope[:, 60] = np.exp(ratios), -1.0
    return Slopes(0, slope, np.zeros(slope.shape, bool))


@pytest.mark.parametrize("pulse_is", [1.0, -1.0])
def test_two_seconds_of_motion_do_not_outvote_a_pulse(pulse_is: float) -> None:
    """At the beginning, where the polarity is decided, and later on."""
    ratios = [0.2 * pulse_is] * 30
    for k in (2, 5, 20, 21):
        ratios[k] = -3.0 * pulse_is
    upright = Upright()
    slopes, _ = upright.push(blocks_of(ratios))
    assert (slopes.slope[:, 20] * pulse_is > 0).all()


def test_a_polarity_first_taken_wrongly_is_soon_turned() -> None:
    """Motion for as long as it is decided: a weak vote, which the next seconds turn."""
    ratios = [-0.3] * HOLD + [0.3] * 30
    slopes, _ = Upright().push(blocks_of(ratios))
    wrong = slopes.slope[:, 20] < 0
    assert wrong[:HOLD].all()
    assert wrong.sum() < 2.5 * HOLD


def test_no_beat_inside_a_gap_counts() -> None:
    inside = (WHOLE.times_s > 21.0) & (WHOLE.times_s < 23.2)
    assert not (WHOLE.quality[inside] > 0).any()


def test_certain_means_no_beat_comes_before() -> None:
    detector = BeatDetector(100.0)
    certain = 0.0
    for k in range(0, len(HOLED), 50):
        beats = detector.push(HOLED[k : k + 50])
        assert (beats.times_s >= certain - 1e-9).all()
        certain = detector.certain_s
    assert 2.9 < len(HOLED) / 100 - certain < 4.1  # as docs/signals.md says


@pytest.mark.parametrize("size", [1.2, 3.0])
def test_nor_does_one_after_a_burst_of_motion(size: float) -> None:
    """Where the chain turns out to be another than it was thought."""
    for seed in range(6):
        samples = shaken(pulse(60.0, seed=seed), seed, size)
        detector, certain = BeatDetector(100.0), 0.0
        for k in range(0, len(samples), 50):
            beats = detector.push(samples[k : k + 50])
            assert (beats.times_s >= certain - 1e-9).all(), (seed, k)
            certain = detector.certain_s
        assert 60.0 - certain < 6.0


def test_a_strong_dicrotic_wave_is_no_beat() -> None:
    """Half as high as the pulse itself, and as sharp: as in cold fingers and the young."""
    body = pulse(seed=9, rate=80)
    samples = body.samples.copy()
    for beat in body.beats_s:
        samples += 0.45 * np.exp(-0.5 * ((TIMES - beat - 0.40) / 0.07) ** 2)
    assert match(detect_beats(samples, body.fs).times_s, body.beats_s, 0.1).f1 > 0.99


def finger(beats: np.ndarray, wave: float, at_s: float, seed: int = 1) -> np.ndarray:
    """A pulse with a dicrotic wave of this height, `at_s` after its foot."""
    t = np.arange(int((beats[-1] - 2.0) * 100)) / 100
    x = 0.01 * np.random.default_rng(seed).standard_normal(len(t))
    for beat, gap in zip(beats, np.diff(beats, append=beats[-1] + 1.0), strict=True):
        u = (t - beat) / gap**0.4
        for height, middle, wide in ((1, 0.18, 0.06), (0.35, 0.3, 0.07), (wave, at_s, 0.075),
                                     (0.2, at_s + 0.18, 0.1)):  # fmt: skip
            x += height * np.exp(-0.5 * ((u - middle) / wide) ** 2)
    return x


@pytest.mark.parametrize("rate", [46.0, 50.0, 55.0])
def test_deep_breaths_do_not_make_beats_of_dicrotic_waves(rate: float) -> None:
    rng, beats = np.random.default_rng(1), [-2.0]
    while beats[-1] < 240.0:
        deep = 0.13 * np.sin(0.3 * np.pi * beats[-1]) if 40.0 < beats[-1] < 130.0 else 0.0
        beats.append(beats[-1] + 60.0 / rate * (1 + deep + 0.01 * rng.standard_normal()))
    found = detect_beats(finger(np.array(beats), 0.6, 0.5), 100.0)
    assert np.abs(np.diff(found.times_s) - 60.0 / rate).max() < 0.35


@pytest.mark.parametrize(("rate", "wave", "at_s"), [
    (84.3, 0.53, 0.55), (65.0, 0.48, 0.56), (82.0, 0.7, 0.54), (66.6, 0.65, 0.55),
])  # fmt: skip
def test_a_late_dicrotic_wave_does_not_double_the_heart_rate_for_long(
    rate: float, wave: float, at_s: float
) -> None:
    gaps = 60.0 / rate * (1 + 0.01 * np.random.default_rng(3).standard_normal(220))
    found = detect_beats(finger(np.cumsum(gaps) - 2.0, wave, at_s), 100.0)
    later = np.diff(found.times_s[found.times_s > 80.0])
    assert np.median(later) == pytest.approx(60.0 / rate, rel=0.05)


@pytest.mark.parametrize(("interval_s", "early", "height"), [
    (0.86, 0.58, 0.6), (0.86, 0.63, 0.6), (0.86, 0.7, 0.6), (0.86, 0.58, 0.8), (0.86, 0.63, 0.8),
    (0.86, 0.7, 0.8), (0.67, 0.7, 0.8), (0.6, 0.75, 0.8), (0.67, 0.7, 1.0), (0.6, 0.75, 1.0),
])  # fmt: skip
def test_every_second_beat_early_is_a_beat_too(
    interval_s: float, early: float, height: float
) -> None:
    """Bigeminy, weak or not: half of a heart's beats are no heart rate of 35 or 45."""
    rng = np.random.default_rng(1)
    n = int(117 / interval_s)
    steady = 0.5 + interval_s * np.arange(n)
    beats = steady + np.where(np.arange(n) % 2, -interval_s * (1 - early), 0)
    beats += 0.008 * rng.standard_normal(n)
    samples = 0.01 * rng.standard_normal(12_000)
    for k, beat in enumerate(beats):
        near = (beat - 0.3 < TIMES) & (beat + 2 > TIMES)
        samples[near] += (height if k % 2 else 1.0) * one_beat(TIMES[near] - beat)
    found = detect_beats(samples, 100.0)
    assert match(found.times_s, beats, 0.1).f1 > 0.97
    rates = [prv.heart_rate(prv.intervals(found).rows, at).value for at in range(20, 115, 5)]
    assert sum(rate is not None for rate in rates) > 0.8 * len(rates)
    assert all(rate == pytest.approx(60 / interval_s, rel=0.1) for rate in rates if rate)


@pytest.mark.parametrize("seed", range(4))
def test_beats_that_come_by_chance_are_found_and_counted(seed: int) -> None:
    """Fibrillation: the sooner a beat comes, the less has filled the heart, and the lower it is."""
    rng = np.random.default_rng(seed)
    gaps = np.maximum(0.36, 0.85 * np.exp(0.24 * rng.standard_normal(150)))
    beats = 0.4 + np.cumsum(gaps)
    heights = np.clip(1 + 0.8 * (gaps / 0.85 - 1), 0.25, 1.3)[beats < 118.0]
    beats = beats[beats < 118.0]
    samples = 0.01 * rng.standard_normal(12_000)
    for beat, height in zip(beats, heights, strict=True):
        near = (beat - 0.3 < TIMES) & (beat + 2 > TIMES)
        samples[near] += height * one_beat(TIMES[near] - beat)
    found = detect_beats(samples, 100.0)
    later = found.times_s[found.times_s > 40.0]
    assert match(later, beats[beats > 40.0], 0.1).f1 > 0.995
    ends = range(60, 115)
    true = [60 / np.diff(beats[(beats > at - 10) & (beats <= at)]).mean() for at in ends]
    given = [prv.heart_rate(prv.intervals(found).rows, at).value for at in ends]
    assert np.mean(np.abs(np.array(given, float) - true) <= 5.0) > 0.9


def test_no_rhythm_of_every_second_beat() -> None:
    """A finger is lifted for as long as two beats, again and again, at a third of the height."""
    body = pulse(seed=10, rate=95)
    samples = body.samples * (1 - 0.66 * (TIMES % 40 > 20))
    for k in range(10):
        samples[1000 * k + 700 : 1000 * k + 830] = -8
    found = detect_beats(samples, body.fs)
    good = found.times_s[found.quality > 0.4]
    assert np.quantile(np.diff(good), 0.8) < 0.75
    outside = TIMES[-1] > body.beats_s
    for k in range(10):
        outside &= (body.beats_s < 10 * k + 6.8) | (body.beats_s > 10 * k + 8.5)
    assert match(found.times_s, body.beats_s[outside], 0.1).recall > 0.97


@pytest.mark.parametrize("hz", [0.8, 1.0, 1.25, 1.6, 2.2])
@pytest.mark.parametrize("width", [0.1, 0.4, 0.8])
def test_noise_of_a_narrow_band_has_no_good_beats(hz: float, width: float) -> None:
    """It looks like a pulse, second by second; but it rises as it falls, and in all sizes."""
    band = butter(2, [(hz - width / 2) / 50, (hz + width / 2) / 50], "band", output="sos")
    noise = np.random.default_rng(int(100 * hz)).standard_normal(20_000)
    found = detect_beats(130_000 + 2000 * sosfilt(band, noise), 100.0)
    assert (found.quality >= GOOD).mean() < 0.05


def test_an_impossible_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="20 to 2000"):
        BeatDetector(5.0)


def test_a_beat_with_a_better_rival_is_not_believed() -> None:
    assert uncontested(0.0) == uncontested(0.9) == 1.0
    assert uncontested(1.5) == 0.0
    assert 0.0 < uncontested(1.2) < 0.9
