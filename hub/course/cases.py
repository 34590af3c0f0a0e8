"""The cases of a session by the parts of its phases: a session may hold several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hub.course.protocol import CASE_PARTS
from hub.records import Span

# What begins another case: this part, after any of those.
ANOTHER: Mapping[str, frozenset[str]] = {
    "presentation": frozenset({"discussion", "integration"}),
    "questions": frozenset({"integration"}),
}


def case_numbers(parts: Iterable[str | None]) -> list[int]:
    """The case of each phase, by what it is taken for; 0: it is part of none."""
    number, seen, out = 1, set[str](), list[int]()
    for part in parts:
        if part not in CASE_PARTS:
            out.append(0)
            continue
        if seen & ANOTHER.get(part, frozenset()):
            number, seen = number + 1, set[str]()
        seen.add(part)
        out.append(number)
    return out


def counted_to(numbers: Sequence[int]) -> list[int]:
    """The case that each phase is counted to, by their `case_numbers`: what is part of none (a
    rest, the case call) goes with the one that comes, and after the last with that. 0: there is
    none."""
    coming, out = max(numbers, default=0), list[int]()
    for number in reversed(numbers):
        coming = number or coming
        out.append(coming)
    return out[::-1]


def presenters(named: Iterable[Span], begin_ns: int, end_ns: int) -> list[int]:
    """The seats that were named as presenting in this time, the one for longest first: a case is
    that one's, who may have been named late, or by way of another."""
    lasting: dict[int, int] = {}
    for span in named:
        both_ns = min(span.end_ns or end_ns, end_ns) - max(span.start_ns, begin_ns)
        if isinstance(span.value, int) and both_ns > 0:
            lasting[span.value] = lasting.get(span.value, 0) + both_ns
    return sorted(lasting, key=lambda seat: -lasting[seat])
