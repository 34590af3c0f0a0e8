"""A recorded session for the dashboards: bodies of the simulator, framed as kits frame them, put
through a journal, the pipeline and the store's own line makers. Nothing here writes a line itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np

from firmware import wire
from hub.disk.journal import Entry, Journal, read_meta
from hub.records import Received
from hub.results.pipeline import Pipeline
from hub.simulate.bodies import Body, circle
from hub.simulate.scene import Scene
from hub.simulate.skin import code
from hub.store.makers import Line, Makers, Wanted
from hub.store.summary import OF_THE_WHOLE, summary_lines
from tests.rows import NS, OPEN_NS, Kit, _block, event, protocol_text

HZ, EDA_HZ = 100, 16
PRESENTER = 2


@dataclass(frozen=True)
class Act:
    """One press: a phase, marker, presenter, speaker or undo, at a second of the session."""

    at_s: float
    kind: str
    value: object = None


# Times are short, but each phase is long enough for its figures, and the presentation to be judged
# for synchrony. Recovery is pressed by mistake and undone: it is the one phase that never was.
ACTS = (
    Act(5, "phase", "baseline"),
    Act(125, "phase", "building-trust"),
    Act(200, "phase", "case-call"),
    Act(215, "presenter", PRESENTER),
    Act(275, "phase", "presentation"),
    Act(276, "speaker", PRESENTER),
    Act(345, "marker", "intervention"),
    Act(470, "speaker", 4),
    Act(475, "phase", "questions"),
    Act(485, "phase", "recovery"),
    Act(489, "undo"),
    Act(550, "phase", "discussion"),
    Act(625, "phase", "integration"),
    Act(700, "phase", "closing"),
)
UNDONE = "recovery"
END_S = 800
FIELD = {"phase": "phase", "marker": "label", "presenter": "seat", "speaker": "seat"}


@dataclass(frozen=True)
class Recording:
    """What is to be made: a session's name, its beginning, its seats and acts."""

    session: str = "s-2023-11-14"
    open_ns: int = OPEN_NS
    seats: int = 8  # so that the team sees the edges of its middle half too
    end_s: int = END_S
    acts: tuple[Act, ...] = ACTS
    seed: int = 1
    closes: bool = True
    protocol: str = "demo"
    site: str = "site"
    room: str = "room"
    lost: tuple[tuple[int, int, int], ...] = ()  # seat, and the seconds from and to


class Wearer(Kit):
    """A kit on a body: the frames of tests.rows with the values of the simulator."""

    def __init__(self, seat: int, what: Recording) -> None:
        super().__init__(f"kit-{seat}", seat, hz=HZ * (1 + 0.001 * seat),
                         begin_ns=what.open_ns + NS, rng=np.random.default_rng(what.seed + seat))
        person = replace(circle(what.seats, what.seed)[seat - 1], recording=None)
        self.body, self.scenes = Body(person, what.seed), scenes(what)

    def tick(self, ns):
        return super().tick(ns - self.begin_ns + NS + OPEN_NS)

    def frame(self, second, row, late_ns=0, keep=True):
        cut_ns = self.begin_ns + (second + 1) * NS + int(self.rng.integers(0, 15_000_000))
        first = self._taken(0 if second == 0 else self._cut_before)
        self._cut_before = cut_ns
        last = self._taken(cut_ns)
        ppg_s = 1 + np.arange(first, last) / self.hz
        skin_s = 1 + second + np.arange(EDA_HZ) / EDA_HZ
        mood = self.body.mood(ppg_s, 1 / self.hz, self.scenes)
        light = self.body.pulse(ppg_s, 1 / self.hz, mood)
        felt = replace(mood, arousal=mood.arousal[:EDA_HZ], speaking=mood.speaking[:EDA_HZ])
        skin = code(self.body.skin_us(skin_s, 1 / EDA_HZ, felt))
        tick = self.tick(cut_ns)
        blocks = [_block(wire.PPG_IR, first, light, tick, 300),
                  _block(wire.EDA, EDA_HZ * second, skin, tick, 300)]
        if second % 10 == 0:
            ring = 20 + 2 * self.seat + second // 120 % 3
            battery = 4_150 - 40 * self.seat - second // 20
            health = [ring, 4, 0, 60_000, -55 - self.seat, battery, second, 0, 0, 0]
            blocks.append(_block(wire.HEALTH, second // 10, health, tick, 0))
        payload = self._payload(blocks, cut_ns)
        self.seq += 1
        arrival = cut_ns + int(self.rng.exponential(3e6)) + 500_000
        return Received(row, arrival, f"data/{self.name}", payload, self.name, 0x1234_5678,
                        self.seq - 1)


def scenes(what: Recording) -> list[Scene]:
    """The acts as the bodies feel them. The presenter is one from the start, so that a rise
    before the case is told is there to be seen."""
    begun = [act for act in what.acts if act.kind == "phase"]
    ends = [*(act.at_s for act in begun[1:]), what.end_s]
    return [Scene(0.0)] + [
        Scene(act.at_s, str(act.value), act.at_s, max(1.0, end - act.at_s), PRESENTER,
              PRESENTER if act.value == "presentation" else None)
        for act, end in zip(begun, ends, strict=True)
    ]


def rows(what: Recording) -> list[Received]:
    """The journal's rows, in order."""
    opening = {"site": what.site, "room": what.room, "simulated": True,
               "protocol": protocol_text(what.protocol)}
    kits = [Wearer(seat, what) for seat in range(1, what.seats + 1)]
    first = [Received(0, what.open_ns, "hub/start", b"{}"),
             event("open", what.open_ns, 1, **opening)]
    for kit in kits:
        first += [Received(0, what.open_ns, f"about/{kit.name}", b'{"kit": "k", "role": "kit"}'),
                  event("seat", what.open_ns + 1, f"seat-{kit.seat}", seat=kit.seat, kit=kit.name)]
    acts = [event(act.kind, what.open_ns + int(act.at_s * NS), f"act-{k}",
                  **({FIELD[act.kind]: act.value} if act.kind in FIELD else {}))
            for k, act in enumerate(what.acts)]
    frames = [frame for kit in kits for s in range(what.end_s)
              if (frame := kit.frame(s, 0)) and not _gone(what, kit.seat, s)]
    ticks = [Received(0, what.open_ns + s * NS, "hub/tick", b"")
             for s in range(1, what.end_s + 4)]
    rest = sorted([*acts, *frames, *ticks], key=lambda row: row.at_ns)
    closing = [event("close", what.open_ns + (what.end_s + 4) * NS, "close")] * what.closes
    return [row._replace(row=k) for k, row in enumerate([*first, *rest, *closing], 1)]


def _gone(what: Recording, seat: int, second: int) -> bool:
    return any(seat == who and first <= second < last for who, first, last in what.lost)


def journal(folder: Path, what: Recording) -> Path:
    """A session's folder with these rows in its journal."""
    folder.mkdir(parents=True)
    book = Journal(folder / "session.sqlite")
    book.set_meta(session=what.session, tag=99, site=what.site, room=what.room,
                  opened_ns=what.open_ns)
    book.append([Entry(r.at_ns, r.topic, r.payload, r.kit, r.boot, r.seq) for r in rows(what)])
    book.close()
    return folder


def parts(
    folder: Path, closes: bool = True, waves: bool = True, late: bool = True
) -> Iterator[Iterable[Line]]:
    """The lines of the session, each with its bucket, as the store would write them: those that
    come as it runs, and, once these were taken, those of its end. `late`: the team's, a minute
    late; else after the session."""
    path = folder / "session.sqlite"
    book, pipeline = Journal(path), Pipeline(waves=waves)
    rows = list(book.rows())
    book.close()
    made = Makers(read_meta(path), Wanted(waves, team_live=late))
    replaced = tuple(f"{name}," for _, name in OF_THE_WHOLE) if closes else ()

    def kept(some: Iterable[Line]) -> Iterator[Line]:
        return (one for one in some if not one[1].startswith(replaced))

    yield chain.from_iterable(kept(made.lines(pipeline.feed(row))) for row in rows)
    if closes:
        last_ns = rows[-1].at_ns
        ending = made.finish(pipeline.finish(last_ns), last_ns)
        yield chain(kept(ending), summary_lines(folder))


def lines(folder: Path, closes: bool = True, waves: bool = True) -> Iterator[Line]:
    """All of them."""
    return chain.from_iterable(parts(folder, closes, waves))
