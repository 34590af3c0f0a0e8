"""Figures of arousal against stress: a body made to be aroused is told, one that is not is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bench.signals import arousal
from hub.signals.quality import MAX30102
from tests.bench.wrists import FS, kept
from tests.signals.made import pulse


def test_who_is_aroused_in_the_task_is_told_from_rest_by_every_sympathetic_figure(tmp_path: Path):
    folder = kept(tmp_path, [62.0, 84.0, 63.0], [2.0, 10.0, 2.0], [4.0, 6.0, 4.1])
    table = arousal.run(folder)
    for name in ("delta_hr", "delta_scr_rate", "delta_ln_scl", "arousal", "arousal_sympathetic"):
        assert table["arousal"][name]["auc"] > 0.9, name
        assert table["arousal, whole tasks"][name]["auc"] == 1.0, name
        assert table["arousal"][name]["answered"] > 0.7, name


def test_who_is_calmer_in_the_task_is_told_the_other_way_round(tmp_path: Path):
    folder = kept(tmp_path, [84.0, 62.0, 83.0], [10.0, 2.0, 10.0], [6.0, 4.0, 6.0])
    table = arousal.run(folder)
    assert table["arousal, whole tasks"]["arousal"]["auc"] == 0.0
    assert table["arousal"]["delta_hr"]["auc"] < 0.1


def test_less_variability_counts_as_more_arousal():
    assert "delta_ln_rmssd" in arousal.CALMING
    assert not arousal.CALMING - set(arousal.FIGURES)


def test_without_skin_recordings_nothing_is_measured(tmp_path: Path):
    np.savez(tmp_path / "stresspredict_S98.npz", ppg=np.zeros(9), ppg_fs=FS, segments=[[0, 9, 0]])
    assert arousal.run(tmp_path) == {}


def test_counts_stay_within_the_sensor():
    bursts = pulse(100.0).samples
    bursts[2000:2100], bursts[5000:5100] = -1e4, 1e4
    counts = arousal.as_counts(bursts)
    assert counts.min() == 0
    assert counts.max() == MAX30102.full_scale
