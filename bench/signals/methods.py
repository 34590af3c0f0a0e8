# ruff: noqa: PLC0415  (peers are there or not)
"""Ours and the peers, each as (ppg at 100 Hz) -> beats; one that is not installed is left out.

Peers are called as their documents say, upright signals (they do not look for polarity), gaps
filled by a straight line (they do not take NaN). None of them is a dependency of the project.
"""

from __future__ import annotations

import importlib.util
import sys
import warnings
from collections.abc import Callable

import numpy as np

from bench.signals.cases import FS
from hub.signals.ppg import detect_beats

Beats = Callable[[np.ndarray], np.ndarray]
USED = "ours, used"


def ours(ppg: np.ndarray) -> np.ndarray:
    """Every beat the product returns, as every peer's are counted."""
    return detect_beats(ppg, FS).times_s


def used(ppg: np.ndarray) -> np.ndarray:
    """Those of them that have any quality."""
    beats = detect_beats(ppg, FS)
    return beats.times_s[beats.quality > 0]


def bridged(ppg: np.ndarray) -> np.ndarray:
    """Straight lines over NaN."""
    at, there = np.arange(len(ppg)), ~np.isnan(ppg)
    return np.interp(at, at[there], ppg[there])


def neurokit(method: str) -> Beats:
    """NeuroKit2: clean and find peaks with one of its methods."""

    def find(ppg: np.ndarray) -> np.ndarray:
        import neurokit2 as nk

        clean = nk.ppg_clean(bridged(ppg), sampling_rate=int(FS), method="elgendi")
        found = nk.ppg_findpeaks(clean, sampling_rate=int(FS), method=method)
        return np.asarray(found["PPG_Peaks"], float) / FS

    return find


def heartpy(ppg: np.ndarray) -> np.ndarray:
    """HeartPy: band-pass, then process; its rejected peaks left out."""
    import heartpy as hp

    clean = hp.filter_signal(bridged(ppg), [0.7, 3.5], FS, order=3, filtertype="bandpass")
    data, _ = hp.process(hp.scale_data(clean), FS)
    kept = np.asarray(data["binary_peaklist"], bool)
    return np.asarray(data["peaklist"], float)[kept] / FS


def biosppy(name: str) -> Beats:
    """BioSPPy: its band-pass and one of its onset finders."""

    def find(ppg: np.ndarray) -> np.ndarray:
        from biosppy.signals import ppg as b
        from biosppy.signals import tools

        clean = tools.filter_signal(
            bridged(ppg), ftype="butter", band="bandpass", order=4, frequency=[1, 8],
            sampling_rate=FS,
        )["signal"]  # fmt: skip
        found = getattr(b, f"find_onsets_{name}")(signal=clean, sampling_rate=FS)
        return np.asarray(found["onsets"], float) / FS

    return find


def systole(ppg: np.ndarray) -> np.ndarray:
    """systole: its rolling-average detector, which interpolates to 1000 Hz."""
    from systole.detection import ppg_peaks

    _, peaks = ppg_peaks(bridged(ppg), sfreq=int(FS))
    return np.flatnonzero(peaks) / 1000.0


def pyppg(ppg: np.ndarray) -> np.ndarray:
    """pyPPG: its filter and its beat detector, without the fiducial points."""
    from dotmap import DotMap
    from pyPPG import PPG
    from pyPPG.fiducials import FpCollection
    from pyPPG.preproc import Preprocess

    signal = DotMap(v=bridged(ppg), fs=int(FS), filtering=True, name="")
    signal.ppg, signal.vpg, signal.apg, signal.jpg = Preprocess().get_signals(signal)
    peaks, _ = FpCollection(PPG(signal, check_ppg_len=False)).get_peak_onset()
    return np.asarray(peaks, float) / FS


PEERS: dict[str, tuple[str, Beats]] = {
    "NeuroKit2 elgendi": ("neurokit2", neurokit("elgendi")),
    "NeuroKit2 charlton": ("neurokit2", neurokit("charlton")),
    "HeartPy": ("heartpy", heartpy),
    "BioSPPy kavsaoglu": ("biosppy", biosppy("kavsaoglu2016")),
    "BioSPPy elgendi": ("biosppy", biosppy("elgendi2013")),
    "systole": ("systole", systole),
    "pyPPG": ("pyPPG", pyppg),
}


def methods(only_ours: bool) -> dict[str, Beats]:
    """Name to method: ours first, and the installed peers."""
    peers = {} if only_ours else PEERS
    found = {n: m for n, (mod, m) in peers.items() if importlib.util.find_spec(mod)}
    return {"ours": ours, USED: used} | found


def is_ours(name: str) -> bool:
    return name.startswith("ours")


def tried(method: Beats, ppg: np.ndarray) -> np.ndarray:
    """Its beats, in order; none where it fails: a tool that raises has found nothing."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return np.sort(np.asarray(method(ppg), float))
    except Exception as error:  # said, so that a wrong call is not read as a poor tool
        print(f"a method failed: {error!r}", file=sys.stderr)
        return np.empty(0)
