"""What is amiss with a session's clocks, in sentences, by its certificate."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from hub.records import NS

TOGETHER_NS = 5 * NS  # each kit notices a jump with its next message, and some are late
ALIKE_S = 0.01


class Jump(NamedTuple):
    """The hub's time against the clocks of these kits."""

    at_ns: int
    by_s: float
    kits: frozenset[str]


def clock_findings(
    certificate: Mapping[str, Mapping[str, Any]], told: Collection[str]
) -> list[str]:
    """Of the hub's own time, and of each start of a kit; `told`: kits whose clock is named already
    as one that claims too much."""
    return [
        *_of_hub(list(_common(certificate))), *_of_starts(certificate, told),
        *_of_sensors(certificate),
    ]  # fmt: skip


def _of_hub(jumps: Sequence[Jump]) -> Iterator[str]:
    """One sentence, however often it jumped."""
    if not jumps:
        return
    size = f"{max((jump.by_s for jump in jumps), key=abs):+.3f} s"
    often = f"by {size}" if len(jumps) == 1 else (
        f"{len(jumps)} times until {_time(jumps[-1].at_ns)}, by {size} at most,")
    yield (f"At {_time(jumps[0].at_ns)} the hub's time jumped {often} against the clocks of "
           f"{', '.join(sorted(jumps[0].kits))}: durations across that moment are off by as much")


def _common(certificate: Mapping[str, Mapping[str, Any]]) -> Iterator[Jump]:
    """The jumps that most of the kits saw that were heard at the time: what one alone sees is its
    own clock's."""
    jumps = sorted(
        (at_ns, by_s, name.partition(":")[0])
        for name, clock in certificate.items() for at_ns, by_s in clock["jumps"]
    )
    while jumps:
        at_ns, by_s, _ = jumps[0]
        alike = [(at, by, kit) for at, by, kit in jumps
                 if at - at_ns < TOGETHER_NS and abs(by - by_s) < ALIKE_S]
        jumps = [jump for jump in jumps if jump not in alike]
        one = Jump(at_ns, by_s, frozenset(kit for _, _, kit in alike))
        if 2 * len(one.kits) > len(one.kits | _heard(certificate, one)):
            yield one


def _heard(certificate: Mapping[str, Mapping[str, Any]], jump: Jump) -> set[str]:
    """The kits that were heard before it and after."""
    after_ns = jump.at_ns + TOGETHER_NS
    before_ns = jump.at_ns - TOGETHER_NS - round(jump.by_s * NS)
    return {name.partition(":")[0] for name, clock in certificate.items() if clock["placed"]
            and clock["heard_ns"][0] < before_ns and after_ns < clock["heard_ns"][-1]}


def _of_starts(
    certificate: Mapping[str, Mapping[str, Any]], told: Collection[str]
) -> Iterator[str]:
    for name, clock in sorted(certificate.items()):
        kit, _, boot = name.partition(":")
        if clock["settled_at"] is None and kit not in told:
            yield (f"{kit}: after its start {boot} its clock never claimed an error below 10 ms: "
                   f"{_claim(clock)}")


def _of_sensors(certificate: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, clock in sorted(certificate.items()):
        if rates := clock["odd_rates_hz"]:
            kit, _, boot = name.partition(":")
            yield (f"{kit}: after its start {boot} its pulse sensor took "
                   f"{', then '.join(f'{hz:.1f}' for hz in rates)} samples a second instead of "
                   "about 100. The figures use these rates; restart or replace the kit")


def _claim(clock: Mapping[str, Any]) -> str:
    if clock["claimed_error_ms"] is None:
        return "its error is not known, and samples taken then have no place in time"
    return f"samples taken then may be {clock['claimed_error_ms']:.0f} ms off"


def _time(ns: int) -> str:
    return f"{datetime.fromtimestamp(ns // NS, UTC):%H:%M:%S}Z"
