"""What a caller gives, looked at once where it comes in. What cannot be used is a ValueError that
says in a sentence what is needed and what was given."""

from __future__ import annotations

from math import nan
from operator import index
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from hub.arrays import Floats

FARTHEST = 1e60  # no sensor measures beyond, and the fourth power of more is no number
FASTEST_HZ = 10_000.0
NUMBERS = "biufO"  # numpy's kinds; of objects None is one too: not received
ENDED = "nothing can follow a flush: what comes then needs a stream of its own"

T = TypeVar("T")


def samples(given: Any, beyond: float = nan) -> Floats:
    """One row of samples, NaN: not received; `beyond` stands for what is infinite or further than
    FARTHEST, which as a rule counts as not received."""
    return _within(_numbers(given, 1, "one row of real numbers"), beyond)


def rows(given: Any) -> Floats:
    """A row of samples for each person; what is infinite counts as not received."""
    return _within(_numbers(given, 2, "an array (persons, samples) of real numbers"), nan)


def rate(given: Any, what: str, least: float, most: float = FASTEST_HZ) -> float:
    """The sampling rate (Hz) of `what`: from `least` to `most`."""
    needed = f"a rate of {least:g} to {most:g} Hz for {what}"
    hz = float(_numbers(given, 0, needed))
    if not least <= hz <= most:
        raise _refused(needed, given)
    return hz


def span(given: Any) -> tuple[float, float]:
    """Start and end of a phase in seconds."""
    needed = "a phase (its start and end in seconds)"
    ends = _numbers(given, 1, needed)
    if len(ends) != 2 or not (np.abs(ends) <= FARTHEST).all():
        raise _refused(needed, given)
    return float(ends[0]), float(ends[1])


def count(given: Any, what: str, least: int) -> int:
    """How many: a whole number, `least` or more."""
    needed = f"a whole number of {what}, {least} or more,"
    try:
        number = index(given)
    except TypeError:
        raise _refused(needed, given) from None
    if number < least:
        raise _refused(needed, given)
    return number


def of_kind(given: Any, kind: type[T], needed: str) -> T:
    """What is given, where it is of this kind."""
    if not isinstance(given, kind):
        raise _refused(needed, given)
    return given


def _numbers(given: Any, dimensions: int, needed: str) -> Floats:
    if isinstance(given, np.ma.MaskedArray):  # else numpy takes what lies under the mask
        given = cast("Any", given).astype(np.float64).filled(nan)
    try:
        found: NDArray[Any] = np.asarray(given)
        if found.dtype.kind in NUMBERS and found.ndim == dimensions:
            return np.asarray(found, np.float64)
    except (TypeError, ValueError, OverflowError):
        pass
    raise _refused(needed, given)


def _within(values: Floats, beyond: float) -> Floats:
    if values.min(initial=0.0) >= -FARTHEST and values.max(initial=0.0) <= FARTHEST:
        return values  # nothing far, nothing missing: the usual case
    return np.where(np.abs(values) > FARTHEST, beyond, values)


def _refused(needed: str, given: Any) -> ValueError:
    shape = getattr(given, "shape", ())
    kind = getattr(given, "dtype", "a table")
    shown = f"{kind} of shape {shape}" if shape else f"{given!r:.40}"
    return ValueError(f"{needed} is needed, not {shown}")
