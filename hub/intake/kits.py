"""The kits that the hub has heard: what they are, how they sit, what has come of each boot."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, cast

import numpy as np

from firmware import wire
from hub.about import front_end, read
from hub.boxes import is_box
from hub.disk.files import write_private
from hub.signals.eda import to_us
from hub.signals.quality import PulseSensor

KITS_MAX = 5_000  # remembered
ROOMS_MAX = 500  # that kits alone have named: each has a token
BOOTS_MAX = 4  # remembered of each kit: two devices may have been given one name
AHEAD_MAX = 10_000  # frames that may be missing below one: no kit holds as many
SKIN_US = (0.05, 60.0)  # conductance of skin (Kleckner 2018)


class Progress:
    """What has come of one boot of a kit, over all its sessions: `next` is the first frame that
    is missing and may still come."""

    def __init__(self, base: int, stored: Iterable[int] = ()) -> None:
        self.next = base
        self._floor = base  # from here to `next` all is durable; below, it was given up
        self.lost = 0  # frames that the kit says are gone for good
        self._echoed_ns: int | None = None
        self._arrived_ns: int | None = None
        self.sent_us = 0  # by the boot's clock: when what came was sent, the newest
        self._ahead: set[int] = set(stored)
        self._advance()

    def doubts(self, base: int) -> bool:
        """True if a kit that holds this frame contradicts what was given up: its base never goes
        back, so an earlier one was not its own. Then what has come is to be found out anew."""
        return base < self._floor

    def base(self, base: int) -> int:
        """The kit holds nothing below `base` any more; returns how many frames that loses."""
        if base <= self.next:
            return 0
        lost = base - self.next - sum(seq < base for seq in self._ahead)
        self.next = self._floor = base
        self._ahead = {seq for seq in self._ahead if seq >= base}
        self._advance()
        self.lost += lost
        return lost

    def note(self, seq: int) -> None:
        """Frame `seq` is durable."""
        if seq >= self.next:
            self._ahead.add(seq)
            self._advance()

    def stamp(self, at_ns: int, stamp: wire.Stamp) -> None:
        """Learn roughly how the kit's clock stands."""
        self.sent_us = max(self.sent_us, stamp.send_us)
        if stamp.echo_ns > at_ns or (stamp.echo_ns and stamp.echo_us > stamp.send_us):
            return  # it contradicts itself
        arrived = at_ns - stamp.send_us * 1000
        self._arrived_ns = min(arrived, self._arrived_ns or arrived)
        if stamp.echo_ns:
            echoed = stamp.echo_ns - stamp.echo_us * 1000
            self._echoed_ns = max(echoed, self._echoed_ns or echoed)

    def not_after_ns(self, tick_us: int) -> int:
        """UTC ns of a tick, roughly: too early by the delay of an acknowledgement rather than too
        late, however long a frame was held up on its way."""
        offset = self._arrived_ns if self._echoed_ns is None else self._echoed_ns
        return tick_us * 1000 + (offset or 0)

    def too_far(self, seq: int) -> bool:
        return seq >= self.next + AHEAD_MAX

    def _advance(self) -> None:
        while self.next in self._ahead:
            self._ahead.discard(self.next)
            self.next += 1


@dataclass(eq=False)
class Kit:
    """One kit of a room. Times in UTC ns."""

    room: str
    name: str
    ack_topic: str
    about: dict[str, Any] = field(default_factory=dict[str, Any])
    last_ns: int = 0
    boot: int | None = None
    session: int = 0  # the tag in its newest frame
    asked: int = 0  # the tag it was last told
    base: int = 0  # the oldest frame it holds
    seq: int = 0  # of its newest frame; where that is not kept, of the next that is
    kept_ns: int = 0  # when the last frame came that it keeps
    fit: dict[str, Any] = field(default_factory=dict[str, Any])
    boots: OrderedDict[int, Progress] = field(default_factory=OrderedDict[int, Progress])

    @property
    def role(self) -> str:
        """ "kit" or "box". """
        return "box" if is_box(self.name) else "kit"

    @property
    def says(self) -> str | None:
        """The role that it gives itself; None before it has said so."""
        return self.about.get("role")

    def speaks_again(self, boot: int, stamp: wire.Stamp, last: Kit) -> bool:
        """True if this boot speaks after another of this name (of `last`, which spoke before it)
        had taken its place, and not only what it sent before: then there are two devices."""
        before, taken = self.boots.get(boot), (last, last.boot) != (self, boot)
        return before is not None and taken and 0 < before.sent_us < stamp.send_us

    def drained(self, tag: int, quiet_since_ns: int) -> bool:
        """True if it holds nothing of a session that is not durable: it is idle and its ring is
        empty, or what it makes for the session that is open now is durable already. (What it sends
        again of an earlier one says nothing of this.)"""
        progress = self.boots.get(self.boot or 0)
        if progress is None or self.session == tag:
            return False
        if self.session == 0:
            is_empty = self.base >= max(self.seq, progress.next)
            return is_empty and self.kept_ns < quiet_since_ns
        return self.session == self.asked and self.seq < progress.next

    def remember(self, boot: int, progress: Progress) -> None:
        self.boots[boot] = progress
        while len(self.boots) > BOOTS_MAX:
            self.boots.popitem(last=False)

    def to_dict(self, session: str | None, simulated: bool) -> dict[str, Any]:
        """For the go/no-go board; `session` is the one it records for."""
        contacts = [said for name in ("contact_ppg", "contact_eda")
                    if (said := self.fit.get(name)) is not None]
        return {
            "kit": self.name, "role": self.role, "says": self.says, "room": self.room,
            "last_seen_ns": self.last_ns,
            "recording": (self.asked if self.role == "box" else self.session) != 0,
            "session": session, "simulated": simulated,
            "contact": all(contacts) if contacts else None, **self.fit,
            "board": self.about.get("board"), "firmware": self.about.get("firmware"),
            "lost_frames": sum(progress.lost for progress in self.boots.values()),
        }


def fit_check(frame: wire.Frame, about: dict[str, Any]) -> dict[str, Any]:
    """How a kit sits, from a frame that is sent for this only: light (counts), conductance (uS),
    whether either is that of a body, and what the kit says of its own health."""
    said: dict[str, Any] = {}
    for block in frame.blocks:
        if not len(block.values):
            continue
        if block.channel == wire.PPG_IR:
            counts = _mean(block.values)
            said |= {"ppg_counts": counts, "contact_ppg": counts >= PulseSensor().contact_counts}
        elif block.channel == wire.EDA:
            us = conductance(_mean(block.values), about)
            said |= {"eda_us": round(us, 3), "contact_eda": SKIN_US[0] <= us <= SKIN_US[1]}
        elif block.channel == wire.HEALTH:
            said |= {name: int(value)
                     for name, value in zip(wire.HEALTH_FIELDS, block.values, strict=False)}
    return said


def _mean(values: Sequence[int]) -> float:
    return float(np.add.reduce(values)) / len(values)


def conductance(code: float, about: dict[str, Any]) -> float:
    """Microsiemens of an EDA code, by what the kit says of its front end; -1 where it cannot be."""
    us = float(to_us(np.array([code]), **front_end(about))[0])
    return us if np.isfinite(us) else -1.0


class KitBook:
    """All kits by room and name. What they said of themselves outlives a restart of the hub; a room
    that nobody but kits has named does not, until one of them is heard again."""

    def __init__(self, path: Path, site: str, rooms: Iterable[str] = ()) -> None:
        self._path, self._site = path, site
        self._named = set(rooms)  # by the settings or a session
        self._heard: set[str] = set()  # of kits alone
        self._kits: OrderedDict[tuple[str, str], Kit] = OrderedDict()  # heard last: last
        self._spoke: dict[str, Kit] = {}  # by name: which did last, in whatever room
        self._changed = False
        for said in _read(path):
            about = _checked(said.get("about"))
            if about is not None and _are_names(said.get("room"), said.get("kit")):
                self._add(said["room"], said["kit"]).about = about

    def get(self, room: str, name: str) -> Kit:
        """The kit of this name, made when it is new. Of too many those that were not heard for
        the longest time, and are on no seat, make room: a stranger who invents names can neither
        fill the memory nor keep a kit out. WireError where there are too many rooms."""
        if room not in self._named:
            self._hear_of(room)
        if (room, name) not in self._kits:
            return self._add(room, name)
        self._kits.move_to_end((room, name))
        return self._kits[room, name]

    def know_room(self, room: str) -> None:
        """There is such a room, not by the word of a kit alone."""
        self._named.add(room)
        self._heard.discard(room)

    def _hear_of(self, room: str) -> None:
        if len(self._heard | {room}) > ROOMS_MAX:
            raise wire.WireError("rooms are used up: name the right ones in the settings")
        self._heard.add(room)

    def _add(self, room: str, name: str) -> Kit:
        kit = Kit(room, name, wire.topic(self._site, room, name, "ack"))
        self._kits[room, name] = kit
        self._make_room()
        return kit

    def _make_room(self) -> None:
        for key in list(islice(self._kits, max(0, len(self._kits) - KITS_MAX))):
            if self._kits[key].asked and self._kits[key].role == "kit":
                self._kits.move_to_end(key)
            else:
                del self._kits[key]
                self._spoke.pop(key[1], None)

    def spoke_before(self, kit: Kit) -> Kit:
        """The kit of the same name, in whatever room, that spoke last; now it is this one."""
        last = self._spoke.get(kit.name, kit)
        self._spoke[kit.name] = kit
        return last

    def describe(self, kit: Kit, about: dict[str, Any]) -> None:
        """What the kit says of itself."""
        self._changed = self._changed or kit.about != about
        kit.about = about

    def heard(self) -> list[Kit]:
        """The kits that were heard since the hub started."""
        return [kit for kit in list(self._kits.values()) if kit.last_ns]

    def known(self, room: str) -> list[Kit]:
        return [kit for kit in list(self._kits.values()) if kit.room == room]

    def rooms(self) -> set[str]:
        """The rooms that are named, or were heard of."""
        return self._named | self._heard

    def save(self) -> None:
        """Write down what kits said of themselves, if any of it is new."""
        if self._changed:
            kits = [{"room": kit.room, "kit": kit.name, "about": kit.about}
                    for kit in self._kits.values() if kit.about]
            write_private(self._path, json.dumps(kits).encode())
            self._changed = False


def _checked(about: Any) -> dict[str, Any] | None:
    try:
        return read(json.dumps(about).encode())
    except wire.WireError:
        return None


def _are_names(*names: Any) -> bool:
    return all(isinstance(name, str) and wire.is_name(name) for name in names)


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        said: Any = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return []
    rows = cast("list[Any]", said) if isinstance(said, list) else []
    return [row for row in rows if isinstance(row, dict)]
