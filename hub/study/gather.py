"""The sessions of a study, one after the other: those that can be used, and why others cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.analysis.session import analyse
from hub.disk.journal import JOURNAL
from hub.disk.sessions import (
    SessionInfo,
    folder_of,
    incomplete,
    list_sessions,
    listing,
    load_or_why,
    unreadable,
)
from hub.errors import HubError
from hub.study.cases import not_compared
from hub.study.session import Found, found_in

Say = Callable[[str], None]
SIMULATED = ("it is simulated, and does not belong in a study of people; nothing was changed; "
             "keep simulated sessions in a separate data folder")
OPEN = "it is still open; it goes on as it was; close it and run the study again"


@dataclass(frozen=True, slots=True)
class Left:
    """A session that does not count. `why`: what is so, what was kept, what to do."""

    session: str
    why: str


@dataclass(frozen=True, slots=True)
class Used:
    """A session that was worked out, with its cases. `phases`: the ids of those it had, `others`:
    of those that no contrast uses."""

    info: SessionInfo
    protocol: str | None
    phases: frozenset[str]
    others: tuple[str, ...]
    cases: tuple[Found, ...]

    def to_dict(self) -> dict[str, Any]:
        """For JSON; without the estimates."""
        names = ("case", "presenter", "people", "unusable", "notes")
        cases = [{name: getattr(one, name) for name in names} for one in self.cases]
        return {
            "session": self.info.id, "room": self.info.room, "site": self.info.site,
            "state": self.info.state, "opened_ns": self.info.opened_ns,
            "simulated": self.info.simulated, "protocol": self.protocol,
            "not_compared": list(self.others), "cases": cases,
        }


def asked_for(data_dir: Path, names: Iterable[str]) -> tuple[list[SessionInfo], list[Left]]:
    """The sessions to work out, oldest first, each once: the named ones (id or folder), or all. Of
    people's and simulated ones only people's."""
    found, left = _named(data_dir, names) if names else _all(data_dir)
    left += [Left(info.id, OPEN) for info in found if info.closed_ns is None]
    closed = [info for info in found if info.closed_ns is not None]
    people = [info for info in closed if not info.simulated]
    if people:
        left += [Left(info.id, SIMULATED) for info in closed if info.simulated]
    once, again = _once(people or closed)
    return sorted(once, key=lambda info: (info.opened_ns, info.id)), [*left, *again]


def _once(infos: Iterable[SessionInfo]) -> tuple[list[SessionInfo], list[Left]]:
    """Each session once, also where its folder was copied."""
    first: dict[str, SessionInfo] = {}
    for info in infos:
        first.setdefault(info.id, info)
    folders = {info.id: info.folder.resolve() for info in first.values()}
    again = [Left(info.id, f"{info.folder} is a copy of it; both were left as they are; the one in "
                  f"{first[info.id].folder} counts, so move the other away")
             for info in infos if info.folder.resolve() != folders[info.id]]
    return list(first.values()), again


def _all(data_dir: Path) -> tuple[list[SessionInfo], list[Left]]:
    lost = [*unreadable(data_dir), *incomplete(data_dir)]
    return list_sessions(data_dir), [Left("", why) for why in lost]


def _named(data_dir: Path, names: Iterable[str]) -> tuple[list[SessionInfo], list[Left]]:
    loaded = {name: _loaded(data_dir, name) for name in names}
    left = [Left(name, one) for name, one in loaded.items() if isinstance(one, str)]
    return [one for one in loaded.values() if isinstance(one, SessionInfo)], left


def _loaded(data_dir: Path, name: str) -> SessionInfo | str:
    folder = folder_of(data_dir, name)
    if not (folder / JOURNAL).exists():
        return (f"there is no such session in {data_dir}; nothing was created; "
                f"{listing(data_dir / 'sessions' / name)} lists them")
    return load_or_why(folder)


def work_out(
    infos: Sequence[SessionInfo], told: Mapping[str, str], say: Say
) -> tuple[list[Used], list[Left]]:
    """Each session by its final course; `say` hears of each before it begins. `told`: as
    `cases_of` has it."""
    found = [_worked_out(info, told) for info in _told_of(infos, say)]
    return ([one for one in found if isinstance(one, Used)],
            [one for one in found if isinstance(one, Left)])


def _told_of(infos: Sequence[SessionInfo], say: Say) -> Iterator[SessionInfo]:
    """Who waits for several wants to know how far it is."""
    for number, info in enumerate(infos, 1):
        if len(infos) > 1:
            say(f"Working out session {number} of {len(infos)}: {info.id}")
        yield info


def _worked_out(info: SessionInfo, told: Mapping[str, str]) -> Used | Left:
    try:
        analysis = analyse(info.folder)
    except (HubError, OSError) as error:
        return Left(info.id, str(error))
    cases = found_in(analysis, told)
    others = not_compared(analysis.course, told)
    if not cases:
        return Left(info.id, _without(others))
    protocol = analysis.course.protocol
    phases = frozenset(phase.id for phase in analysis.course.phases)
    return Used(info, protocol.id if protocol else None, phases, tuple(others), tuple(cases))


def _without(others: Iterable[str]) -> str:
    had = ", ".join(others) or "none"
    return (f"it has no phase of a case (its phases: {had}); it stays as it is; correct this on "
            "its console, or say with --phase ID=PART what its phases are")
