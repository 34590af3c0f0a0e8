"""Beats: what the detector gives and everything about the pulse begins with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hub.arrays import Floats


@dataclass(frozen=True, slots=True)
class Beats:
    """Beats in order of time: seconds since the first sample, and quality 0..1."""

    times_s: Floats
    quality: Floats

    def __len__(self) -> int:
        return len(self.times_s)


NO_BEATS = Beats(np.empty(0), np.empty(0))


def join(parts: list[Beats]) -> Beats:
    """The beats of several stretches, one after the other."""
    parts = [p for p in parts if len(p)]
    if len(parts) < 2:
        return parts[0] if parts else NO_BEATS
    return Beats(
        np.concatenate([p.times_s for p in parts]), np.concatenate([p.quality for p in parts])
    )
