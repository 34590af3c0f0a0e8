"""Figures of arousal against stress: a body made to be aroused is told, one that is not is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bench.signals import arousal
from tests.signals.made import pulse, skin

REST_S, TASK_S = 300.0, 240.0
LENGTHS = (REST_S, TASK_S, TASK_S)  # rest, a task, rest
FS, SKIN_FS = 64.0, 4.0


def kept(folder: Path, rates: list[float], responses: list[float], levels: list[float]) -> Path:
    """An hour's recording in short: heart rate, responses a minute and level of each stretch."""
    each = list(zip(LENGTHS, rates, responses, levels, strict=True))
    ppg = [pulse(s, FS, rate, seed=k).samples for k, (s, rate, _, _) in enumerate(each)]
    us = [skin(s, SKIN_FS, some, seed=k, level_us=level).us for k, (s, _, some, level)
          in enumerate(each)]  # fmt: skip
    ends = np.cumsum(LENGTHS)
    segments = np.column_stack((ends - LENGTHS, ends, [0, 1, 0]))
    np.savez(
        folder / "stresspredict_S99.npz", segments=segments, ppg=np.concatenate(ppg), ppg_fs=FS,
        eda_us=np.concatenate(us), eda_fs=SKIN_FS, eda_shift=0.0,
    )  # fmt: skip
    return folder


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
    assert counts.max() == 262_143
