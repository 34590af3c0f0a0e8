"""Recorded sessions of a few minutes with a heart that is known: real frames, a real journal."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from hub.disk.journal import Journal
from hub.records import Received
from tests.rows import NS, OPEN_NS, Kit, beating, event, protocol_text
from tests.system.rig_sessions import entries

LASTING_S = (("baseline", 45), ("presentation", 60), ("questions", 40), ("discussion", 150),
             ("integration", 40))
SPEECH = 6.0  # 1/min that speaking adds, building up as the body does
KEEPS = np.exp(-1 / 8)  # of that, after a second
PUSH_BACK = -4.0  # 1/min: what is planted


@dataclass
class Person(Kit):
    """A kit on somebody whose heart rate is known, second by second."""

    rate: np.ndarray = field(default_factory=lambda: np.full(9, 66.0))

    def counts(self, index):
        beats = np.concatenate([[0.0], np.cumsum(self.rate / 60)])
        return beating(np.interp(index / self.hz, np.arange(len(beats)), beats))

    def skin(self, second):
        """A level that wanders and is never flat."""
        return [8000 + 40 * (k % 2) + round(200 * np.sin(second / 20)) for k in range(16)]


def phases(lasting=LASTING_S):
    """(id, begin s, end s), one after the other."""
    at, out = 2, []
    for name, seconds in lasting:
        out.append((name, at, at + seconds))
        at += seconds
    return out


def turns(rng, laid_out, presenter, seats):
    """(second, seat or None): who begins to speak; each in turns, none in the baseline."""
    said = [(laid_out[0][1], None)]
    members = [seat for seat in seats if seat != presenter]
    for name, begin, end in laid_out:
        at = begin
        while at < end and not name.startswith("baseline"):
            few = {"presentation": [*[presenter] * 4, *members, None], "discussion": members}
            may = few.get(name, seats)
            said.append((at, rng.choice(np.array(may, object))))
            at += int(rng.integers(4, 14))
    return said


def spoken(said, seat, seconds):
    """For each second, whether this seat speaks."""
    out = np.zeros(seconds)
    for (begin, who), (end, _) in zip(said, [*said[1:], (seconds, None)], strict=True):
        out[round(begin):round(end)] = who == seat
    return out


def heart(rng, said, seat, planted, seconds):
    """A level, a fluctuation, what speaking does, and what is planted."""
    rate = rng.normal(70, 8) + np.repeat(rng.normal(0, 1, seconds // 10 + 1), 10)[:seconds]
    speech, felt = spoken(said, seat, seconds), 0.0
    for k in range(seconds):
        felt += (1 - KEEPS) * (SPEECH * speech[k] - felt)
        rate[k] += felt + planted[k]
    return rate


def course(laid_out, presenter, said, row=500):
    """The presses of a leader and an observer."""
    def at(second):
        return OPEN_NS + round(second * NS)

    told = [("phase", begin, {"phase": name}) for name, begin, _ in laid_out]
    told += [("speaker", second, {"seat": seat}) for second, seat in said]
    told += [("presenter", laid_out[0][1], {"seat": presenter})] if presenter else []
    return [event(kind, at(second), row + k, **data) for k, (kind, second, data) in enumerate(told)]


def whole_phases(laid_out, presenter, seats):
    """As the demo's script has it: the presenter's turns begin and end half a second after a phase
    does; members speak in turns."""
    said = [(laid_out[0][1], None)]
    members = [seat for seat in seats if seat != presenter]
    for name, begin, end in laid_out:
        if name in ("presentation", "integration"):
            said.append((begin + 0.5, presenter))
        elif not name.startswith("baseline"):
            said += [(at + 0.5, members[at // 7 % len(members)]) for at in range(begin, end, 7)]
    return said


def session_rows(seed, planted=0.0, people=4, lasting=LASTING_S, protocol=None, whole=False):
    """A session of these people; `planted`: what the late discussion does to the presenter;
    `whole`: the presenter's turns are `whole_phases`."""
    rng = np.random.default_rng(seed)
    laid_out = phases(lasting)
    presenter, seats = 1 + seed % people, list(range(1, people + 1))
    said, end = turns(rng, laid_out, presenter, seats), laid_out[-1][2]
    said = whole_phases(laid_out, presenter, seats) if whole else said
    effect = np.zeros(end)
    for name, begin, last in laid_out:
        if name == "discussion":
            effect[last - (last - begin) // 3 : last] = planted
    kits = [Person(f"kit-{seat}", seat, offset_us=seat * 10**6, forgets=False, begin_ns=OPEN_NS,
                   rng=np.random.default_rng(seat),
                   rate=heart(rng, said, seat, effect * (seat == presenter), end))
            for seat in seats]
    return [*opening(kits, protocol), *measured(kits, end), *course(laid_out, presenter, said),
            event("close", OPEN_NS + end * NS, 999)]


def opening(kits, protocol=None):
    text = protocol or protocol_text()
    rows = [Received(1, OPEN_NS, "hub/start", b"{}"),
            event("open", OPEN_NS, 2, site="s", room="r", protocol=text, simulated=True)]
    for kit in kits:
        about = json.dumps({"kit": kit.name, "role": "kit"}).encode()
        rows += [Received(3, OPEN_NS, f"about/{kit.name}", about),
                 event("seat", OPEN_NS + 1, 100 + kit.seat, seat=kit.seat, kit=kit.name)]
    return rows


def measured(kits, seconds):
    frames = [kit.frame(second, 0) for kit in kits for second in range(seconds)]
    ticks = [Received(0, OPEN_NS + (s + 1) * NS, "hub/tick", b"") for s in range(seconds + 3)]
    return sorted([*frames, *ticks], key=lambda row: row.at_ns)


def stored(data: Path, name: str, rows, **meta) -> Path:
    """A sealed session of this name in a data folder, in one commit."""
    folder = data / "sessions" / name
    folder.mkdir(parents=True)
    journal = Journal(folder / "session.sqlite")
    known = {"session": name, "tag": 99, "site": "site", "room": "room", "opened_ns": OPEN_NS,
             "closed_ns": rows[-1].at_ns, "sealed_ns": rows[-1].at_ns, "simulated": 1}
    journal.set_meta(format=1, **{k: v for k, v in (known | meta).items() if v is not None})
    journal.append(entries(rows))
    journal.close()
    return folder
