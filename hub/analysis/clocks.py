"""The clocks of a whole session: a first reading of the journal, before the second with results."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from firmware import wire
from hub.clock import FinalClock, FinalSensor, KitClock, SensorClock
from hub.clock.sensor import GUESS_US
from hub.decode import Decoded, decode
from hub.records import Received
from hub.results.stream import InOrder, Run

Exchange = tuple[int, wire.Stamp]
Drain = tuple[int, int, int, bool]


class _Drains:
    """Stands in for a SensorClock while the journal is read the first time."""

    def __init__(self) -> None:
        self.rows: list[Drain] = []

    def drain(self, next_index: int, tick_us: int, span_us: int, broken: bool = False) -> None:
        self.rows.append((next_index, tick_us, span_us, broken))


@dataclass
class _Boot:
    exchanges: list[Exchange] = field(default_factory=list[Exchange])
    runs: list[_Drains] = field(default_factory=list[_Drains])
    order: InOrder = field(default_factory=InOrder)
    run: Run | None = None
    samples: tuple[int, ...] = ()  # ticks of the first and the last

    def feed(self, at_ns: int, stamp: wire.Stamp, frame: wire.Frame | None) -> None:
        """What `hub.results.stream.BootStream` does with it, but for the placing in time."""
        self.exchanges.append((at_ns, stamp))
        if frame is not None:
            self.order.put(frame, at_ns)
        for ready, _ in self.order.ready(stamp.base):
            ppg = [block for block in ready.blocks if block.channel == wire.PPG_IR]
            if self.run is None or not self.run.goes_on(ready.session, ppg):
                self.runs.append(_Drains())
                self.run = Run(ready.session, self.runs[-1])  # type: ignore[arg-type]
            for block in ppg:
                self.run.drain(block)
                self._note(block)

    def _note(self, block: wire.Block) -> None:
        first = block.tick_us - round(len(block.values) * GUESS_US)
        earliest, latest = self.samples or (first, block.tick_us)
        self.samples = min(earliest, first), max(latest, block.tick_us)


class WholeClocks:
    """Clocks fitted over all of a session's rows; give it to a Pipeline as its `clocks`."""

    at_once = 120  # blocks: a minute of a kit's

    def __init__(
        self, rows: Iterable[Received], decode: Callable[[Received], Decoded] = decode
    ) -> None:
        self._decode = decode
        self._boots: defaultdict[tuple[str, int], _Boot] = defaultdict(_Boot)
        for row in rows:
            self._read(row)
        self.kits = {
            key: FinalClock(boot.exchanges, boot.samples) for key, boot in self._boots.items()
        }
        self.sensors = {
            key: [FinalSensor(run.rows) for run in boot.runs] for key, boot in self._boots.items()
        }
        self._given: dict[tuple[str, int], int] = {}

    def _read(self, row: Received) -> None:
        stream, _, kit = row.topic.partition("/")
        if stream not in ("data", "stamp") or row.boot is None:
            return
        boot = self._boots[(kit, row.boot)]
        try:
            if stream == "stamp":
                return boot.feed(row.at_ns, wire.decode_stamp(row.payload), None)
            boot.feed(row.at_ns, *self._decode(row))
        except wire.WireError:
            return

    def kit(self, kit: str, boot: int) -> KitClock:
        """The clock of one boot; it has heard everything already."""
        return self.kits[(kit, boot)]  # type: ignore[return-value]

    def sensor(self, kit: str, boot: int, session: int) -> SensorClock:
        """The clock of the boot's next run of samples."""
        key = (kit, boot)
        at = self._given.get(key, 0)
        self._given[key] = at + 1
        return self.sensors[key][at]  # type: ignore[return-value]
