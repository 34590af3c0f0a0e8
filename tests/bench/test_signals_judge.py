"""The judge of the signals: its rules and measures, by hand and by counting."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from bench.signals import calibration, cases, report, treadmill
from bench.signals.accept import CRITERIA, Criterion, best_peer, verdict
from bench.signals.beats import judge
from bench.signals.groups import FS as GROUP_FS
from bench.signals.groups import PERSONS, SECONDS, a_group
from bench.signals.measures import auc, f1, match
from bench.signals.methods import is_ours
from bench.signals.stress import held, minutes, tasks, windows
from bench.signals.tally import Tally

RATE = Criterion("rate", "motion", "hr_bpm", high=0.5, share="hr_answered", least=0.9)
STEPS = Criterion("steps", "treadmill", "f1", low=0.87, or_withheld=True)


@pytest.mark.parametrize(("error", "answered", "said"), [
    (0.4, 0.95, "ok"), (0.6, 0.95, "MISSED"), (0.4, 0.88, "MISSED: only 88 % answered"),
    (0.1, 0.50, "void: only 50 % answered"), (None, 0.0, "-"),
])  # fmt: skip
def test_an_error_counts_only_where_enough_was_answered(error, answered, said):
    assert verdict(RATE, {"hr_bpm": error, "hr_answered": answered}) == said


@pytest.mark.parametrize(("f1", "error", "answered", "said"), [
    (0.90, 30.0, 1.0, "ok"), (0.3, 4.0, 0.1, "ok: withheld"), (0.3, None, 0.0, "ok: withheld"),
    (0.3, 19.0, 0.1, "MISSED"), (0.3, 4.0, 0.3, "MISSED"),
])  # fmt: skip
def test_withholding_excuses_only_who_withholds_nearly_all_and_is_right_in_the_rest(
    f1, error, answered, said
):
    assert verdict(STEPS, {"f1": f1, "hr_bpm": error, "hr_answered": answered}) == said


def test_the_best_peer_is_neither_ours_nor_one_that_does_not_answer():
    rows = {
        "ours": {"hr_bpm": 0.1, "hr_answered": 1.0},
        "ours, used": {"hr_bpm": 0.1, "hr_answered": 1.0},
        "silent": {"hr_bpm": 0.2, "hr_answered": 0.3}, "good": {"hr_bpm": 1.0, "hr_answered": 1.0},
        "poor": {"hr_bpm": 2.0, "hr_answered": 1.0},
    }  # fmt: skip
    assert best_peer(RATE, rows, is_ours) == ("good", 1.0)


def test_auc_is_counted_pair_by_pair():
    rng = np.random.default_rng(1)
    high, low = rng.integers(0, 6, 40), rng.integers(0, 5, 30)
    pairs = [1.0 if h > x else 0.5 if h == x else 0.0 for h in high for x in low]
    assert auc(high, low) == pytest.approx(np.mean(pairs))


def test_each_beat_is_matched_once():
    assert f1(np.array([1.0, 1.1, 2.0]), np.array([1.05, 3.0])) == pytest.approx(2 / 5)
    assert list(match(np.array([1.0, 2.0]), np.array([2.1])).found) == [1]


def test_what_was_not_answered_is_no_error_but_lowers_the_share():
    row = Tally(f1=[1.0], hr=[1.0, np.nan, 3.0, np.nan]).row()
    assert (row["hr_bpm"], row["hr_answered"]) == (2.0, 0.5)
    assert row["rmssd_median_ms"] is None


def test_a_withheld_rate_takes_the_last_answer():
    nan = np.nan
    assert list(held(np.array([nan, 60.0, nan, 70.0, nan]))) == [60, 60, 60, 70, 70]


def test_windows_lie_within_one_segment():
    ends, stressed = windows(np.array([[0.0, 35.0, 0.0], [40.0, 65.0, 1.0]]))
    assert list(ends) == [10, 20, 30, 50, 60]
    assert list(stressed) == [False, False, False, True, True]


def test_no_beat_is_asked_for_in_a_gap_however_late_the_signal_is():
    """A strap's log that begins two seconds after the pictures."""
    seen = np.cumsum(np.random.default_rng(0).uniform(0.6, 1.1, 80))
    none, away = np.empty((0, 2)), np.array([[20.0, 25.0]])
    case = cases.Case("late", "phone", np.zeros(8000), seen[seen > 3] - 2.0, none, away)
    tally = Tally()
    judge(tally, case, seen[(seen < 20) | (seen > 25)], "a peer")
    assert tally.f1 == [1.0]


def test_a_minute_is_the_mean_of_what_was_answered_within_one_segment():
    ends, stressed = windows(np.array([[0.0, 135.0, 0.0], [135.0, 200.0, 1.0]]))
    rates = np.full(len(ends), np.nan)
    rates[[0, 4, 13]] = 60.0, 70.0, 90.0
    mean, labels = minutes(rates, ends, stressed)
    assert np.array_equal(mean, [65.0, np.nan, 90.0], equal_nan=True)
    assert list(labels) == [False, False, True]


def test_a_whole_task_is_the_mean_of_what_was_answered_within_its_segment():
    ends, stressed = windows(np.array([[0.0, 35.0, 0.0], [35.0, 60.0, 1.0], [61.0, 80.0, 0.0]]))
    mean, labels = tasks(np.array([60.0, np.nan, 70.0, 90.0, 92.0, np.nan]), ends, stressed)
    assert np.array_equal(mean, [65.0, 91.0, np.nan], equal_nan=True)
    assert list(labels) == [False, True, False]


def test_groups_come_again_with_their_seed_and_share_what_they_should():
    apart, together = a_group(3, 0.0), a_group(3, 0.6)
    assert apart.shape == (PERSONS, int(SECONDS * GROUP_FS))
    assert np.array_equal(together, a_group(3, 0.6))
    assert not np.array_equal(apart, together)


def test_the_page_holds_a_verdict_on_every_criterion():
    printed = report.PAGE.read_text().split(report.BEGIN)[1].split(report.END)[0]
    lines = re.findall(r"^\| (.+?) \| .* \| (.+?) \| (.+?) \|$", printed, re.MULTILINE)
    limits = {what: limit for what, limit, _ in lines}
    assert {one.said: one.limit for one in CRITERIA}.items() <= limits.items()


def test_the_printed_part_is_replaced_and_nothing_else(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    report.write("new", page)
    assert page.read_text() == f"before\n{report.BEGIN}\n\nnew\n\n{report.END}\nafter\n"


@pytest.mark.parametrize("kind", [*cases.KINDS, *cases.EXTRA])
def test_artefacts_are_as_large_as_the_pulse_however_the_level_drifts(kind):
    still = cases.person(1, 60)
    drift = 20 * cases.pulse_height(still.ppg) * np.sin(np.arange(len(still.ppg)) / 1500)
    drifting = replace(still, ppg=still.ppg + drift)
    assert cases.pulse_height(drifting.ppg) == pytest.approx(cases.pulse_height(still.ppg), 0.02)
    if kind not in (*cases.NO_SIGNAL, "max30102"):
        here, there = (cases.spoiled(p, kind).ppg - p.ppg for p in (still, drifting))
        assert np.std(there) == pytest.approx(np.std(here), rel=0.1)


def test_oversized_is_by_the_spread_of_the_whole_signal():
    still = cases.person(1, 60)
    drifting = replace(still, ppg=still.ppg + 20_000 * np.sin(np.arange(len(still.ppg)) / 1500))
    here, there = (np.std(cases.oversized(p, "motion").ppg - p.ppg) for p in (still, drifting))
    assert there > 3 * here


def test_who_runs_has_a_quick_heart_and_no_phone():
    still = cases.person(2, 120)
    (one,) = treadmill.runners([still, replace(still, group="phone")])
    rate = 60 / np.median(np.diff(one.beats))
    assert treadmill.RATES[0] <= rate <= treadmill.RATES[1]
    assert len(one.ppg) / cases.FS == pytest.approx(one.beats[-1], abs=2.0)
    moved = treadmill.steps(6000, rate, np.random.default_rng(0))
    assert np.std(moved) == pytest.approx(np.hypot(1, treadmill.NOISE), rel=0.1)


@pytest.mark.parametrize(
    ("quality", "where"),
    [(0.0, "0"), (1e-9, "0 to 0.2"), (0.2, "0 to 0.2"), (0.21, "0.2 to 0.4"), (0.9, "0.8 to 0.9"),
     (0.95, "0.9 to 1"), (1.0, "0.9 to 1")],
)  # fmt: skip
def test_a_quality_lies_in_one_stretch(quality: float, where: str) -> None:
    assert calibration.bin_of(quality) == where


def test_a_quality_is_held_against_what_is_right() -> None:
    pairs = [(0.95, k % 10 > 0) for k in range(100)] + [(0.5, True)] * 20
    said = calibration.shares(pairs)
    assert said["0.9 to 1"] == pytest.approx(0.9)
    assert said["0.4 to 0.6"] is None  # too few to say
