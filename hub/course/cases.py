"""The cases of a session by the parts of its phases: a session may hold several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hub.course.protocol import CASE_PARTS

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
