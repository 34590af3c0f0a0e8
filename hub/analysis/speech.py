"""What speaking does is taken out of a signal, and how surely that can be told from the phases.

Each person's own answer to speaking, now and up to LAGS steps ago, is learnt from how it varies
within the phases. Where somebody's turns begin and end with phases there is next to nothing to
learn it from, and all of it would be subtracted from whole phases: that comparison is no figure.
"""

from __future__ import annotations

import numpy as np

from hub.arrays import Bools, Floats, Ints

LAGS = 6  # steps of 5 s: speaking is felt for about half a minute
RIDGE = 1e-9
# In standard deviations of a step within its phase. At most 0.3 in simulated sessions of 90 min;
# in very short ones figures with up to 2 err by 1.6 times as much; hundreds where turns are phases.
ERROR_MAX = 2.0


def without_speech(y: Floats, speaks: Floats, phase: Ints, lag: int = 1) -> Floats:
    """`y` (persons, steps) less what speaking, now and before, adds to each; NaN stays NaN. `lag`:
    how many steps from one lag to the next (steps shorter than 5 s)."""
    return np.array([row - s @ _answer(row, s, phase)
                     for row, s in zip(y, _lagged(speaks, lag), strict=True)])


def tellable(y: Floats, speaks: Floats, phase: Ints, weights: Floats) -> Bools:
    """(persons, comparisons): whether speaking can be told from the phases in each of `weights`
    (comparisons, phases). It hangs on who spoke when and on what is valid, never on the level of
    `y`, so that no figure is withheld for its size."""
    return np.array([_errors(row, s, phase, weights) <= ERROR_MAX
                     for row, s in zip(y, _lagged(speaks), strict=True)])


def _lagged(speaks: Floats, lag: int = 1) -> Floats:
    """(persons, steps, lags)."""
    return np.stack([_delayed(speaks, k * lag) for k in range(LAGS + 1)], axis=2)


def _delayed(speaks: Floats, lag: int) -> Floats:
    out = np.zeros_like(speaks)
    out[:, lag:] = speaks[:, : max(0, speaks.shape[1] - lag)]
    return out


def _answer(y: Floats, speech: Floats, phase: Ints) -> Floats:
    """What each lag of speaking adds: ordinary least squares with a mean for each phase, by
    centring within phases."""
    here = np.isfinite(y)
    at = phase[here]
    both = np.column_stack((y, speech))[here]
    centred = both - _means(both, at)[at]
    x = centred[:, 1:]
    return np.asarray(np.linalg.solve(_squares(x), x.T @ centred[:, 0]), np.float64)


def _errors(y: Floats, speech: Floats, phase: Ints, weights: Floats) -> Floats:
    """The standard error of what is subtracted from each comparison, where steps are independent
    and vary by 1."""
    here = np.isfinite(y)
    at, x = phase[here], speech[here]
    means = _means(x, at, weights.shape[1])
    subtracted = weights @ means
    solved = np.linalg.solve(_squares(x - means[at]), subtracted.T)
    return np.sqrt(np.maximum(np.sum(subtracted.T * solved, axis=0), 0.0))


def _means(columns: Floats, at: Ints, phases: int = 0) -> Floats:
    """(phases, columns): of each phase; 0 for one without steps."""
    count = np.maximum(np.bincount(at, minlength=phases), 1)
    sums = [np.bincount(at, column, phases) for column in columns.T]
    return np.array(sums).T / count[:, None]


def _squares(x: Floats) -> Floats:
    """The normal equations' matrix, which can always be solved."""
    squares = x.T @ x
    ridge = RIDGE * max(1.0, float(np.trace(squares)))
    return np.asarray(squares + ridge * np.eye(len(squares)), np.float64)
