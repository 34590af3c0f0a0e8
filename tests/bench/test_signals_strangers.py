"""Synchrony of people who never met: how they are put together, and what is counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import pearsonr

from bench.signals import report, strangers
from bench.signals.synchrony import pearson_false
from tests.bench.wrists import kept

HOUR = 3600


def people(count: int) -> list[np.ndarray]:
    """Each second says who it is of and which it is."""
    return [10_000.0 * k + np.arange(HOUR) for k in range(count)]


def test_six_different_people_each_begin_at_a_time_of_their_own():
    signals = strangers.strangers(people(9), 1)
    who, begins = np.divmod(signals[:, 0], 10_000)
    assert signals.shape == (6, 1800) and len(set(who)) == 6
    assert len(set(begins)) == 6 and begins.max() <= HOUR - 1800
    assert np.array_equal(np.diff(signals, axis=1), np.ones((6, 1799)))
    assert np.array_equal(signals, strangers.strangers(people(9), 1))
    assert not np.array_equal(signals, strangers.strangers(people(9), 2))


def test_whoever_there_is_takes_part_and_what_is_missing_is_missing():
    signals = strangers.strangers([np.ones(1000), np.ones(1800)], 1)
    assert sorted(np.isnan(signals).sum(axis=1)) == [0, 800]


def test_the_phases_of_half_an_hour_lie_side_by_side():
    assert strangers.phases(600) == [(0, 600), (600, 1200), (1200, 1800)]
    assert [len(strangers.phases(length)) for length in strangers.PHASES_S] == [9, 6, 3]


def test_who_goes_together_would_be_counted_and_who_cannot_be_judged_is_not():
    rng = np.random.default_rng(1)
    one = rng.standard_normal(1800)
    alike = np.array([one + 0.3 * rng.standard_normal(1800) for _ in range(4)])
    alike[:, 1200:] = np.nan
    assert strangers.ours([alike], 600) == {
        "false_positives": 1.0, "judged": 2.0, "asked": 3.0,
    }  # fmt: skip
    assert strangers.naive([alike], 600) == {
        "false_positives": 1.0, "judged": 12.0, "asked": 18.0,
    }  # fmt: skip


def test_a_naive_p_is_that_of_what_both_have():
    rng = np.random.default_rng(2)
    groups = [np.cumsum(rng.standard_normal((3, 200)), axis=1) for _ in range(20)]
    for some in groups:
        some[0, :60], some[1, 90:120] = np.nan, np.nan
    both = [(g[a], g[b]) for g in groups for a, b in ((0, 1), (0, 2), (1, 2))]
    known = [~np.isnan(a + b) for a, b in both]
    ps = [pearsonr(a[k], b[k], alternative="greater").pvalue
          for (a, b), k in zip(both, known, strict=True)]  # fmt: skip
    assert pearson_false(groups) == (pytest.approx(np.mean(np.array(ps) <= 0.05)), 60)


def test_the_table_says_how_many_people_there_are(tmp_path: Path, monkeypatch):
    for name, value in {"SESSION_S": 400, "PHASES_S": (200,), "GROUPS": 3, "NAIVE": 1}.items():
        monkeypatch.setattr(strangers, name, value)
    for who, rates in {"S98": [62.0, 84.0, 63.0], "S99": [70.0, 75.0, 72.0]}.items():
        kept(tmp_path, rates, [4.0, 9.0, 4.0], [4.0, 5.0, 4.1], who)
    table = strangers.run(tmp_path)
    assert list(table) == ["strangers, scl, 200 s", "strangers, hr, 200 s"]
    row = table["strangers, scl, 200 s"]["ours"]
    assert (row["judged"], row["asked"], row["people"]) == (6.0, 6.0, 2.0)
    assert "| strangers, scl, 200 s | ours |" in report.text(table)


def test_one_person_meets_nobody(tmp_path: Path):
    kept(tmp_path, [62.0, 84.0, 63.0], [4.0, 9.0, 4.0], [4.0, 5.0, 4.1])
    assert strangers.run(tmp_path) == {}
