"""Public recordings come into the bench as they were published: time, polarity and labels."""

from pathlib import Path

import numpy as np
import pytest

from bench.signals import public
from bench.signals.cases import recordings, runs
from tests.signals.made import match, pulse

HEAD = "1644227574.00\n64.000000\n"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_an_hour_at_the_wrist_keeps_its_labels_in_its_own_time(tmp_path: Path) -> None:
    write(tmp_path / "Raw_data/S02/BVP.csv", HEAD + "0.5\n-1.5\n2.0\n")
    write(tmp_path / "Raw_data/S02/EDA.csv", "1644227576.5\n4\n0.31\n0.32\n")
    write(
        tmp_path / "Processed_data/Improved_All_Combined_hr_rsp_binary.csv",
        "Participant,HR,respr,Time(sec),Label\n"
        + "".join(f"2,90,12,{1644227583 + k},{int(k > 2)}\n" for k in range(6)),
    )
    ((name, found),) = public.stress_predict(tmp_path)
    assert name == "stresspredict_S02"
    assert found["ppg"].tolist() == [0.5, -1.5, 2.0]
    assert found["ppg_fs"] == 64
    assert found["segments"] == [(9, 11, 0), (12, 14, 1)]
    assert found["eda_us"].tolist() == [0.31, 0.32]
    assert (found["eda_fs"], found["eda_shift"]) == (4, 2.5)


def test_a_camera_gives_the_colour_that_the_pulse_is_in_and_its_beats(tmp_path: Path) -> None:
    body = pulse(20.0, fs=30.0, seed=3)
    green = 100 - 9 * body.samples
    rows = [f"{round(1000 * k / 30)},255,{g:.3f},{k % 2}" for k, g in enumerate(green)]
    gaps = [f"{1000 * gap:.0f}" for gap in np.diff(body.beats_s)]
    write(tmp_path / "data/subject_08/PPG.csv", "time,R,G,B\n" + "\n".join(rows))
    write(tmp_path / "data/subject_08/RR.txt", " ".join(gaps))
    ((name, found),) = public.welltory(tmp_path)
    np.savez(tmp_path / f"{name}.npz", **found)
    (case,) = recordings(tmp_path)
    assert case.group == "phone"
    assert np.allclose(np.diff(case.beats), np.diff(body.beats_s), atol=0.001)
    at = np.arange(len(case.ppg)) / 100
    there = np.interp(at, np.arange(len(body.samples)) / 30, body.samples)
    assert np.corrcoef(case.ppg, there)[0, 1] > 0.99


def test_steepest_rises_are_found_between_samples() -> None:
    body = pulse(60.0, fs=public.EAR_FS, seed=4)
    rises = public._rises(body.samples, body.beats_s[2:] + 0.1)
    off = match(rises, body.beats_s[2:], 0.1).off_s
    assert np.abs(off).max() < 0.02
    assert np.diff(off).std() < 0.003


def test_an_ecg_that_has_not_the_published_rate_is_not_trusted() -> None:
    beats = np.concatenate((np.arange(0, 20, 0.5), np.arange(20, 40, 0.8)))  # 120, then 75
    assert public._off(beats, np.full(12, 120.0)) == [(2.0 * k, 2.0 * k + 8) for k in range(7, 12)]


def test_who_runs_is_asked_of_the_treadmill_alone(tmp_path: Path) -> None:
    arrays = public._with_beats(np.zeros(1250), 125.0, np.arange(0, 10, 0.5), [(2.0, 10.0)])
    np.savez(tmp_path / "treadmill_01_type01_1.npz", **arrays)
    (case,) = recordings(tmp_path)
    assert runs(case)
    assert len(case.ppg) == 1000


def test_a_folder_without_them_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["public", "welltory", str(tmp_path), str(tmp_path / "out")]
    monkeypatch.setattr("sys.argv", asked)
    assert public.main() == 1
    assert "Nothing was written" in capsys.readouterr().err
