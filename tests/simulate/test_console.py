"""The script's console says what the hub refuses as the hub says it, in sentences."""

import pytest

from hub.simulate.console import Console, ConsoleError
from tests.web.conftest import hub, site  # noqa: F401
from tests.web.fake import ROOM_TOKEN


@pytest.fixture
def console(site):  # noqa: F811
    return Console(f"{site}/console?token={ROOM_TOKEN}")


def test_a_refusal_is_told_in_the_hubs_sentences(console):
    with pytest.raises(ConsoleError) as told:
        console.post("/api/sessions", {"room": "room-1", "protocol": "no", "seats": {"1": "k"}})
    assert str(told.value) == (
        "The hub has no protocol of this name. Nothing was opened. Choose one from the list."
    )


def test_a_press_that_is_refused_is_told_so_too(console):
    seats = {"1": "kit-1"}
    body = {"room": "room-1", "protocol": "classic-90", "seats": seats}
    name = console.post("/api/sessions", body)["id"]
    with pytest.raises(ConsoleError, match=r"press was not accepted: .* Every other press is kept"):
        console.press(name, "no-such", {})
