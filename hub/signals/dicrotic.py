"""The dicrotic wave of a pulse: it follows each beat, lower, and always about as long after it.

A beat out of turn is nearer to the beat before it now and then; what is as near after most beats
is the wave that the closing aortic valve and the reflected pulse leave in a finger. In people with
a high one it is as steep as a beat, so that nothing in its shape tells it from one.
"""

from __future__ import annotations

from collections import deque
from statistics import median

NEVER = 1e9
LATEST_S = 0.42  # it is nearer to its beat; two beats as near are a heart of over 140 a minute
BEATS, MOST = 12, 8  # where after so many of these something came
SAME_S = 0.06  # as long after them, give or take this, it is the wave
LOWER = 0.35  # log of how much lower than its beat it is at least
IN_TURN = 8  # steps from beat to beat, down and up in turn, of pulses and waves taken for beats


class DicroticWave:
    """How long (s) after its beat a person's dicrotic wave comes; none is known at first."""

    def __init__(self) -> None:
        self._delays: deque[float] = deque(maxlen=BEATS)
        self._steps: deque[tuple[float, float]] = deque(maxlen=IN_TURN)
        self._usual_s = NEVER

    def passed_over(self, delay_s: float) -> None:
        """What might have been a beat came so long after the last one, and was none (0: nothing
        came)."""
        self._delays.append(delay_s)
        if not any(self._delays):
            self._usual_s = NEVER  # the usual case
            return
        usual_s = median(self._delays)
        same = sum([abs(delay - usual_s) <= SAME_S for delay in self._delays])
        self._usual_s = usual_s if same >= MOST else NEVER

    def follows(self, delay_s: float) -> bool:
        """Whether it is what comes so long after a beat."""
        return 0.0 < delay_s < LATEST_S and abs(delay_s - self._usual_s) <= SAME_S

    def taken_for_beats(self, gap_s: float, change: float) -> bool:
        """After the step to one more beat, in time and in log height: whether every second of the
        last ones was the wave. It is known from then on, and the steps are forgotten."""
        self._steps.append((gap_s, change))
        if len(self._steps) < IN_TURN or abs(change) < LOWER:
            return False
        steps = list(self._steps)
        down, up = steps[::2], steps[1::2]
        if down[0][1] > 0:
            down, up = up, down
        in_turn = max([c for _, c in down]) <= -LOWER and min([c for _, c in up]) >= LOWER
        if not in_turn or max([gap for gap, _ in down]) >= LATEST_S:
            return False
        self._usual_s = median([gap for gap, _ in down])
        self._delays.extend([self._usual_s] * BEATS)
        self._steps.clear()
        return True
