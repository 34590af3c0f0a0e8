"""What is judged: the development recordings where they are, and simulated pulses always."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.signal import butter, resample_poly, sosfiltfilt

from hub.simulate import artefacts
from hub.simulate.pulse import Finger, Heart, Optics, Pulses
from hub.simulate.scene import Mood

RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "data" / "recordings"
FS = 100.0
GROUPS = ("ecg", "seated", "phone", "simulated")
GROUP_OF = {
    "neurokit": "ecg", "physiokit": "seated", "welltory": "phone", "treadmill": "treadmill",
}  # fmt: skip
KINDS = {
    "motion": artefacts.motion, "wander": artefacts.wander, "weak": artefacts.weak,
    "saturated": artefacts.saturated, "gaps": artefacts.gaps, "lifted": artefacts.contact_loss,
    "max30102": artefacts.max30102,
}  # fmt: skip
EXTRA = {"flicker": artefacts.ambient}
WALK = {"treadmill": artefacts.treadmill}  # only oversized: see bench.signals.treadmill
BAND = butter(2, [0.5, 8.0], "band", fs=FS, output="sos")  # where the pulse is
LEVEL = butter(2, 0.5, "low", fs=FS, output="sos")  # and what is slower than it
NO_SIGNAL = ("gaps", "lifted")  # beats in there are not asked for, nor counted as false


@dataclass(frozen=True)
class Case:
    """A pulse at FS with reference beats (s); `bad`: where the reference is not to be trusted;
    `away`: where no beat can be seen, so that none is asked for."""

    name: str
    group: str
    ppg: np.ndarray
    beats: np.ndarray
    bad: np.ndarray
    away: np.ndarray


def recordings(folder: Path = RECORDINGS) -> list[Case]:
    """The recordings with reference beats; empty where there are none."""
    return [_recording(p) for p in sorted(folder.glob("*.npz")) if "stress" not in p.name]


def _recording(path: Path) -> Case:
    data = np.load(path)
    ppg = at_fs(data["ppg"].astype(float), float(data["ppg_fs"]))
    group = GROUP_OF[path.name.split("_")[0]]
    bad = data["ref_bad"].reshape(-1, 2).astype(float)
    return Case(path.stem, group, ppg, data["ref_beats"].astype(float), bad, np.empty((0, 2)))


def runs(case: Case) -> bool:
    """Whether it is of a treadmill."""
    return case.group == "treadmill"


def still(people: list[Case]) -> list[Case]:
    """All others: of those of a treadmill nothing else is asked."""
    return [case for case in people if not runs(case)]


def at_fs(ppg: np.ndarray, fs: float) -> np.ndarray:
    """`ppg` (at `fs` Hz) at FS."""
    return ppg if round(fs) == FS else resample_poly(ppg - ppg.mean(), int(FS), round(fs))


def simulated(people: int = 4, seconds: int = 180) -> list[Case]:
    """Hearts of the demo, each with its own rate, breath and early beats; truth is known."""
    return [person(seed, seconds) for seed in range(people)]


def person(seed: int, seconds: int) -> Case:
    """One heart of the demo behind one finger, at rest, this long."""
    rng = np.random.default_rng(seed)
    heart = Heart(rest_bpm=float(rng.uniform(55, 90)), breath_hz=float(rng.uniform(0.18, 0.3)))
    pulses, optics = Pulses(heart, rng), Optics(Finger(), rng)
    calm = np.zeros(int(FS))
    parts = []
    for second in range(seconds):
        at = second + np.arange(int(FS)) / FS
        mood = Mood(calm, calm)
        parts.append(optics.counts(pulses.volume(at, 1 / FS, mood), 1 / FS, mood))
    none = np.empty((0, 2))
    ppg = -np.concatenate(parts).astype(float)
    return Case(f"sim{seed}", "simulated", ppg, np.array(pulses.beats), none, none)


def pulse_band(ppg: np.ndarray) -> np.ndarray:
    """What is as fast as a pulse."""
    return sosfiltfilt(BAND, ppg)


def pulse_height(ppg: np.ndarray) -> float:
    """Its usual height: from the 5th to the 95th percentile of what is as fast as a pulse."""
    low, high = np.percentile(pulse_band(ppg), [5, 95])
    return float(high - low)


def spoiled(case: Case, kind: str) -> Case:
    """The case with one artefact, the same for every method, as large as its pulse asks for."""
    high = pulse_height(case.ppg)
    if kind == "saturated":
        return _with(case, kind, _clipped)
    return _with(case, kind, lambda ppg, rng: (KINDS | EXTRA)[kind](ppg, FS, rng, high))


def oversized(case: Case, kind: str) -> Case:
    """With the artefact as large as the spread of the whole signal, drift and all."""
    return _with(case, kind, lambda ppg, rng: (KINDS | WALK)[kind](ppg, FS, rng))


def _with(case: Case, kind: str, artefact: Callable[..., artefacts.Spoiled]) -> Case:
    seed = sum(map(ord, case.name + kind))
    ppg, touched = artefact(case.ppg, np.random.default_rng(seed))
    away = spans(touched) if kind in NO_SIGNAL else case.away
    return replace(case, ppg=ppg, away=away)


def _clipped(ppg: np.ndarray, rng: np.random.Generator) -> artefacts.Spoiled:
    """The pulse cut off around its own level, not wherever the level drifts to an end."""
    level = sosfiltfilt(LEVEL, ppg)
    pulse, touched = artefacts.saturated(ppg - level, FS, rng)
    return pulse + level, touched


def spans(touched: np.ndarray) -> np.ndarray:
    """Start and end (s) of each stretch, 0.3 s wider on each side."""
    edges = np.flatnonzero(np.diff(np.r_[False, touched, False].astype(int)))
    return edges.reshape(-1, 2) / FS + np.array([-0.3, 0.3])
