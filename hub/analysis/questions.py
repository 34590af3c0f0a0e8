"""What a study asks of its sessions: the mission's contrasts, as a table."""

from __future__ import annotations

from collections.abc import Mapping

Weights = Mapping[str, float]

CASE = ("questions", "discussion-early", "discussion-middle", "discussion-late", "integration")
# Phase means of the presenter less those of the members, weighted.
PHASED: dict[str, Weights] = {
    "presentation": {"presentation": 1.0, **{name: -1 / len(CASE) for name in CASE}},
    "questions": {"questions": 1.0, "presentation": -1.0},
    "push-back": {"discussion-late": 1.0, "discussion-early": -1.0},
    "return": {"integration": 1.0, "baseline": -1.0},
    "role": {"presentation": 1.0, "baseline": -1.0},
}
CONTRASTS: dict[str, str] = {
    "presentation": "presenting, against the other phases of the case",
    "questions": "questions, against presenting",
    "push-back": "late push-back, against early: the presenter is silent in both",
    "return": "after the return, against the baseline",
    "role": "presenting, against the baseline",
    "following": "members more like presenter than one another: early against late",
    "intervention": "the group after the leader intervenes, against before",
}
