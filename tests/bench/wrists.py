"""A wrist recording made for tests: pulse and skin conductance of a rest, a task and a rest."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.signals.made import pulse, skin

REST_S, TASK_S = 300.0, 240.0
LENGTHS = (REST_S, TASK_S, TASK_S)  # rest, a task, rest
FS, SKIN_FS = 64.0, 4.0


def kept(
    folder: Path, rates: list[float], responses: list[float], levels: list[float], who: str = "S99",
) -> Path:  # fmt: skip
    """An hour's recording in short: heart rate, responses a minute and level of each stretch."""
    each = list(zip(LENGTHS, rates, responses, levels, strict=True))
    ppg = [pulse(s, FS, rate, seed=k).samples for k, (s, rate, _, _) in enumerate(each)]
    us = [skin(s, SKIN_FS, some, seed=k, level_us=level).us for k, (s, _, some, level)
          in enumerate(each)]  # fmt: skip
    ends = np.cumsum(LENGTHS)
    segments = np.column_stack((ends - LENGTHS, ends, [0, 1, 0]))
    np.savez(
        folder / f"stresspredict_{who}.npz", segments=segments, ppg=np.concatenate(ppg), ppg_fs=FS,
        eda_us=np.concatenate(us), eda_fs=SKIN_FS, eda_shift=0.0,
    )  # fmt: skip
    return folder
