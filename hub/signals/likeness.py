"""How much a beat looks like the beats before it: its quality, 0..1.

A candidate's likeness to the mean of the last beats says how far it is a beat at all (chain), that
to the single ones, and to the person's own pulse over the last minute, how far it can be believed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from itertools import pairwise
from math import exp, log

import numpy as np

from hub.arrays import Floats
from hub.signals.asymmetry import between
from hub.signals.cut import POINTS, Cut
from hub.signals.dicrotic import LATEST_S
from hub.signals.shift import AS_SEEN, SMOOTHED, Fit, How, points_of, trembling

REMEMBERED = 8  # beats remembered
ALIKE = 2  # a beat counts as the third best of its likenesses to those
LOWEST, HIGHEST = 0.6, 0.95  # likeness (correlation) of quality 0 and 1
TOO_LOW, LOW, HIGH, TOO_HIGH = 0.25, 0.45, 2.2, 4.0  # heights against the usual: 0, 1 .. 1, 0
LOG_LOW, LOG_HIGH = log(LOW), log(HIGH)
OWN_LOWEST, OWN_HIGHEST = 0.6, 0.9  # likeness to the person's own pulse of quality 0 and 1
OWN_FOLLOWS = 0.15  # how far that follows each REMEMBERED beats that are like it or STEADY
OWN_ADOPTS = 0.01  # and others: minutes, so that steps as even as beats do not become the person's
LONG_S = 2.0  # an interval, where none is known
STEADY = 0.97  # mean likeness of the last beats to one another: a finger at rest, and no steps
OF_WEIGHT = 0.5  # strength of the candidates whose likeness says what is usual
ALIKE_FOLLOWS, LEAST_ALIKE = 0.02, 0.2  # how fast, each, and at least
OWN, MEAN = REMEMBERED, REMEMBERED + 1  # after their rows the own pulse's, and Fit's
EACH = np.append(np.full(REMEMBERED, 1.0 / REMEMBERED), np.zeros(1 + Fit.ROWS))  # times all: mean
TINY = 1e-300
EVEN_HEIGHTS, UNEVEN_HEIGHTS = 0.14, 0.20  # usual deviation of their logs: of a pulse, of noise
FADING = 0.9  # of what is usual there, a beat
ANEW = 0.8  # likeness of two beats in a row that makes them a new shape, unlike the ones before
LEAST_BELIEVED = 0.2  # usual quality of beats that are worth remembering
TRUST_FOLLOWS = 0.03  # how fast, each beat, the quality over half a minute
TRUSTED = 0.5  # that quality, of beats whose likeness says all; below, it says less
SURE, FAST_S = 0.7, 0.57  # quality over half a minute and interval: less is doubted, and fast
OUT_OF_TURN = 0.9  # likeness that makes a beat of what no rhythm asks for
NOT_WEAK, LIKE_ENOUGH = 0.5, 0.8  # strength from which on, and how much likeness does it then: the
# next beat is near, and in what is compared
STEPS, RAGGED = 20, 0.09  # intervals, and their usual step (share of one), of beats by chance;
SURER, A_LITTLE, SEEN, CLOSE_S = 0.75, 0.5, 0.2, 0.3  # there, what of usual quality over half a
# minute, of likeness, of strength and of distance makes a beat
FAR_S = 1e9  # what none is
TALL = log(1.8)  # log height above the usual one: taller is hardly a beat
SCATTER = 4.0  # times the usual deviation of the log heights, where that is more
UNCOMPARED = 1.0, 1.0, FAR_S  # what is said of a candidate where no beats are known


class ShapeMemory:
    """Remembers the last beats' shapes and heights; `judge` gives the next ones' times and
    quality."""

    def __init__(self, first: list[Cut]) -> None:
        """The first beats are remembered as if they had come before themselves, in reverse."""
        order = [first[-1 - k % len(first)] for k in range(REMEMBERED)]
        shapes = np.array([beat.shape for beat in order])
        # all that a beat is compared with, so that this is one product
        self._rows: Floats = np.zeros((len(EACH), POINTS))
        self._rows[:OWN], self._rows[OWN] = shapes, shapes.mean(axis=0)
        self._mean = self._rows[MEAN]
        self._fit = Fit(self._rows[MEAN:])
        self._heights = [beat.height for beat in order]
        self._last = first[-1]
        gaps = [b.at - a.at for a, b in pairwise(first)][-REMEMBERED:]
        self._gaps = deque(gaps or [LONG_S], maxlen=STEPS)
        self._ragged = False
        self._turn = 0
        self._left_out = 0  # beats in a row that were not remembered
        self._alike = 1.0  # the usual likeness of candidates
        self._believed = 0.5  # the usual quality of beats
        self._trust = 1.0  # the same, over half a minute
        self._usual, self._spread = self._height()
        self._fit.suit(AS_SEEN, points_of(self._gap()))
        self._scale = self._learnt()
        self._own_scale = self._scale
        self._follow()

    @property
    def worth_keeping(self) -> bool:
        """Whether these beats could be believed: no noise."""
        return self._believed >= LEAST_BELIEVED

    @property
    def trusted(self) -> bool:
        """Whether most beats of half a minute could be believed."""
        return self._trust >= SURER

    @property
    def doubted_and_fast(self) -> bool:
        """Whether these beats have been doubted for half a minute, and come as fast as in people
        who run."""
        return self._trust < SURE and self._gap() < FAST_S

    def likeness(self, beat: Cut) -> float:
        """Correlation with the mean of the last beats."""
        return float(self._mean.dot(beat.shape)) * self._scale

    def weigh(self, beat: Cut, strength: float) -> tuple[float, float, float]:
        """How much of a candidate's strength counts, its likeness, and how far (s) from the beats
        beside it it is one of them, however weak and out of turn."""
        likeness = self.likeness(beat)
        apart_s = self._apart(likeness, strength)
        return self._share(beat), self._alike_lately(likeness, strength), apart_s

    def _apart(self, likeness: float, strength: float) -> float:
        """Where the beats before were believed and this is like them, no nearer than a dicrotic
        wave; where these come at all intervals, as in fibrillation, less of both will do."""
        if self._ragged and self.trusted and likeness >= A_LITTLE and strength >= SEEN:
            return CLOSE_S
        enough = OUT_OF_TURN if strength < NOT_WEAK else LIKE_ENOUGH
        return LATEST_S if likeness >= enough and self._trust >= SURE else FAR_S

    def _alike_lately(self, likeness: float, strength: float) -> float:
        """Likeness as share of what is usual lately: where nothing is alike for long, as in a
        movement that goes on, less of it must do; and where no beat could be believed for half a
        minute, it says nothing of what is one."""
        usual = self._alike
        if strength > OF_WEIGHT:
            follows = likeness if likeness > LEAST_ALIKE else LEAST_ALIKE
            self._alike += ALIKE_FOLLOWS * (follows - usual)
        if likeness >= usual:
            return 1.0
        return 1.0 - (1.0 - max(0.0, likeness) / usual) * min(1.0, self._trust / TRUSTED)

    def _share(self, beat: Cut) -> float:
        """How much of a candidate's strength counts: less where it towers above the beats before,
        as a burst of motion does."""
        above = beat.height - self._usual
        if above <= TALL or above <= SCATTER * self._spread:
            return 1.0
        return exp(TALL - above)

    def judge(self, beat: Cut) -> tuple[float, float, float]:
        """What `look` says of the next beat. It is remembered if it is alike; if not, where it is
        like the one just before, or none was alike for long: then the pulse has changed."""
        like, own, late_s = self._likeness(beat)
        judged = self._judged(beat, like, own, late_s)
        self._believed += (1 - FADING) * (judged[1] - self._believed)
        self._trust += TRUST_FOLLOWS * (judged[1] - self._trust)
        due = like >= LOWEST or self._left_out == REMEMBERED
        if due or self._last.shape.dot(beat.shape) >= ANEW:
            self._remember(beat)
        else:
            self._left_out += 1
        self._gaps.append(beat.at - self._last.at)
        self._last = beat
        return judged

    def look(self, beat: Cut) -> tuple[float, float, float]:
        """Time (s) and quality of a beat, and how alike it and those before are, 0..1."""
        return self._judged(beat, *self._likeness(beat))

    def _likeness(self, beat: Cut) -> tuple[float, float, float]:
        """To the single beats before, and to the person's own pulse; and how much later it is."""
        products: list[float] = self._rows.dot(beat.shape).tolist()
        like = sorted(products[:OWN])[REMEMBERED - 1 - ALIKE]
        late_s = self._fit.shift_s(products[MEAN + 1], products[MEAN + 2])
        return like, products[OWN] * self._own_scale, late_s

    def _judged(
        self, beat: Cut, like: float, own: float, late_s: float
    ) -> tuple[float, float, float]:
        worth, perhaps, _ = beat.pulse
        if worth < 1.0:
            worth = max(worth, min(perhaps, between(-self._spread, -UNEVEN_HEIGHTS, -EVEN_HEIGHTS)))
        if own < OWN_HIGHEST:
            worth = min(worth, between(own, OWN_LOWEST, OWN_HIGHEST))
        alike = between(like, LOWEST, HIGHEST) * evenness(beat.height - self._usual)
        return beat.at + late_s, worth if worth < alike else alike, alike * self._scale**-2

    def _remember(self, beat: Cut) -> None:
        self._rows[self._turn] = beat.shape
        self._heights[self._turn] = beat.height
        self._turn = (self._turn + 1) % REMEMBERED
        self._left_out = 0
        self._usual, uneven = self._height()
        self._spread += (1 - FADING) * (uneven - self._spread)
        if self._turn == 0:
            self._fit.suit(self._suited(), points_of(self._gap()))
            self._ragged = raggedness(self._gaps) > RAGGED
        self._scale = self._learnt()
        if self._turn == 0:
            self._follow()

    def _suited(self) -> How:
        """How to fit beats to ones like these."""
        steady = self._scale**-2 >= STEADY
        return AS_SEEN if steady or not trembling(self._rows[:OWN], self._mean) else SMOOTHED

    def _gap(self) -> float:
        """The usual interval (s) lately."""
        return median(list(self._gaps)[-REMEMBERED:])

    def _height(self) -> tuple[float, float]:
        """The usual log height, and the usual deviation from it."""
        a, b, c, d, usual, e, f, g = sorted(self._heights)
        away = (usual - a, usual - b, usual - c, usual - d, e - usual, f - usual, g - usual)
        return usual, sorted(away)[3]  # the middle one of these and the usual one's own 0

    def _follow(self) -> None:
        """The person's own pulse follows the last beats slowly, and very slowly where they are
        unlike it and not all alike: a movement as even as a pulse is soon alike to its own beats,
        and still not to these."""
        own: Floats = self._rows[OWN]
        same = float(own.dot(self._mean)) * self._scale * self._own_scale >= OWN_HIGHEST
        steady = self._scale**-2 >= STEADY
        own += (OWN_FOLLOWS if same or steady else OWN_ADOPTS) * (self._mean - own)
        self._own_scale = max(float(own.dot(own)), TINY) ** -0.5

    def _learnt(self) -> float:
        """What the length of the mean shape, learnt anew, is to be multiplied by."""
        return max(self._fit.learn(EACH.dot(self._rows)), TINY) ** -0.5


def raggedness(gaps_s: Collection[float]) -> float:
    """The usual step from one interval to the next, as share of the usual one; 0 where few are
    known."""
    if len(gaps_s) < STEPS:
        return 0.0
    return median([abs(b - a) for a, b in pairwise(gaps_s)]) / median(gaps_s)


def median(values: Iterable[float]) -> float:
    """The middle one, of an even number the upper of two."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def evenness(height: float) -> float:
    """Quality from the height against the usual one, as log ratio."""
    if LOG_LOW <= height <= LOG_HIGH:
        return 1.0
    ratio = exp(min(height, 5.0))
    return min(between(ratio, TOO_LOW, LOW), between(-ratio, -TOO_HIGH, -HIGH))
