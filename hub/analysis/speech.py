"""What speaking does is taken out of a signal, and how surely that can be told from the phases.

Each person's own answer to speaking, from 10 s before (a turn may be tapped late) to 160 s after,
is learnt from how it varies within the phases. Where somebody's turns begin and end with phases
there is next to nothing to learn it from, and all of it would be subtracted from whole phases: that
comparison is no figure. A turn that was not tapped looks as a silence does, so where nobody is said
to speak, but in quiet rest, nothing is learnt. Where people are compared, what time does to all at
once is learnt beside it: where that bends within a phase, it would pass for an answer to turns.
"""

from __future__ import annotations

import numpy as np

from hub.arrays import Bools, Floats, Ints

# Of the windows, in steps of 5 s ago. An answer that builds up and dies away is the smoother, the
# longer it is ago, so each window is as long as all from the turn on before it, and few tell much.
EDGES = (-2, -1, 0, 1, 2, 4, 8, 16, 32)
SURELY = 8  # and in the shortest session: what speaking does to a heart is over by then
KNOWN = 0.5  # share of a step's window in which somebody must be said to speak
SHARE = 2  # people with a valid step tell what they share from what is their own
ROUNDS = 12  # by turns what speaking does and what all share; no more changes then
RIDGE = 1e-9
# In standard deviations of a step within its phase. At most 0.4 in simulated sessions of 90 min;
# in very short ones figures with up to 2 err by 1.5 times as much; hundreds where turns are phases.
ERROR_MAX = 2.0


def known_who(speaks: Floats, quiet: Bools) -> Bools:
    """(steps): whether it is known who speaks, of `speaks` (persons, steps: shares of a window) and
    whether it is quiet rest."""
    return quiet | (speaks.sum(axis=0) >= KNOWN)


def without_speech(
    y: Floats, speaks: Floats, phase: Ints, lag: int = 1, known: Bools | bool = True
) -> Floats:
    """`y` (persons, steps) less what speaking adds to each, as `known` steps tell it; NaN stays
    NaN. `lag`: how many steps are 5 s."""
    speech = _in_windows(speaks, phase, lag)
    return _less(y, speech, _answer(np.where(known, y, np.nan), speech, phase))


def comparable(y: Floats, speaks: Floats, phase: Ints, known: Bools) -> Floats:
    """As `without_speech`, to compare people: what speaking adds is learnt beside a course that all
    share, if there are several. (Not for synchrony, which asks whether there is one: what is learnt
    of one person then hangs on the others.)"""
    speech = _in_windows(speaks, phase)
    heard = _of_several(np.where(known, y, np.nan))
    if np.isnan(heard).all():
        return without_speech(y, speaks, phase, known=known)
    return _less(y, speech, _answer(heard, speech, phase, ROUNDS))


def _less(y: Floats, speech: Floats, answer: Floats) -> Floats:
    return y - (speech @ answer)[:, :, 0]


def tellable(y: Floats, speaks: Floats, phase: Ints, weights: Floats) -> Bools:
    """(persons, comparisons): whether speaking can be told from the phases in each of `weights`
    (comparisons, phases). It hangs on who spoke when and on what is valid, never on the level of
    `y`, so that no figure is withheld for its size."""
    return _errors(y, _in_windows(speaks, phase), phase, weights) <= ERROR_MAX


def _in_windows(speaks: Floats, phase: Ints, lag: int = 1) -> Floats:
    """(persons, steps, windows): the share of each window in which somebody speaks; nobody does
    before the first step and after the last. Of what is longer ago than half the longest phase the
    phases tell little: it is left out, but for the SURELY last steps."""
    steps, longest = speaks.shape[1], np.bincount(phase, minlength=1).max()
    reach = max(SURELY, longest / lag / 2)
    edges: Ints = lag * np.array([edge for edge in EDGES if edge <= reach])
    first, last = int(edges[0]), int(edges[-1])
    spoken = np.pad(speaks.cumsum(axis=1), ((0, 0), (1, 0)))
    held = np.pad(spoken, ((0, 0), (last, -first)), "edge")
    until = [held[:, last + 1 - ago :][:, :steps] for ago in edges.tolist()]
    share = -np.diff(np.stack(until, axis=1), axis=1) / np.diff(edges)[:, None]
    return share.swapaxes(1, 2)


def _answer(y: Floats, speech: Floats, phase: Ints, rounds: int = 1) -> Floats:
    """(persons, windows, 1): what each window of speaking adds: ordinary least squares with a mean
    for each person and phase, by centring within phases; in several rounds also with a course that
    all share."""
    valid = _Valid(y, phase)
    both = valid.centred(np.concatenate((speech, np.nan_to_num(y)[:, :, None]), axis=2))
    x, values = both[:, :, :-1], both[:, :, -1:]
    squares, turned = _squares(x), x.swapaxes(1, 2)
    answer = np.linalg.solve(squares, turned @ values)
    shared, seen = np.zeros_like(values[0]), np.zeros_like(values)
    for _ in range(rounds - 1):
        shared += (values - seen - x @ answer).sum(axis=0) / valid.persons
        seen = valid.centred(shared)
        answer = np.linalg.solve(squares, turned @ (values - seen))
    return np.asarray(answer, np.float64)


def _of_several(y: Floats) -> Floats:
    """Where SHARE people have a valid step; NaN elsewhere, and for whose signal never varies."""
    here = np.isfinite(y)
    most, least = np.where(here, y, -np.inf).max(axis=1), np.where(here, y, np.inf).min(axis=1)
    here &= (most > least)[:, None]
    return np.where(here & (here.sum(axis=0) >= SHARE), y, np.nan)


def _errors(y: Floats, speech: Floats, phase: Ints, weights: Floats) -> Floats:
    """(persons, comparisons): the standard error of what is subtracted, where steps are independent
    and vary by 1."""
    valid = _Valid(y, phase, weights.shape[1])
    subtracted = (weights @ valid.means(speech)).swapaxes(1, 2)
    solved = np.linalg.solve(_squares(valid.centred(speech)), subtracted)
    return np.sqrt(np.maximum(np.sum(subtracted * solved, axis=1), 0.0))


class _Valid:
    """The valid steps of `y` (persons, steps), by their phase, to look at columns (steps, columns:
    of all persons alike, or persons, steps, columns) in."""

    def __init__(self, y: Floats, phase: Ints, phases: int = 0) -> None:
        """`phases`: how many there are at least."""
        self._here, self._phase = np.isfinite(y)[:, :, None], phase
        numbers = np.arange(max(phases, int(phase.max(initial=0)) + 1))
        self._of = (phase == numbers[:, None]).astype(np.float64)
        self._count = np.maximum(self._of @ self._here, 1.0)
        self.persons = np.maximum(self._here.sum(axis=0), 1)  # in each step; of none 1

    def means(self, columns: Floats) -> Floats:
        """(persons, phases, columns): of what is valid in each phase; 0 where nothing is."""
        return self._of @ (columns * self._here) / self._count

    def centred(self, columns: Floats) -> Floats:
        """(persons, steps, columns): less the mean of their phase; 0 where they are not valid."""
        return (columns - self.means(columns)[:, self._phase]) * self._here


def _squares(x: Floats) -> Floats:
    """The normal equations' matrices, which can always be solved."""
    squares = x.swapaxes(1, 2) @ x
    ridge = RIDGE * np.maximum(1.0, np.trace(squares, axis1=1, axis2=2))
    return squares + ridge[:, None, None] * np.eye(squares.shape[1])
