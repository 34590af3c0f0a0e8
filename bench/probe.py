"""What only a process itself can tell of itself: CPU by stage of the pipeline, and how long the
hub takes from a commit to its acknowledgements. `bench.named_hub` puts these probes in; the code
that is measured knows nothing of them.

Each process writes what it has counted to $BENCH_PROBES once a second.
"""

from __future__ import annotations

import functools
import importlib
import json
import math
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from hub.intake import acks, commit

FOLDER = "BENCH_PROBES"
WRITE_S = 1.0

# Stage: where its work is done. What one stage calls of another counts for the other.
PLACES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "read": (("hub.disk.journal", "Reader", "rows"),),
    "decode": (("firmware.wire", "", "decode"), ("firmware.wire", "", "decode_stamp")),
    "course": (("hub.course.log", "CourseLog", "feed"),),
    "clock, placing": (("hub.results.stream", "BootStream", "feed"),),
    "signals": (
        ("hub.signals.seat", "SeatSignals", "push_ppg"),
        ("hub.signals.seat", "SeatSignals", "push_eda"),
        ("hub.results.pipeline", "", "advance"),
    ),
    "waves": (("hub.results.waves", "WaveGrid", "push"),),
    "group, ledger": (
        ("hub.results.group", "GroupCurve", "add"), ("hub.results.group", "GroupCurve", "settled"),
        ("hub.results.ledger", "Account", "add"), ("hub.results.ledger", "Account", "row"),
    ),
    "digest": (("hub.results.digest", "Digest", "feed"),),
    "messages": (
        ("hub.live.worker", "", "message_of"), ("multiprocessing.connection", "Connection", "send"),
    ),
}  # fmt: skip
STAGES = tuple(PLACES)
REST = "rest"
BIN = 1.05  # of the histogram: each bin's end is so many times its beginning
BIN_MS = 0.001  # the first bin's end


class Stopwatch:
    """CPU time (ns) of one thread, by stage; a stage within another is taken off that."""

    def __init__(self, clock: Callable[[], int] = time.thread_time_ns) -> None:
        self.spent = dict.fromkeys(STAGES, 0)
        self._clock, self._inner = clock, 0

    def time(self, stage: str, do: Callable[..., Any]) -> Callable[..., Any]:
        """`do`, counted."""
        @functools.wraps(do)
        def timed(*args: Any, **more: Any) -> Any:
            outer, self._inner, began = self._inner, 0, self._clock()
            try:
                return do(*args, **more)
            finally:
                took = self._clock() - began
                self.spent[stage] += took - self._inner
                self._inner = outer + took

        return timed

    def put_in(self) -> None:
        """Count at all PLACES."""
        for stage, places in PLACES.items():
            for place in places:
                owner = owner_of(place)
                setattr(owner, place[2], self.time(stage, getattr(owner, place[2])))


def owner_of(place: tuple[str, str, str]) -> Any:
    """The module or class that has this place's function."""
    module = importlib.import_module(place[0])
    return getattr(module, place[1]) if place[1] else module


class AckTimes:
    """From the return of a session's commit until its kits' acknowledgements have been given to the
    network: how often how long, by bin of a histogram."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.bins: Counter[int] = Counter()
        self._clock = clock
        self._returned: dict[Any, float] = {}  # session: when its commit did
        self._since: dict[Any, float] = {}  # kit: when its session's commit did

    def put_in(self) -> None:
        attempt, acknowledge, send = commit._attempt, acks.Acks.acknowledge, acks.Acks._send

        def attempted(work: Any) -> Any:
            outcome = attempt(work)
            self._returned[work[0]] = self._clock()
            return outcome

        def acknowledged(acks_: Any, came: Iterable[Any], failed: Any) -> None:
            came = list(came)
            self._since = {one.kit: self._returned[one.session] for one in came
                           if one.session in self._returned}
            acknowledge(acks_, came, failed)
            self._since = {}

        def sent(acks_: Any, kit: Any, *rest: Any) -> None:
            send(acks_, kit, *rest)
            if kit in self._since:
                self.note((self._clock() - self._since[kit]) * 1e3)

        commit._attempt = attempted
        acks.Acks.acknowledge, acks.Acks._send = acknowledged, sent  # type: ignore[method-assign]

    def note(self, ms: float) -> None:
        self.bins[max(0, math.ceil(math.log(max(ms, BIN_MS) / BIN_MS, BIN)))] += 1


def percentile_ms(bins: dict[int, int], share: float) -> float:
    """The end of the bin in which this share of all is reached; NaN for none."""
    wanted = share * sum(bins.values())
    for number in sorted(bins):
        wanted -= bins[number]
        if wanted <= 0 and bins[number]:
            return BIN_MS * BIN**number
    return math.nan


def hub() -> None:
    """Probe this process: the hub's main one."""
    times = AckTimes()
    times.put_in()
    _write(f"hub-{os.getpid()}", lambda: {"acks": dict(times.bins.copy())})


def worker() -> None:
    """Probe this process: a worker."""
    watch = Stopwatch()
    watch.put_in()
    _write(f"worker-{os.getpid()}", lambda: {"spent": watch.spent})


def _write(name: str, told: Callable[[], dict[str, Any]]) -> None:
    folder = os.environ.get(FOLDER)
    if folder:
        args = (Path(folder) / f"{name}.json", told)
        threading.Thread(target=_keep_writing, args=args, name="probe", daemon=True).start()


def _keep_writing(path: Path, told: Callable[[], dict[str, Any]]) -> None:
    while True:
        said = {"at_s": time.monotonic(), "cpu_s": time.process_time(), **told()}
        new = path.with_suffix(".new")
        new.write_text(json.dumps(said))
        new.replace(path)
        time.sleep(WRITE_S)
