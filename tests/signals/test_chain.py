"""Beats chosen among candidates, and what was passed over for them."""

from __future__ import annotations

import pytest

from hub.signals.chain import Chain, Told

Candidate = tuple[float, float, float]  # s, strength, likeness


def chosen(candidates: list[Candidate]) -> list[Told[float]]:
    """Decided as they come."""
    chain: Chain[float] = Chain()
    told: list[Told[float]] = []
    for at, strength, alike in candidates:
        chain.add(at, strength, alike, at)
        told += chain.decide(at)
    return told + [(at, 0.0) for at in chain.ahead()]


def every(interval_s: float, since_s: float, until_s: float, *of: float) -> list[Candidate]:
    n = round((until_s - since_s) / interval_s)
    return [(since_s + k * interval_s, of[0], of[1]) for k in range(n)]


def test_even_beats_have_no_rival() -> None:
    told = chosen(every(0.8, 0.0, 20.0, 1.0, 0.95))
    assert [at for at, _ in told] == pytest.approx([0.8 * k for k in range(25)])
    assert {rival for _, rival in told} == {0.0}


def test_a_dicrotic_wave_is_none_either() -> None:
    beats = every(0.8, 0.0, 20.0, 1.0, 0.95)
    waves = [(at + 0.38, 0.4, 0.5) for at, _, _ in beats]
    told = chosen(sorted(beats + waves))
    assert [at for at, _ in told] == pytest.approx([at for at, _, _ in beats])
    assert max(rival for _, rival in told) < 0.3


@pytest.mark.parametrize("share", [2, 3])
def test_where_only_some_of_many_alike_are_taken_each_has_a_rival_as_good(share: int) -> None:
    """As on a real wrist: a rhythm goes on through weak swings that are two or three times as
    fast, and what is skipped is as good as what is taken."""
    before = every(1.2, 0.0, 24.0, 1.0, 0.95)
    swings = every(1.2 / share, 24.0, 40.0, 0.3, 0.8)
    told = [(at, rival) for at, rival in chosen(before + swings) if 26.0 < at < 38.0]
    assert len(told) < 0.75 * sum(26.0 < at < 38.0 for at, _, _ in swings), "some are skipped"
    assert min(rival for _, rival in told) > 0.9
