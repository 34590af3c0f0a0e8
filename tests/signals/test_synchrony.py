"""Synchrony: coupled groups are told from others that only share a trend and a phase."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter
from scipy.stats import pearsonr

from hub.signals.circular_correlation import pairs_of
from hub.signals.synchrony import against_others, group, holm, leading, pairs
from hub.signals.synchrony_curve import curve
from hub.signals.whiten import whitened
from tests.signals.groups import FS, a_group

WHOLE = [(0.0, 400.0)]


def one(signals, **more):
    return group(signals, FS, WHOLE, 299, **more)[0]


@pytest.fixture(scope="module")
def studied():
    """60 groups without coupling, 30 with."""
    return [one(a_group(seed)) for seed in range(60)], [
        one(a_group(seed, share=0.6)) for seed in range(100, 130)
    ]


def test_coupled_groups_are_told_from_uncoupled_ones(studied):
    """Area under the curve; by counting, not by a formula."""
    apart, together = studied
    higher = [b.value > a.value for a in apart for b in together]
    assert np.mean(higher) >= 0.96


def test_one_in_twenty_uncoupled_phases_looks_significant(studied):
    """Of 60, 0 to 7: 97 % of a binomial of 5 %."""
    apart, together = studied
    assert sum(found.p <= 0.05 for found in apart) <= 7
    assert np.mean([found.distinguishable for found in together]) > 0.8


@pytest.mark.parametrize("fs", [1.0, 4.0])
def test_people_who_are_lively_at_the_same_time_do_not_go_together_by_that(fs):
    """Six, each fluctuating alone (5 s), in the first minute three times as much as after it: of 60
    groups at most 9, one in twenty three standard errors up; it was more than half."""
    n = round(300 * fs)
    lively = np.where(np.arange(n) < 60 * fs, 3.0, 1.0)
    called = 0
    for seed in range(60):
        noise = np.random.default_rng(seed).standard_normal((6, n + 200))
        keeps = np.exp(-1 / (5 * fs))
        alone = lfilter([1], [1, -keeps], noise)[:, 200:]
        called += group(70 + lively * alone, fs, [(0, 300)], 199)[0].p <= 0.05
    assert called <= 9


def test_a_naive_p_would_call_many_of_them_significant():
    """That the groups here are hard: the Pearson p of scipy, pair by pair."""
    called = [pearsonr(*a_group(seed, persons=2)).pvalue <= 0.05 for seed in range(20)]
    assert np.mean(called) > 0.3


def test_the_correlation_without_a_shift_is_numpys():
    signals = a_group(1, persons=3)
    r = pairs_of(signals).r[:, 0]
    assert r == pytest.approx(np.corrcoef(signals)[[0, 0, 1], [1, 2, 2]])


def test_a_shift_is_one_of_the_second_against_the_first():
    signal = a_group(2, persons=1)[0]
    every = pairs_of(np.array([signal, np.roll(signal, 7)]))
    assert every.r[0, 7] == pytest.approx(1, abs=1e-4)


@settings(max_examples=12)
@given(
    gains=st.lists(st.floats(0.01, 100), min_size=5, max_size=5),
    levels=st.lists(st.floats(-10, 50), min_size=5, max_size=5),
)
def test_neither_gain_nor_level_of_a_person_matters(gains, levels):
    signals = a_group(3, persons=5, share=0.5)
    other = signals * np.array(gains)[:, None] + np.array(levels)[:, None]
    assert one(other).value == pytest.approx(one(signals).value, abs=1e-6)


def test_a_phase_is_judged_alone_as_beside_others():
    signals, phases = a_group(4), [(0.0, 200.0), (200.0, 400.0)]
    both = group(signals, FS, phases)
    assert [one.p for one in both] == [group(signals, FS, [phase])[0].p for phase in phases]



def test_the_order_of_the_persons_does_not_matter():
    signals = a_group(4, share=0.5)
    again = one(signals[::-1])
    assert again.value == pytest.approx(one(signals).value, abs=0.02)
    assert again.distinguishable == one(signals).distinguishable


def test_the_same_input_gives_the_same_output():
    assert one(a_group(5)) == one(a_group(5))


def test_what_is_missing_is_left_out():
    signals = a_group(6, share=0.6)
    signals[0, 200:500] = np.nan
    signals[1] = np.nan
    signals[2] = 4.2  # an electrode that measures nothing
    found = one(signals)
    assert found.persons == 4 and 0.7 < found.valid < 1
    assert found.distinguishable


@pytest.mark.parametrize(("persons", "phase", "why"), [
    (1, (0, 400), "fewer than two"), (4, (0, 170), "shorter than 180 s"),
    (4, (390, 900), "shorter than 180 s"),
])  # fmt: skip
def test_what_cannot_be_judged_says_why(persons, phase, why):
    (found,) = group(a_group(7, persons), FS, [phase])
    assert found.value is None and found.p is None and not found.distinguishable
    assert why in (found.reason or "") and why in str(found)


def test_a_group_without_coupling_is_not_distinguishable_from_chance():
    assert "not distinguishable from chance" in str(one(a_group(13)))


def test_who_leads_has_a_sign():
    """The others answer 3 s after the first."""
    signals = a_group(9, persons=5, seconds=900, share=0.7, lags=[0, 3, 3, 3, 3])
    ahead, behind = (leading(signals, FS, (0, 900), k, 299) for k in (0, 1))
    assert ahead.value > 0 and ahead.p < 0.05 and 1.5 <= ahead.lag_s <= 4.5
    assert behind.value < ahead.value
    found = next(p for p in pairs(signals, FS, (0, 900), 199) if (p.first, p.second) == (0, 2))
    assert found.p < 0.05 and 1.5 <= found.lag_s <= 4.5


def test_what_the_protocol_does_to_all_is_in_the_second_null():
    """Everybody in every session starts at the same moments of the phase: no coupling."""
    rng = np.random.default_rng(10)
    n = int(400 * FS)
    moments = (np.arange(n) % int(37 * FS) == 0) * 1.0
    starts = np.convolve(moments, np.exp(-np.arange(100) / 20))[:n]
    sessions = [a_group(seed, persons=4) + starts for seed in rng.integers(1000, 9000, 6)]
    assert group(sessions[0], FS, WHOLE, 199)[0].p <= 0.05
    (p,) = against_others(sessions[0], sessions[1:], FS, WHOLE, 99)
    assert p > 0.05
    assert against_others(sessions[0], sessions[1:2], FS, WHOLE) == [None]


def test_holm_by_hand():
    assert holm([0.01, 0.04, None, 0.03]) == pytest.approx([0.03, 0.06, None, 0.06])
    assert holm([]) == []


def test_the_curve_shows_where_they_go_together():
    apart, together = a_group(11, seconds=600), a_group(12, seconds=600, share=0.8)
    shown = curve(np.concatenate((apart, together), axis=1), FS)
    assert shown.low < 0 < shown.high and len(shown.times_s) == len(shown.value)
    early, late = (shown.value[(shown.times_s > a) & (shown.times_s < b)]
                   for a, b in ((30, 570), (630, 1170)))
    assert np.mean(late > shown.high) > 0.3 > np.mean(early > shown.high)


S = np.arange(int(400 * FS)) / FS
SMOOTH = {
    "ramp": S, "square": S**2, "settling": np.exp(-S / 50), "rising": 1 - np.exp(-S / 100),
    "a slow wave": np.sin(2 * np.pi * S / 300), "nothing": 0.0 * S,
}  # fmt: skip


@pytest.mark.parametrize("kind", SMOOTH)
def test_a_smooth_change_without_anything_else_is_no_movement(kind):
    """What is left of it is rounding or spills over the trend's curves: the same in everybody."""
    found = one(5 + np.outer([1.0, 0.3, 2.0, 1.2], SMOOTH[kind]))
    assert found.p is None and found.persons == 0
    assert "nothing moves" in (found.reason or "")
    assert not len(curve(5 + np.outer([1.0, 2.0], SMOOTH[kind]), FS).value)


def test_small_responses_on_a_large_trend_are_movement():
    """Six people whose level rises by 20 uS in 400 s, forty times what their responses reach."""
    found = one(a_group(3, share=0.6) + 20 * S / 400)
    assert found.persons == 6
    assert found.value == pytest.approx(one(a_group(3, share=0.6)).value, abs=1e-6)


def test_who_does_not_move_is_left_out_and_named_where_asked_for():
    signals = a_group(6, share=0.6)
    signals[0] = 4 + 0.01 * S
    assert one(signals).persons == 5
    assert "nothing moves" in (leading(signals, FS, (0, 400), 0, 199).reason or "")


@pytest.mark.parametrize(("phase", "valid"), [
    ((0, 400), 1.0), ((0, 500), 0.8), ((-100, 400), 0.8), ((100, 420), 0.9375),
])  # fmt: skip
def test_what_is_valid_is_a_share_of_the_phase_asked_for(phase, valid):
    (found,) = group(a_group(5), FS, [phase], 99)
    assert found.valid == pytest.approx(valid, abs=0.002) and found.persons == 6


@pytest.mark.parametrize("phase", [(0, 2000), (-500, 400), (200, 1e9)])
def test_a_phase_of_which_less_than_half_was_recorded_is_not_judged(phase):
    (found,) = group(a_group(5), FS, [phase], 99)
    assert found.value is None and found.valid == 0.0
    assert "fewer than two persons with a valid signal" in str(found)


def hardly_together():
    """Two who are there for 60 % of the time each, at other times but for a fifth; and two more."""
    signals = a_group(3, persons=4, share=0.6)
    signals[0, : int(160 * FS)] = np.nan
    signals[1, int(240 * FS) :] = np.nan
    return signals


def test_a_pair_that_shares_too_little_has_no_figures_and_the_others_have():
    found = {(one.first, one.second): one for one in pairs(hardly_together(), FS, WHOLE[0], 99)}
    assert len(found) == 6
    apart = found[0, 1]
    assert apart.value is None and apart.p is None and apart.lag_s is None
    assert found[2, 3].p is not None and found[2, 3].lag_s is not None
    led = leading(hardly_together()[:2], FS, WHOLE[0], 0, 99)
    assert led.p is None and led.lag_s is None and "too little" in (led.reason or "")


def test_the_second_null_says_nothing_where_nothing_can_be_judged():
    others = [a_group(seed, persons=3) for seed in (20, 21, 22)]
    assert against_others(hardly_together()[:2], others, FS, WHOLE, 99) == [None]


def test_nobody_is_drawn_twice_into_a_group_of_strangers():
    """With fewer sessions than people; the same person twice would be as alike as can be."""
    others = [a_group(seed, persons=4) for seed in range(20, 23)]
    (p,) = against_others(a_group(30, persons=6, share=0.9), others, FS, WHOLE, 99)
    assert p is not None and p <= 0.05


def test_what_all_miss_at_the_same_time_does_not_hide_that_they_go_together():
    """A third of the phase, in pieces: turned round, people share less of it than as they are."""
    called = 0
    for seed in range(20):
        signals = a_group(seed, share=0.6)
        pieces = np.random.default_rng(seed).permutation(20) < 7
        signals[:, np.repeat(pieces, int(20 * FS))] = np.nan
        called += (one(signals).p or 1) <= 0.05
    assert called >= 16


def test_who_moves_with_the_others_at_the_same_moment_does_not_lead():
    """Six with a common part, none before the others: of 60 at most 7 (97 % of a
    binomial of 5 %)."""
    called = 0
    for seed in range(60):
        noise = np.random.default_rng(seed).standard_normal((7, int(300 * FS) + 200))
        slow = lfilter([1], [1, -np.exp(-1 / (3 * FS))], noise)[:, 200:]
        together = 0.3**0.5 * slow[:1] + 0.7**0.5 * slow[1:]
        called += leading(together, FS, (0, 300), 0, 99).p <= 0.05
    assert called <= 7


def test_beside_what_was_not_received_a_signal_is_as_it_would_be_without_the_loss():
    """A step there would be as lively, at the same moment, in all who lost it."""
    alike = []
    for seed in range(20):
        noise = np.random.default_rng(seed).standard_normal((1, 600))
        signal = lfilter([1], [1, -np.exp(-1 / 10)], noise)
        lost = signal.copy()
        lost[:, 280:320] = np.nan
        both = [whitened(one, 2.0)[0, np.r_[265:280, 320:335]] for one in (signal, lost)]
        alike.append(pearsonr(*both).statistic)
    assert np.mean(alike) > 0.94


def test_what_all_miss_at_the_same_time_makes_no_synchrony():
    """Of 60 groups at most 7 (97 % of a binomial of 6 %)."""
    called = 0
    for seed in range(60):
        signals = a_group(1000 + seed)
        pieces = np.random.default_rng(seed).permutation(20) < 6
        signals[:, np.repeat(pieces, int(20 * FS))] = np.nan
        called += (one(signals).p or 1) <= 0.05
    assert called <= 7
