# ruff: noqa: PLC0415  (NeuroKit2 is there or not)
"""python -m bench.signals.public SET SOURCE FOLDER

Public recordings, as they are published, into the form that `--recordings FOLDER` reads. SET is one
of `stress-predict` (Iqbal et al. 2022), `welltory` (Neshitov et al. 2021), `physiokit` (Joshi et
al. 2023) and `treadmill` (IEEE Signal Processing Cup 2015: Zhang, Pi and Liu); SOURCE the folder
with what its authors give out. Beats of an ear or an ECG are found by NeuroKit2 (a peer: run it
where `make bench-signals` has put them); where two of its methods disagree, the reference is not
trusted.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from scipy.io import loadmat
from scipy.signal import butter, sosfiltfilt

from bench.signals.cases import FS, pulse_height
from bench.signals.measures import match

Arrays = dict[str, Any]
Named = Iterator[tuple[str, Arrays]]
EAR_FS = 250
AGREE_S = 0.08  # two methods that differ by more have not found the same beat
DOUBT_S = 1.0  # the reference is not trusted so near to where they differ
RISE_S = 0.35  # a pulse's steepest rise is at most this long before its peak
OFF_BPM = 5.0  # an ECG whose rate differs by more from the published one is not trusted


def stress_predict(source: Path) -> Named:
    """An hour at the wrist, pulse and skin, with labelled tasks."""
    labels = _labels(source / "Processed_data" / "Improved_All_Combined_hr_rsp_binary.csv")
    for folder in sorted((source / "Raw_data").glob("S*")):
        if segments := labels.get(int(folder.name[1:])):
            ppg, start, fs = _empatica(folder / "BVP.csv")
            inside = [(a - start, b - start, label) for a, b, label in segments]
            pulse = {"ppg": ppg, "ppg_fs": fs, "segments": inside}
            yield f"stresspredict_{folder.name}", pulse | _skin(folder / "EDA.csv", start)


def _skin(path: Path, start: float) -> Arrays:
    """Conductance (uS), and how much later (s) than the pulse it begins."""
    us, begins, fs = _empatica(path)
    return {"eda_us": us, "eda_fs": fs, "eda_shift": begins - start}


def _empatica(path: Path) -> tuple[np.ndarray, float, float]:
    """Samples, when the first was taken (s) and samples a second."""
    values = np.loadtxt(path)
    return values[2:], float(values[0]), float(values[1])


def _labels(path: Path) -> dict[int, list[tuple[float, float, float]]]:
    """Participant -> start and end (s) of each stretch, and whether it was a stress task."""
    with path.open(newline="") as file:
        rows = [(int(r["Participant"]), float(r["Time(sec)"]), float(r["Label"]))
                for r in csv.DictReader(file)]  # fmt: skip
    found: dict[int, list[tuple[float, float, float]]] = {}
    for (who, label), group in groupby(rows, lambda row: (row[0], row[2])):
        times = [at for _, at, _ in group]
        found.setdefault(who, []).append((times[0], times[-1], label))
    return found


def welltory(source: Path) -> Named:
    """A phone's camera, about 80 s, with the intervals of a chest strap."""
    for folder in sorted((source / "data").glob("subject_*")):
        frames = np.genfromtxt(folder / "PPG.csv", delimiter=",", names=True)
        ms = frames["time"]
        at = np.arange(ms[0], ms[-1], 1000 / FS)
        beats = np.concatenate(([0.0], np.cumsum(np.loadtxt(folder / "RR.txt")) / 1000))
        colours = [-np.interp(at, ms, frames[c]) for c in "RGB"]  # blood makes it darker
        ppg = max(colours, key=pulse_height)  # red or green; the others may be all 0 or 255
        yield f"welltory_{folder.name[-2:]}", _with_beats(ppg, FS, beats, [])


def physiokit(source: Path) -> Named:
    """Finger and ear of people who sit, four conditions of 3 to 5 min."""
    for path in sorted((source / "sample_data").glob("P*/P*.csv")):
        rows = np.genfromtxt(path, delimiter=",", names=True)
        ms = rows["arduino_ts"]
        at = np.arange(ms[0], ms[-1], 1000 / EAR_FS)
        finger, ear = (np.interp(at, ms, rows[site]) for site in ("PPG_Finger", "PPG_Ear"))
        name = "_".join(["physiokit", *path.stem.lower().split("_")[:-2]])
        yield name, _with_beats(finger, EAR_FS, *_ear(ear))


def treadmill(source: Path) -> Named:
    """Wrists of people who run, two sensors each, with an ECG and a published rate every 2 s."""
    for path in sorted(source.rglob("DATA_*_TYPE0[12].mat")):
        ecg, *sensors = loadmat(path)["sig"][:3]
        rates = loadmat(path.with_name(path.name.replace("DATA", "REF")))["BPM0"].ravel()
        beats = _ecg(ecg, 125.0)
        for k, ppg in enumerate(sensors):
            name = f"treadmill_{path.stem[5:].lower()}_{k + 1}"
            yield name, _with_beats(ppg, 125.0, beats, _off(beats, rates))


def _off(beats: np.ndarray, rates: np.ndarray) -> list[tuple[float, float]]:
    """The windows of 8 s whose beats do not have the published rate."""
    found: list[tuple[float, float]] = []
    for k, rate in enumerate(rates):
        gaps = np.diff(beats[(beats >= 2 * k) & (beats < 2 * k + 8)])
        if len(gaps) < 3 or abs(60 / gaps.mean() - rate) > OFF_BPM:
            found.append((2.0 * k, 2.0 * k + 8))
    return found


def _ecg(ecg: np.ndarray, fs: float) -> np.ndarray:
    """R peaks (s)."""
    import neurokit2 as nk

    clean = nk.ecg_clean(ecg, sampling_rate=int(fs))
    return np.asarray(nk.ecg_peaks(clean, sampling_rate=int(fs))[1]["ECG_R_Peaks"], float) / fs


def _ear(ear: np.ndarray) -> tuple[np.ndarray, list[tuple[float, float]]]:
    """The steepest rises (s) of an ear's pulse, and where they are not to be trusted: where two
    methods differ, or a rise is not as long before its peak as usual."""
    import neurokit2 as nk

    clean = nk.ppg_clean(ear, sampling_rate=EAR_FS, method="elgendi")
    first, second = (
        np.asarray(nk.ppg_findpeaks(clean, sampling_rate=EAR_FS, method=how)["PPG_Peaks"]) / EAR_FS
        for how in ("elgendi", "charlton")
    )
    first = first[first > 2 * RISE_S]
    both = match(first, second, AGREE_S)
    rises = _rises(ear, first)
    odd = np.abs(first - rises - np.median(first - rises)) > AGREE_S
    alone = [np.delete(first, both.found), np.delete(second, both.true), first[odd]]
    return rises, [(at - DOUBT_S, at + DOUBT_S) for at in np.sort(np.concatenate(alone))]


def _rises(ppg: np.ndarray, peaks_s: np.ndarray) -> np.ndarray:
    """When (s) it rises most steeply before each peak, to a part of a sample."""
    slope = np.gradient(sosfiltfilt(butter(4, 8.0, fs=EAR_FS, output="sos"), ppg))
    found: list[float] = []
    for peak in np.round(peaks_s * EAR_FS).astype(int):
        first = peak - round(RISE_S * EAR_FS)
        k = first + int(np.argmax(slope[first:peak]))
        a, b, c = slope[k - 1 : k + 2]
        found.append((k + 0.5 * (a - c) / (a - 2 * b + c)) / EAR_FS)
    return np.array(found)


def _with_beats(
    ppg: np.ndarray, fs: float, beats: np.ndarray, bad: list[tuple[float, float]]
) -> Arrays:
    return {"ppg": ppg, "ppg_fs": fs, "ref_beats": beats, "ref_bad": bad}


SETS: dict[str, Callable[[Path], Named]] = {
    "stress-predict": stress_predict, "welltory": welltory, "physiokit": physiokit,
    "treadmill": treadmill,
}  # fmt: skip


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench.signals.public", description=__doc__)
    asked.add_argument("set", choices=SETS)
    asked.add_argument("source", type=Path)
    asked.add_argument("folder", type=Path)
    args = asked.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    names = [_kept(args.folder, *one) for one in SETS[args.set](args.source)]
    if not names:
        print(f"Nothing of {args.set} is in {args.source}. Nothing was written. Give the folder "
              "that holds what its authors publish.", file=sys.stderr)  # fmt: skip
    return 0 if names else 1


def _kept(folder: Path, name: str, arrays: Arrays) -> str:
    np.savez_compressed(folder / f"{name}.npz", **arrays)
    print(name)
    return name


if __name__ == "__main__":
    sys.exit(main())
