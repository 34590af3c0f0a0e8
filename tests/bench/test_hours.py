"""A pipeline holds no more of a long session than of a short one, but for what it says it keeps."""

import pytest

from bench import hours


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_a_pipelines_memory_grows_by_what_a_baseline_may_look_back_on_and_no_more():
    found = hours.aside(kits=1)
    assert 300 < found.kb < 1200
    assert found.late < hours.LATE_B
