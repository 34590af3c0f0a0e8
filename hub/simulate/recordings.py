"""Finger pulses of real people: the data files inside the installed package `heartpy`.

Only its files are read; the package is never imported, so it is installed without what it asks for
(requirements-data.lock). Each is looped without a seam: it is cut
at the feet of two pulses and cross-faded there.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from hub.arrays import Floats, Ints

FINE = 4  # how much finer than the recording the loop is laid out
FADE_S = 0.15


class RecordingsMissing(RuntimeError):
    """The package with the recordings is not installed."""


@dataclass(frozen=True, slots=True)
class Loop:
    """A recording without end. `values`: blood volume, about 0..1 a pulse, at `rate_hz`."""

    name: str
    rate_hz: float
    values: Floats

    @property
    def length_s(self) -> float:
        return len(self.values) / self.rate_hz

    def at(self, at_s: Floats) -> Floats:
        """The volume at any moments (s); after the end it begins again."""
        place = np.mod(at_s, self.length_s) * self.rate_hz
        k = place.astype(np.int64)
        share = place - k
        after = np.take(self.values, k + 1, mode="wrap")
        return np.take(self.values, k, mode="wrap") * (1 - share) + after * share


def _plain(path: Path) -> tuple[float, Floats]:
    return 100.0, np.loadtxt(path, dtype=np.float64)


def _timer_ms(path: Path) -> tuple[float, Floats]:
    data = np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.float64)
    return (len(data) - 1) / (data[-1, 0] - data[0, 0]) * 1e3, data[:, 1]


def _datetimes(path: Path) -> tuple[float, Floats]:
    with path.open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    first, last = (datetime.fromisoformat(row[0]) for row in (rows[0], rows[-1]))
    values = np.array([float(row[1]) for row in rows])
    return (len(rows) - 1) / (last - first).total_seconds(), values


# name: reader, and the stretch (s) in which the finger lies on the sensor
FILES: dict[str, tuple[Callable[[Path], tuple[float, Floats]], float, float]] = {
    "data.csv": (_plain, 0.0, 25.0),
    "data2.csv": (_timer_ms, 47.0, 127.0),
    "data3.csv": (_datetimes, 16.0, 140.0),
}


def folder() -> Path:
    """Where the files are. RecordingsMissing, with the cure, where they are not."""
    found = find_spec("heartpy")
    path = Path(found.origin).parent / "data" if found and found.origin else None
    if path is None or not path.is_dir():
        raise RecordingsMissing(
            "The recordings of real pulses are not installed, so no seat can replay one. "
            "Nothing was started. Do: `make clean setup` in Stillpoint's folder, which brings them"
        )
    return path


def load(name: str) -> Loop:
    """The loop of one of `FILES`."""
    read, begin_s, end_s = FILES[name]
    rate_hz, values = read(folder() / name)
    stretch = values[round(begin_s * rate_hz) : round(end_s * rate_hz)]
    return loop(f"heartpy {name}", rate_hz, stretch)


def loop(name: str, rate_hz: float, values: Floats) -> Loop:
    """A seamless loop of a stretch of a recording."""
    fine_hz = rate_hz * FINE
    fine = _finer(values - np.median(values))
    feet = _feet(fine, fine_hz)
    fade = round(FADE_S * fine_hz)
    inner = feet[(feet >= fade) & (feet < len(fine) - fade)]
    begin, end = int(inner[0]), int(inner[-1])
    weight = np.linspace(0, 1, fade)
    body = fine[begin:end].copy()
    body[-fade:] = fine[end - fade : end] * (1 - weight) + fine[begin - fade : begin] * weight
    return Loop(name, fine_hz, _scaled(body))


def _finer(values: Floats) -> Floats:
    """The same curve with `FINE` times as many points."""
    n = len(values)
    spectrum = np.zeros(n * FINE // 2 + 1, dtype=np.complex128)
    spectrum[: n // 2 + 1] = np.fft.rfft(values) * FINE
    return np.fft.irfft(spectrum, n * FINE)


def _feet(values: Floats, rate_hz: float) -> Ints:
    """The lowest point before each strong rise."""
    spectrum = np.fft.rfft(values)
    hz = np.fft.rfftfreq(len(values), 1 / rate_hz)
    smooth = np.fft.irfft(np.where((hz > 0.5) & (hz < 5.0), spectrum, 0), len(values))
    back = round(0.25 * rate_hz)
    rises = _tops(np.gradient(smooth), round(0.4 * rate_hz))
    return np.array([k - back + int(np.argmin(smooth[k - back : k])) for k in rises if k > back])


def _tops(rise: Floats, apart: int) -> list[int]:
    """Where the rise is steepest, at least `apart` points from one to the next."""
    strong = rise > 0.4 * np.percentile(rise, 98)
    peaks = np.flatnonzero(strong[1:-1] & (rise[1:-1] > rise[:-2]) & (rise[1:-1] >= rise[2:])) + 1
    tops: list[int] = []
    for k in map(int, peaks):
        if not tops or k - tops[-1] >= apart:
            tops.append(k)
    return tops


def _scaled(values: Floats) -> Floats:
    low, high = np.percentile(values, [2, 98])
    return np.clip((values - low) / (high - low), -1.0, 2.0)
