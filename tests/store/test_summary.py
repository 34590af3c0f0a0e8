"""What a closed session comes to, phase by phase."""

import pytest

from hub.records import Span
from hub.store.summary import presents

SPANS = (Span(0, 100, None), Span(100, 200, 3), Span(200, 300, None), Span(300, None, 5))


@pytest.mark.parametrize(("start", "end", "who"), [
    (0, 100, {3}),  # the baseline of the one who will present
    (90, 110, {3}), (100, 200, {3}),
    (150, 350, {3, 5}),
    (200, 300, {5}),  # between two cases: the next one's
    (400, 500, {5}),
])
def test_a_case_is_its_presenters_from_the_baseline_on(start, end, who):
    assert presents(SPANS, start, end) == who


def test_after_the_last_case_it_stays_its_presenters():
    assert presents((Span(100, 200, 3), Span(200, None, None)), 250, 300) == {3}


def test_a_session_without_a_presenter_has_members_only():
    assert presents((Span(0, None, None),), 0, 10) == set()
