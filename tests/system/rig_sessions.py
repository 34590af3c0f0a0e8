"""Sessions on the disk as a hub and its worker leave them, made from rows with a known truth."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from hub.disk.journal import Entry, Journal
from hub.live.worker import Followed
from hub.records import Received
from tests.rows import Kit, session


def entries(rows: Iterable[Received]) -> list[Entry]:
    """The rows before they have numbers."""
    return [Entry(r.at_ns, r.topic, r.payload, r.kit, r.boot, r.seq) for r in rows]


def recorded(folder: Path, rows: list[Received], restarts: Iterable[int] = ()) -> Path:
    """A sealed session with these rows. The worker follows it as it grows, and is killed and
    started again after as many rows as `restarts` says."""
    folder.mkdir(parents=True)
    journal = Journal(folder / "session.sqlite")
    journal.set_meta(format=1, session="s1", tag=99, site="site", room="room", opened_ns=0)
    worker, restarts = None, set(restarts)
    for at, entry in enumerate(entries(rows)):
        journal.append([entry])
        if at in restarts or worker is None:
            worker = Followed("s1", folder, None)
        worker.step()
    journal.set_meta(closed_ns=rows[-1].at_ns, sealed_ns=rows[-1].at_ns)
    journal.close()
    assert worker is not None
    catch_up(worker)
    worker.finish()
    return folder


def catch_up(worker: Followed) -> None:
    """Read what is there."""
    while worker.step()[0]:
        pass


def six_people(seconds: int) -> list[Received]:
    """The rows of a session of six who are measured alike."""
    rows = session(Kit(), seconds)
    seat = next(row for row in rows if row.topic == "event/seat")
    out = []
    for row in rows:
        out.append(row)
        for k in range(2, 7):
            kit = f"kit-{k}"
            if row is seat:
                said = {**json.loads(row.payload), "id": f"s{k}", "data": {"seat": k, "kit": kit}}
                out.append(row._replace(payload=json.dumps(said).encode()))
            elif row.kit == "kit-1":
                out.append(row._replace(topic=f"data/{kit}", kit=kit))
    return out
