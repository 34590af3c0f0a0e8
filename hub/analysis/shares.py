"""Who works out what: the seats of a session dealt out, each with every kit it ever had."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from hub.course.phases import Course


@dataclass(frozen=True, slots=True)
class Share:
    """Seats, and the kits whose rows they need; with kits that sat nowhere, for their clocks."""

    seats: frozenset[int]
    kits: frozenset[str]


def shares(
    course: Course, frames: Mapping[str, int], boxes: Collection[str], n: int
) -> list[Share]:
    """At most `n` shares of about as many `frames` (by kit); every one reads the `boxes`, whose
    presses are part of the course. Seats that ever shared a kit stay together."""
    dealt: list[tuple[int, Share]] = []
    sized = [(_size(one, frames), one) for one in _circles(course, set(frames) - set(boxes))]
    for size, one in sorted(sized, key=lambda pair: -pair[0]):
        if len(dealt) < n:
            dealt.append((size, one))
            continue
        least = min(range(n), key=lambda k: dealt[k][0])
        already, other = dealt[least]
        dealt[least] = (already + size, _joined([one, other]))
    found = [share for _, share in dealt] or [Share(frozenset(), frozenset())]
    return [Share(share.seats, share.kits | set(boxes)) for share in found]


def _circles(course: Course, kits: Collection[str]) -> list[Share]:
    """The smallest shares: whatever a seat was ever given, whether or not it was undone."""
    circles = [Share(frozenset(), frozenset((kit,))) for kit in sorted(kits)]
    for standing in course.history:
        said = standing.event
        if said.kind != "seat":
            continue
        kit = said.data.get("kit")
        given = Share(frozenset((said.data["seat"],)), frozenset((kit,) if kit else ()))
        apart = [one for one in circles if not (one.seats & given.seats or one.kits & given.kits)]
        near = [one for one in circles if one.seats & given.seats or one.kits & given.kits]
        circles = [*apart, _joined([given, *near])]
    return circles


def _joined(several: list[Share]) -> Share:
    return Share(
        frozenset[int]().union(*(one.seats for one in several)),
        frozenset[str]().union(*(one.kits for one in several)),
    )


def _size(share: Share, frames: Mapping[str, int]) -> int:
    return sum(frames.get(kit, 0) for kit in share.kits)
