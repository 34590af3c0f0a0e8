"""Numbers of a command line: what each may be is said where it is refused."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable


def whole(lowest: int, highest: float, said: str) -> Callable[[str], int]:
    """A reader of a whole number in these bounds; `said` tells a person what it may be."""

    def read(text: str) -> int:
        if not text.isdecimal() or not lowest <= int(text) <= highest:
            raise argparse.ArgumentTypeError(f"{text!r}: {said}")
        return int(text)

    return read


def real(is_right: Callable[[float], bool], said: str) -> Callable[[str], float]:
    """A reader of a number that is right; `said` tells a person what it may be."""

    def read(text: str) -> float:
        value = _float(text)
        if not is_right(value):
            raise argparse.ArgumentTypeError(f"{text!r}: {said}")
        return value

    return read


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
