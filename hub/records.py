"""The values that flow through the hub: frozen, plain, and known to every room of the house.

Times called `*_ns` are UTC nanoseconds on the hub's clock, `*_s` seconds since the session's
epoch (the whole second of its first row, hub/start), `*_us` a kit's own tick.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

NS = 1_000_000_000  # of a second


class Received(NamedTuple):
    """One row of the journal: something that reached the hub. (A tuple, for there are millions.)

    `topic` is one of
      data/<kit>    a whole kept frame as it came (kit, boot and seq are set)
      stamp/<kit>   the first wire.STAMP_SIZE bytes of a frame that is not kept (kit and boot set)
      about/<kit>   the kit's description, JSON
      event/<kind>  what somebody said about the session, JSON; see `Event`
      hub/start     the hub's clock anchor and version, JSON
      hub/tick      once a second, empty
      hub/problem   something went wrong, JSON
    """

    row: int
    at_ns: int
    topic: str
    payload: bytes
    kit: str | None = None
    boot: int | None = None
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something said about the session. Nothing is overwritten: a correction is another event.

    kind      carries
    open      site, room, protocol (the TOML text), simulated, language, team_view
    close
    seat      seat, kit (None: the seat is empty from now on)
    presenter seat (None: nobody)
    speaker   seat (None: nobody)
    phase     phase (its id)
    marker    label
    undo      target (an event's id; None: the last that still stands)
    retime    target, to_ns
    delete    target
    """

    id: str
    kind: str
    at_ns: int  # when it took effect: for a press, when the finger touched
    source: str  # console, box, script, hub
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    received_ns: int = 0


@dataclass(frozen=True, slots=True)
class Phase:
    """One stretch of the session. `end_ns` is None while it lasts."""

    id: str
    label: dict[str, str]
    start_ns: int
    end_ns: int | None
    source: str
    event: str  # the id of the press that began it


@dataclass(frozen=True, slots=True)
class Marker:
    """A moment somebody marked."""

    at_ns: int
    label: str
    source: str
    event: str


@dataclass(frozen=True, slots=True)
class Span:
    """A timed fact: who presents, who speaks, which kit is on which seat. `end_ns` None: still."""

    start_ns: int
    end_ns: int | None
    value: int | str | None


class Value(NamedTuple):
    """A feature's figure. `value` is None where it is withheld, and `reason` then says why."""

    value: float | None
    quality: float  # 0..1
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Second:
    """The features of one seat at one whole UTC second (the window ends there)."""

    seat: int
    time_ns: int
    values: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Wave:
    """A stretch of one signal on its UTC grid: sample k lies at start_ns + k * period_ns, and
    start_ns is a multiple of period_ns. NaN: not received. Infinite or NaN: more than the
    skin sensor can tell. Where nobody touches the sensors it goes on with what they read: whether
    somebody does is a feature (contact_ppg, contact_eda)."""

    seat: int
    channel: str  # a name of `results.channels`, which tells its unit
    start_ns: int
    period_ns: int
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The group's arousal at one whole second: median and quartiles over `n` valid seats, and the
    medians of its two parts, over those that have them."""

    time_ns: int
    n: int
    median: float | None
    low: float | None
    high: float | None
    reason: str | None = None
    sympathetic: float | None = None
    parasympathetic: float | None = None
    sympathetic_n: int = 0
    parasympathetic_n: int = 0


OVERFLOW, STOPPED = "sensor overflow", "stopped"


@dataclass(frozen=True, slots=True)
class Gap:
    """Samples that are gone for good."""

    seat: int
    kit: str
    channel: str
    start_ns: int
    end_ns: int
    samples: int
    cause: str  # frames lost, OVERFLOW, restart, STOPPED, silent


@dataclass(frozen=True, slots=True)
class Ledger:
    """What one seat should have and has: PPG samples, in the time its kit was enrolled.

    expected = enrolled time x the sensor's fitted rate, whatever arrived
    stored   = distinct samples in the journal within that time
    late     = of the stored, those that came more than 5 s after they were taken
    lost     = expected - stored, where the gaps account for it
    """

    seat: int
    kit: str
    expected: int
    stored: int
    late: int
    lost: int
    repeats: int  # frames that came again and were dropped
    clock_error_ms: float | None  # claimed; None: not yet placed in time
    settling: bool
    rate_hz: float | None
    contact: bool | None
    ring_permille: int | None
    last_ns: int | None  # the newest sample
    battery_mv: int | None = None  # None: not measured
    rssi_dbm: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should know. `kept` says what was saved, `do` what to do next."""

    at_ns: int
    code: str
    what: str
    kept: str
    do: str
