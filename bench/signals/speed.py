# ruff: noqa: PLC0415  (peers are there or not)
"""What it costs in CPU: everybody on the same simulated hour, in turns, the least of some rounds
each, so that a busy machine does not decide. Offline: beats, skin, and both with the heart rate.
Live: one kit and second, of a room as the hub works it out, and of one seat alone."""

from __future__ import annotations

import importlib.util
import sys
import warnings
from collections.abc import Callable
from functools import partial
from time import process_time

import numpy as np

from bench.signals import cases as c
from bench.signals import skin
from bench.signals.accept import Table
from bench.signals.live import PEER, WINDOW_S
from bench.signals.methods import PEERS, USED, methods
from hub.results.pipeline import LIVE_TICKS
from hub.signals import prv
from hub.signals.eda import decompose
from hub.signals.live import PulseWindow
from hub.signals.ppg import detect_beats
from hub.signals.seat import SeatSignals, advance

HOUR_S, SKIN_HZ = 3600, 16
ROUNDS = 3
ROOM, ALONE = "ours", "ours, one seat alone, each second"
SEATS = {ROOM: 14}  # one where nothing is said
APART_S = 200  # between the parts of the hour that seats have
WARM_S, TIMED_S = 180, 300  # live: the windows are full first, and that is not timed

Job = Callable[[], object]
Make = Callable[[], Job]  # what is not timed; what it gives is


def run(only_ours: bool) -> Table:
    """CPU s per participant-hour of "offline beats", "offline skin" and "offline"; "live cost":
    CPU ms per kit and second."""
    ppg, us = an_hour()
    table: Table = {}
    for said, jobs in {
        "offline beats": _beats(ppg, only_ours), "offline skin": _skin(us, only_ours),
        "offline": _both(ppg, us, only_ours),
    }.items():  # fmt: skip
        table[said] = {name: {"cpu_s_per_hour": s} for name, s in least(jobs).items()}
    live = least(_live(ppg, us, only_ours))
    table["live cost"] = {
        name: {"ms_per_second": 1000 * s / (TIMED_S * SEATS.get(name, 1))}
        for name, s in live.items()
    }
    print({k: table[k] for k in ("offline", "live cost")}, file=sys.stderr, flush=True)
    return table


def least(jobs: dict[str, Make]) -> dict[str, float]:
    """CPU s of each job, in turns."""
    spent: dict[str, list[float]] = {name: [] for name in jobs}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for _ in range(ROUNDS):
            for name, make in jobs.items():
                job = make()
                start = process_time()
                job()
                spent[name].append(process_time() - start)
    return {name: min(rounds) for name, rounds in spent.items()}


def an_hour() -> tuple[np.ndarray, np.ndarray]:
    """A heart of the demo, in counts as the sensor gives them (or a seat had no contact), and a
    typical skin (ten minutes, six times anew)."""
    parts = [skin.made("typical", seed)[0] for seed in range(HOUR_S // skin.SECONDS)]
    return -c.person(1, HOUR_S).ppg, np.concatenate(parts)


def _whole(job: Job) -> Make:
    """Nothing to prepare."""
    return lambda: job


def _beats(ppg: np.ndarray, only_ours: bool) -> dict[str, Make]:
    some = {n: f for n, f in methods(only_ours).items() if n != USED}
    return {name: _whole(partial(find, ppg)) for name, find in some.items()}


def _skin(us: np.ndarray, only_ours: bool) -> dict[str, Make]:
    return {n: _whole(partial(f, us, float(SKIN_HZ))) for n, f in skin.methods(only_ours).items()}


def _both(ppg: np.ndarray, us: np.ndarray, only_ours: bool) -> dict[str, Make]:
    jobs = {
        "ours": _whole(partial(_ours, ppg, us, False)),
        "ours, RMSSD each second too": _whole(partial(_ours, ppg, us, True)),
        "ours, every feature each second": _whole(partial(_seat, ppg, us)),
    }
    if _neurokit(only_ours):
        jobs["NeuroKit2 ppg_process + eda_process"] = _whole(partial(_pipelines, ppg, us))
    return jobs


def _ours(ppg: np.ndarray, us: np.ndarray, variability: bool) -> None:
    """Beats, intervals, level and responses, and the heart rate of each second."""
    rows = prv.intervals(detect_beats(ppg, c.FS)).rows
    decompose(us, SKIN_HZ)
    for second in range(10, HOUR_S):
        prv.heart_rate(rows, second)
        if variability:
            prv.rmssd(rows, second)


def _seat(ppg: np.ndarray, us: np.ndarray) -> None:
    """As after a session: by the minute."""
    _room(ppg, us, [SeatSignals()], 60)(0, HOUR_S)


def _room(
    ppg: np.ndarray, us: np.ndarray, seats: list[SeatSignals], step: int
) -> Callable[[int, int], None]:
    """Works out so many seats, `step` seconds at once; each has another part of the hour."""

    def seconds(first: int, last: int) -> None:
        for at in range(first, last, step):
            for k, seat in enumerate(seats):
                since = at + k * APART_S
                a, b = round(since * c.FS), round((since + step) * c.FS)
                seat.push_ppg(ppg[a:b], float(at), 1 / c.FS)
                skin_of = us[since * SKIN_HZ : (since + step) * SKIN_HZ]
                seat.push_eda(skin_of, float(at), 1 / SKIN_HZ)
            advance(seats, at + step)

    return seconds


def _pipelines(ppg: np.ndarray, us: np.ndarray) -> None:
    import neurokit2 as nk

    nk.ppg_process(ppg, sampling_rate=int(c.FS))
    nk.eda_process(us, sampling_rate=SKIN_HZ)


def _neurokit(only_ours: bool) -> bool:
    return not only_ours and importlib.util.find_spec("neurokit2") is not None


def _live(ppg: np.ndarray, us: np.ndarray, only_ours: bool) -> dict[str, Make]:
    jobs: dict[str, Make] = {
        ROOM: partial(_live_seats, ppg, us, LIVE_TICKS, SEATS[ROOM]),
        ALONE: partial(_live_seats, ppg, us, 1, 1),
        "ours, heart rate and RMSSD alone": partial(_live_pulse, ppg),
    }
    if _neurokit(only_ours):
        jobs["NeuroKit2, 60 s anew"] = _whole(partial(_live_neurokit, ppg, us))
    return jobs


def _live_seats(ppg: np.ndarray, us: np.ndarray, step: int, seats: int) -> Job:
    """Every feature of so many seats."""
    seconds = _room(ppg, us, [SeatSignals() for _ in range(seats)], step)
    seconds(0, WARM_S)
    return partial(seconds, WARM_S, WARM_S + TIMED_S)


def _live_pulse(ppg: np.ndarray) -> Job:
    window, step = PulseWindow(c.FS), int(c.FS)

    def seconds(first: int, last: int) -> None:
        for second in range(first, last):
            window.push(ppg[second * step : (second + 1) * step])

    seconds(0, WARM_S)
    return partial(seconds, WARM_S, WARM_S + TIMED_S)


def _live_neurokit(ppg: np.ndarray, us: np.ndarray) -> None:
    """Beats and skin of the last minute: its leanest functions, no table of every sample."""
    for second in range(WARM_S, WARM_S + TIMED_S):
        a = second - WINDOW_S
        PEERS[PEER][1](ppg[int(a * c.FS) : int(second * c.FS)])
        skin.lean_neurokit(us[a * SKIN_HZ : second * SKIN_HZ], float(SKIN_HZ))
