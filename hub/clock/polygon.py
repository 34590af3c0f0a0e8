"""The convex polygon of the lines that bounds leave possible, in the (slope, offset) plane.

A bound (x, y, side) keeps the lines with side * (y - offset - slope * x) >= 0: a half-plane.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hub.arrays import Floats

Corner = tuple[float, float]  # slope, offset

ROUNDING = 1e-7  # in slope and in y
CUTS = 200  # more cuts than corners ever seen; ends a loop that rounding might keep alive


def room(corners: Sequence[Corner], x: float, y: float, side: float) -> list[float]:
    """How far inside the bound each corner is; below 0 the bound cuts it off."""
    return [side * (y - a - s * x) for s, a in corners]


def clip(corners: Sequence[Corner], depth: Sequence[float]) -> Sequence[Corner]:
    """The polygon cut by the bound that gives its corners this `room`; empty if all is cut off."""
    kept: list[Corner] = []
    (s0, a0), d0 = corners[-1], depth[-1]
    for (s, a), d in zip(corners, depth, strict=True):
        if (d0 < 0) != (d < 0):
            part = d0 / (d0 - d)
            new = (s0 + part * (s - s0), a0 + part * (a - a0))
            if not kept or apart(new, kept[-1]):
                kept.append(new)
        if d >= 0 and (not kept or apart((s, a), kept[-1])):
            kept.append((s, a))
        s0, a0, d0 = s, a, d
    return kept


def apart(one: Corner, other: Corner) -> bool:
    """False where rounding has made two corners of one: many bounds on one line would heap up."""
    return abs(one[0] - other[0]) > ROUNDING or abs(one[1] - other[1]) > ROUNDING


def carve(bounds: Floats, slopes: tuple[float, float], slack: float) -> Sequence[Corner]:
    """The polygon of all lines that keep `bounds` (rows x, y, side) within `slack`.

    Empty if there is none.
    """
    low, high = slopes
    far_x, far_y, _ = np.abs(bounds).max(axis=0).tolist()
    reach = far_x * max(-low, high) + far_y + slack + 1.0
    corners = [(low, -reach), (high, -reach), (high, reach), (low, reach)]
    return cut(corners, bounds, slack, 1e-12 * reach)


def cut(
    corners: Sequence[Corner], bounds: Floats, slack: float, rounding: float = ROUNDING
) -> Sequence[Corner]:
    """What is left of a polygon where `bounds` are kept too. Cuts by the worst broken bound first:
    a dozen cuts of hundreds do."""
    normals = np.array((-bounds[:, 2] * bounds[:, 0], -bounds[:, 2]))
    inside = bounds[:, 2] * bounds[:, 1] + slack
    for _ in range(CUTS):
        depth = np.array(corners) @ normals + inside
        worst = depth.argmin(axis=1)
        broken = depth[np.arange(len(worst)), worst] < -rounding
        if not broken.any():
            return corners
        for k in dict.fromkeys(worst[broken].tolist()):
            x, y, side = bounds[k].tolist()
            corners = clip(corners, room(corners, x, y + side * slack, side))
            if not corners:
                return ()
    return corners


def middle(corners: Sequence[Corner]) -> Corner:
    """Centroid of the polygon; the mean of its corners where it has no area."""
    s0 = sum(s for s, _ in corners) / len(corners)
    a0 = sum(a for _, a in corners) / len(corners)
    area = slope = offset = 0.0
    p, q = corners[-1][0] - s0, corners[-1][1] - a0
    for s, a in corners:
        u, v = s - s0, a - a0
        cross = p * v - u * q
        area += cross
        slope += (p + u) * cross
        offset += (q + v) * cross
        p, q = u, v
    if abs(area) < 1e-30:
        return s0, a0
    return s0 + slope / (3 * area), a0 + offset / (3 * area)
