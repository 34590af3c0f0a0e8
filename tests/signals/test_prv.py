"""Intervals, heart rate and variability against the truth: formulas, planted beats, HeartPy."""

from typing import Any

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from hub.records import Value
from hub.signals import hr, prv
from hub.signals.beats import Beats
from hub.signals.intervals import IntervalLog, Rows
from hub.signals.ppg import detect_beats
from hub.simulate.recordings import folder
from tests.signals.made import counts, pulse

IRREGULAR = "irregular rhythm"


def beats_of(times_s, quality=None) -> Beats:
    times = np.asarray(times_s, float)
    return Beats(times, np.ones(len(times)) if quality is None else np.asarray(quality, float))


def rows_of(beats: Beats) -> Rows:
    return prv.intervals(beats).rows


def breathing(size_s: float, hz: float, mean_s: float = 0.8, n: int = 180) -> np.ndarray:
    """Beats whose intervals sway by a sinusoid of this size round `mean_s`."""
    times = [0.0]
    for _ in range(n):
        times.append(times[-1] + mean_s + size_s * np.sin(2 * np.pi * hz * times[-1]))
    return np.array(times)


def test_heart_rate_and_rmssd_of_a_modelled_finger() -> None:
    """Counted, inverted, with noise: heart rate within 0.3 /min, RMSSD within 2.5 ms."""
    body = pulse(180.0, seed=11)
    rows = rows_of(detect_beats(counts(body.samples), body.fs))
    true = rows_of(beats_of(body.beats_s))
    for at in range(70, 178):
        rate, truth = prv.heart_rate(rows, at).value, prv.heart_rate(true, at).value
        assert rate and truth and abs(rate - truth) < 1.0
    off = [
        abs((prv.rmssd(rows, at).value or 999) - (prv.rmssd(true, at).value or 0))
        for at in range(70, 178, 5)
    ]
    assert np.median(off) < 2.5
    assert max(off) < 5


@pytest.mark.parametrize(("rate", "least"), [(60.0, 0.95), (120.0, 0.83), (160.0, 0.8)])
def test_variability_is_not_lost_where_the_heart_beats_fast(rate: float, least: float) -> None:
    """The next upstroke is near then, and must not say when this one was."""
    shares = []
    for seed in range(3):
        body = pulse(rate=rate, seed=seed, breath=0.0, jitter=0.012 * rate / 60)
        found = prv.rmssd(prv.intervals(detect_beats(body.samples, body.fs)).rows, 110.0).value
        true = prv.rmssd(rows_of(beats_of(body.beats_s)), 110.0).value
        shares.append((found or 0.0) / (true or 1.0))
    assert least < np.mean(shares) < 1.1


FIGURES = (prv.heart_rate, prv.rmssd, prv.sdnn, prv.hf)
UNEVEN = 0.8 * np.arange(200.0) + 0.01 * (np.arange(200) % 3)


def test_figures_take_intervals_as_they_are_found_of_beats_in_lists_too() -> None:
    found = prv.intervals(Beats(UNEVEN, np.ones(200)))
    listed: Any = UNEVEN.tolist(), [1] * 200
    for figure in FIGURES:
        assert figure(found, 150.0) == figure(found.rows, 150.0)
        assert figure(prv.intervals(Beats(*listed)), 150.0) == figure(found, 150.0)
        assert figure(found, 150.0).value is not None


@pytest.mark.parametrize(
    "bad", [None, UNEVEN, Beats(UNEVEN[None], np.ones(200)), Beats(UNEVEN, np.ones(2))]
)
def test_what_are_no_beats_is_refused(bad: Any) -> None:
    for asked in (prv.intervals, prv.corrected):
        with pytest.raises(ValueError, match=r" needed, not "):
            asked(bad)


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_is_of_intervals_and_not_of_beats(figure: Any) -> None:
    with pytest.raises(ValueError, match=r"^what `intervals` gives is needed, not "):
        figure(Beats(UNEVEN, np.ones(200)), 150.0)


@pytest.mark.parametrize("times", [[1.0, 0.5, 2.0], [1.0, 1.0], [1.0, np.nan, 2.0]])
def test_beats_out_of_order_are_refused(times: list[float]) -> None:
    with pytest.raises(ValueError, match="in order of time"):
        prv.intervals(Beats(np.array(times), np.ones(len(times))))



def test_even_beats_have_no_variability() -> None:
    rows = rows_of(beats_of(np.arange(0, 200, 0.8)))
    assert prv.heart_rate(rows, 90.0).value == pytest.approx(75.0)
    assert prv.rmssd(rows, 90.0).value == pytest.approx(0.0, abs=1e-6)
    assert prv.rmssd_error(rows, 90.0) == pytest.approx(0.0, abs=1e-6)
    assert prv.sdnn(rows, 150.0).value == pytest.approx(0.0, abs=1e-6)
    assert prv.hf(rows, 150.0).value == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(("size_s", "hz"), [(0.03, 0.25), (0.03, 0.3), (0.05, 0.2), (0.04, 0.1)])
def test_the_formulas_of_a_sinusoid(size_s: float, hz: float) -> None:
    """Amplitude A, interval T: RMSSD = A sqrt(2) sin(pi f T), SDNN = A / sqrt(2), power A^2 / 2."""
    rows = rows_of(beats_of(breathing(size_s, hz)))
    a = 1000 * size_s
    assert prv.rmssd(rows, 130.0).value == pytest.approx(
        a * np.sqrt(2) * np.sin(np.pi * hz * 0.8), rel=0.02
    )
    assert prv.sdnn(rows, 130.0).value == pytest.approx(a / np.sqrt(2), rel=0.01)
    inside = a * a / 2 if hz >= 0.15 else 0.0
    assert prv.hf(rows, 130.0).value == pytest.approx(inside, abs=0.01 * a * a)


def test_deep_breaths_six_a_minute_are_not_in_the_high_band() -> None:
    """Intervals of 0.75 to 1.15 s, 20,000 ms2: short ones are more, and would make harmonics."""
    rows = rows_of(beats_of(breathing(0.2, 0.1, 0.95)))
    assert prv.hf(rows, 150.0).value < 50


def test_a_tenth_missing_hardly_moves_the_slow_figures() -> None:
    times = breathing(0.04, 0.25)
    quality = np.ones(len(times))
    quality[[30, 60, 61, 100, 130, 131]] = 0.0
    whole, holed = rows_of(beats_of(times)), rows_of(beats_of(times, quality))
    assert prv.sdnn(holed, 130.0).value == pytest.approx(prv.sdnn(whole, 130.0).value, rel=0.03)
    assert prv.hf(holed, 130.0).value == pytest.approx(prv.hf(whole, 130.0).value, rel=0.1)


@pytest.mark.parametrize(
    "gaps", [[(60, 82)], [(10, 32)], [(40, 45), (60, 65), (80, 85), (100, 105)]]
)
def test_what_is_missing_adds_no_power(gaps: list[tuple[int, int]]) -> None:
    """Power a second, not of what is left as if it lasted the whole window: 1.2 times it was."""
    times = breathing(0.04, 0.25)
    lost = np.logical_or.reduce([(times > a) & (times < b) for a, b in gaps])
    whole, holed = rows_of(beats_of(times)), rows_of(beats_of(times, np.where(lost, 0.0, 1.0)))
    assert prv.hf(holed, 130.0).quality < 0.85
    assert prv.hf(holed, 130.0).value == pytest.approx(prv.hf(whole, 130.0).value, rel=0.06)


def test_slow_figures_need_four_fifths_of_two_minutes() -> None:
    times = breathing(0.04, 0.25)
    rows = rows_of(beats_of(times, np.where((times > 40) & (times < 70), 0.1, 1.0)))
    for of in (prv.sdnn, prv.hf):
        assert of(rows, 130.0).value is None
        assert of(rows, 130.0).reason == hr.FEW
        assert of(rows, 130.0).quality == pytest.approx(0.74, abs=0.02)


def test_heartpy_finds_the_same_in_its_own_recording() -> None:
    """Oracle: heartpy 1.2.7, process(load_exampledata(0), 100.0): bpm 58.90, sdnn 65.8, rmssd
    64.7, of 24 beats."""
    ppg = np.loadtxt(folder() / "data.csv", delimiter=",", skiprows=1)
    found = prv.intervals(detect_beats(ppg, 100.0))
    assert (len(found.ibi_s), found.valid.all()) == (23, True)
    assert 60 / found.ibi_s.mean() == pytest.approx(58.90, abs=0.1)
    assert 1000 * found.ibi_s.std() == pytest.approx(65.8, abs=2.0)
    assert 1000 * np.sqrt(np.mean(np.diff(found.ibi_s) ** 2)) == pytest.approx(64.7, abs=3.0)


def test_a_beat_too_many_and_one_too_few_do_not_count() -> None:
    times = list(np.arange(0, 100, 0.8))
    times.remove(times[60])
    times.append(times[100] + 0.3)
    rows = rows_of(beats_of(sorted(times)))
    assert rows[2].count(False) == 3
    assert prv.rmssd(rows, 90.0).value == pytest.approx(0.0, abs=1e-6)
    assert prv.heart_rate(rows, 52.0).value == pytest.approx(75.0)  # what is missing is counted


def test_ectopic_beats_do_not_wreck_rmssd() -> None:
    times = breathing(0.03, 0.25)
    clean = prv.rmssd(rows_of(beats_of(times)), 100.0).value
    times[[60, 75, 90, 105]] -= 0.28
    assert prv.rmssd(rows_of(beats_of(times)), 100.0).value == pytest.approx(clean, rel=0.1)


def test_an_irregular_rhythm_has_a_heart_rate_and_no_variability_of_the_vagus() -> None:
    """Fibrillation, and every third beat early: the beats are known, what moves them is not it."""
    rng = np.random.default_rng(5)
    early = np.where(np.arange(160) % 3 == 1, 0.5, np.where(np.arange(160) % 3 == 2, 1.2, 0.85))
    slight = np.clip(rng.normal(0.7, 0.09, 200), 0.36, 1.4)  # as most fibrillation is
    for steps in (np.clip(rng.normal(0.7, 0.17, 200), 0.36, 1.4), slight, early):
        rows = rows_of(beats_of(np.cumsum(steps)))
        assert prv.rmssd(rows, 120.0) == Value(None, prv.rmssd(rows, 120.0).quality, IRREGULAR)
        assert prv.hf(rows, 125.0).value is None
        assert prv.heart_rate(rows, 120.0).value is not None


@pytest.mark.parametrize("early", [0.1, 0.2, 0.3])
def test_every_second_beat_early_has_the_rate_of_all_beats(early: float) -> None:
    """Bigeminy: no interval fits those around it, but nobody doubts a beat."""
    times = 0.8 * np.arange(150.0)
    times[1::2] -= 0.8 * early
    rows = rows_of(beats_of(times))
    for at in range(19, 110, 7):
        given = prv.heart_rate(rows, at)
        assert (given.reason, given.quality) == (IRREGULAR, pytest.approx(0.48, abs=0.03))
        assert given.value == pytest.approx(75.0, rel=0.03)
        assert not prv.rmssd(rows, at).value
    doubted = np.where(np.arange(150) % 5, 1.0, 0.3)
    assert prv.heart_rate(rows_of(beats_of(times, doubted)), 60.0).value is None


@pytest.mark.parametrize("share", [0.12, 0.2])
def test_breathing_is_not_rejected(share: float) -> None:
    """A young person at rest: intervals swing by so much with the breath."""
    steps = 0.9 * (1 + share * np.sin(2 * np.pi * np.arange(120) / 7))
    found = prv.intervals(beats_of(np.cumsum(steps)))
    assert found.valid.mean() > 0.97
    assert prv.rmssd(found.rows, 100.0).value


def test_poor_beats_are_not_used() -> None:
    times = np.arange(0, 100, 0.8)
    quality = np.where((times > 40) & (times < 80), 0.2, 1.0)
    rows = rows_of(beats_of(times, quality))
    assert prv.heart_rate(rows, 60.0) == Value(None, 0.0, hr.FEW)
    assert prv.rmssd(rows, 85.0).reason == hr.FEW


def test_half_a_window_of_uneven_intervals_has_no_heart_rate() -> None:
    """Where much is missing and what there is jumps about, it is rather a movement."""
    rng = np.random.default_rng(4)
    times = np.cumsum(rng.permutation(np.repeat([0.6, 0.75, 0.9], 50)))
    quality = np.where(np.arange(150) % 12 < 5, 0.0, 1.0)
    held = [prv.heart_rate(rows_of(beats_of(times, quality)), at) for at in range(20, 100, 5)]
    assert {v.value for v in held} == {None}
    assert hr.UNEVEN in {v.reason for v in held}


def test_a_third_of_a_window_is_enough_in_a_good_pulse_and_not_in_a_poor_one() -> None:
    """Where two in five of the last minute's beats were good, an even stretch may be chance."""
    times = np.arange(0, 100, 0.8)
    lost = (times > 82.5) & (times < 88.5)
    good = beats_of(times[~lost])
    given = prv.heart_rate(rows_of(good), 90.0)
    assert given.value == pytest.approx(75.0)
    assert hr.HR_COVERAGE < given.quality < 0.4
    poor = np.where((np.arange(len(times)) % 10 < 6) & (times < 80), 0.1, 1.0)
    held = prv.heart_rate(rows_of(beats_of(times[~lost], poor[~lost])), 90.0)
    assert (held.value, held.reason) == (None, hr.DOUBTED)


def test_doubted_beats_as_fast_as_those_before_give_a_heart_rate_and_no_variability() -> None:
    """One beat in five can be believed; the others keep the pace of the minute before."""
    times = np.arange(0, 140, 0.8)
    quality = np.where((times > 60) & (np.arange(len(times)) % 5 > 1), 0.1, 1.0)
    rows = rows_of(beats_of(times, quality))
    given = prv.heart_rate(rows, 90.0)
    assert (given.value, given.reason) == (pytest.approx(75.0), hr.KNOWN)
    assert hr.LEAST <= given.quality < hr.HR_COVERAGE
    assert prv.rmssd(rows, 120.0).value is None
    other = np.where(times > 80, 80 + (times - 80) * 1.3, times)  # at another pace
    assert prv.heart_rate(rows_of(beats_of(other, quality)), 100.0).value is None
    never = rows_of(beats_of(times, np.where(np.arange(len(times)) % 15 > 1, 0.1, 1.0)))
    assert {prv.heart_rate(never, at).value for at in range(10, 140, 5)} == {None}


@pytest.mark.parametrize("size", [0.4, 0.7])
def test_a_heart_rate_of_doubted_beats_is_right_nine_times_of_ten(size: float) -> None:
    """Movement that hardly stops, as broad as the pulse's own band."""
    sos = butter(2, [0.5, 4.0], "band", fs=100.0, output="sos")
    off = []
    for seed in range(8):
        body, rng = pulse(240.0, seed=80 + seed, rate=60 + 4 * seed), np.random.default_rng(seed)
        shaking = sosfilt(sos, rng.standard_normal(24_000))
        times = np.arange(24_000) / 100
        shaking *= size / np.std(shaking) * (times > 60) * (1 + np.sin(2 * np.pi * times / 23))
        rows = rows_of(detect_beats(body.samples + shaking, 100.0))
        true = rows_of(beats_of(body.beats_s))
        for at in range(70, 236):
            given = prv.heart_rate(rows, at)
            if given.reason == hr.KNOWN:
                off.append(abs(given.value - prv.heart_rate(true, at).value))
    assert len(off) >= 30
    assert np.mean(np.array(off) <= 5) >= 0.9


def test_what_was_not_seen_does_not_make_a_pulse_poor() -> None:
    times = np.arange(0, 100, 0.8)
    there = (times < 40) | (times > 85)
    rows = rows_of(beats_of(times[there]))
    assert hr.trust(rows, 90.0) == 1.0
    assert prv.heart_rate(rows, 90.0).value == pytest.approx(75.0)
    assert hr.trust(rows_of(beats_of(times[:2])), 90.0) == 0.0


def test_quick_steps_are_seldom_taken_for_the_pulse_they_cover() -> None:
    """Twenty seconds of them, larger than the pulse: as even as one, but not this person's."""
    times, off = np.arange(12_000) / 100, []
    for seed in range(4):
        body = pulse(120.0, seed=60 + seed)
        turn = 2 * np.pi * np.cumsum(2.3 * (1 + 0.03 * np.sin(0.4 * times))) / 100
        phase = np.random.default_rng(seed).uniform(0, 6)
        steps = 1.5 * np.sin(turn) + 0.6 * np.sin(2 * turn + phase)
        rows = rows_of(detect_beats(body.samples + steps * (np.abs(times - 70) < 10), 100.0))
        true = rows_of(beats_of(body.beats_s))
        for at in range(64, 90):
            given, truth = prv.heart_rate(rows, at).value, prv.heart_rate(true, at).value
            off.append(abs((given or truth) - truth))
        assert prv.heart_rate(rows, 102.0).value
    assert np.mean(np.array(off) > 5) < 0.25


def test_the_doubt_of_a_beat_narrows_what_its_intervals_may_be() -> None:
    times = np.arange(0, 60, 0.8)
    times[40] += 0.07
    sure, doubted = np.ones(len(times)), np.ones(len(times))
    doubted[40] = 0.5
    assert prv.intervals(beats_of(times, sure)).valid.all()
    assert list(np.flatnonzero(~prv.intervals(beats_of(times, doubted)).valid)) == [39, 40]


def test_the_standard_error_is_the_spread_of_many_rests() -> None:
    values, errors = [], []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        rows = rows_of(beats_of(np.cumsum(0.8 + 0.03 * rng.standard_normal(90))))
        values.append(prv.rmssd(rows, 68.0).value)
        errors.append(prv.rmssd_error(rows, 68.0))
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.25)


def test_what_was_corrected_is_on_record() -> None:
    """Planted: an early beat, one missed, one too many. Nothing else is touched."""
    rng = np.random.default_rng(1)
    times = breathing(0.03, 0.25, n=200) + 0.002 * rng.standard_normal(201)
    played = times.copy()
    played[40] -= 0.28
    played = np.sort(np.append(np.delete(played, 80), times[120] + 0.35))
    done = prv.corrected(beats_of(played))
    found = {k: kind for k, kind in enumerate(done.kind) if kind != "normal"}
    assert found == {39: "ectopic", 40: "ectopic", 79: "missed", 80: "missed", 120: "extra"}
    assert done.times_s == pytest.approx(times[1:], abs=0.3)
    assert done.ibi_s == pytest.approx(np.diff(times), abs=0.06)


def test_a_rate_that_wanders_is_no_beat_out_of_turn() -> None:
    """Oracle: NeuroKit2 0.2.12, _find_artifacts of these beats at 1000 Hz: none, and one where the
    seed is 10. (A marked beat may mark the one before it too.)"""
    for seed, count in ((20, 0), (35, 0), (10, 1)):
        rng = np.random.default_rng(seed)
        times, wander = [0.0], 0.0
        for _ in range(400):
            wander = 0.97 * wander + 0.02 * rng.normal()
            breath = 0.03 * np.sin(2 * np.pi * 0.25 * times[-1])
            times.append(times[-1] + 0.85 + wander + breath + 0.008 * rng.normal())
        done = prv.corrected(beats_of(np.rint(np.array(times) * 1000) / 1000))
        assert sum(kind != "normal" for kind in done.kind) == count


def test_nothing_poor_is_corrected_and_nothing_good_changed() -> None:
    times = breathing(0.03, 0.25)
    quality = np.where((times > 40) & (times < 60), 0.1, 1.0)
    done = prv.corrected(beats_of(times, quality))
    assert set(done.kind) == {"normal"}
    assert not ((done.times_s > 40.9) & (done.times_s < 60)).any()
    few = prv.corrected(beats_of(times[:5]))
    assert list(few.ibi_s) == list(np.diff(times[:5]))


def leap(to: float, doubted: bool) -> Rows:
    """A minute at 66 beats a minute, 8 s of which nothing is known for certain, then `to`."""
    times = [*np.arange(0.0, 60.0, 60 / 66), *np.arange(60.0, 68.0, 0.7),
             *np.arange(68.0, 180.0, 60 / to)]  # fmt: skip
    beats = np.array(times)
    return rows_of(beats_of(beats, np.where(doubted & (beats > 59.5) & (beats < 68.5), 0.1, 1.0)))


def test_a_rate_that_no_heart_comes_to_so_soon_is_withheld_after_doubted_beats() -> None:
    """As where steps take the pulse's place; until a heart might be there too."""
    rows = leap(150.0, doubted=True)
    held = prv.heart_rate(rows, 90.0)
    assert (held.value, held.reason) == (None, hr.LEAPT)
    assert prv.heart_rate(rows, 150.0).value == pytest.approx(150.0, abs=0.5)
    assert prv.heart_rate(leap(100.0, doubted=True), 90.0).value == pytest.approx(100.0, abs=0.5)


def test_a_heart_that_leaps_under_a_good_signal_is_believed() -> None:
    rows = leap(150.0, doubted=False)
    assert prv.heart_rate(rows, 90.0).value == pytest.approx(150.0, abs=0.5)


def test_forgetting_changes_nothing_that_is_still_to_come() -> None:
    rng = np.random.default_rng(0)
    times = np.cumsum(0.8 + 0.05 * rng.standard_normal(400))
    quality = rng.uniform(0.35, 1, 400)
    whole, forgetful = IntervalLog(), IntervalLog()
    for at, good in zip(times.tolist(), quality.tolist(), strict=True):
        for log in (whole, forgetful):
            log.add(at, at, good)
            log.judge()
        forgetful.forget(at - 62.0)
        for of in (prv.rmssd, prv.heart_rate):
            assert of(whole.rows, at) == of(forgetful.rows, at)
    assert len(forgetful.ibi_s) < 150


@pytest.mark.parametrize(("every", "counts"), [(12, False), (8, False), (5, True), (3, True)])
def test_an_interval_among_doubted_ones_is_chance(every: int, counts: bool) -> None:
    """Two beats in a row of so many can be believed."""
    times = np.arange(0, 120, 0.8)
    quality = np.where(np.arange(len(times)) % every < 2, 1.0, 0.1)
    found = prv.intervals(beats_of(times, quality))
    believed = found.good[20:-20]
    assert believed.any()
    assert found.valid[20:-20][believed].all() == found.valid[20:-20].any() == counts


@pytest.mark.parametrize("seed", range(20))
def test_what_is_settled_of_the_intervals_no_later_beat_changes(seed: int) -> None:
    """Whatever comes; and as beats come in, the verdicts are in the end those of all at once."""
    chance = np.random.default_rng(seed)
    times = np.cumsum(chance.normal(0.8, 0.1, 300).clip(0.25, 2.5))
    poor = np.repeat(chance.random(30) < 0.5, 10)
    quality = np.where(poor & (chance.random(300) < 0.8), 0.1, chance.uniform(0.3, 1.0, 300))
    log, settled = IntervalLog(), []
    for at, sure in zip(times, quality, strict=True):
        log.add(at, at, sure)
        log.judge()
        first, _ = log.young
        assert log.valid[: len(settled)] == settled
        settled = log.valid[:first]
    assert log.valid == prv.intervals(beats_of(times, quality)).valid.tolist()


def test_the_verdict_on_an_interval_among_good_ones_stands_once_five_more_have_come() -> None:
    """All that it is measured by is known; that it is in good company the ones before it say."""
    log = IntervalLog()
    for at in np.arange(0.0, 48.0, 0.8):
        log.add(at, at, 1.0)
        log.judge()
    first, verdicts = log.young
    assert len(log.valid) - first == len(verdicts) == 5
