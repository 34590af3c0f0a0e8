"""What the server says in the log, and how often."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest

from tests.web.fake import FakeHub


def test_of_two_mistakes_in_a_minute_both_are_in_the_log_each_once(
    hub: FakeHub, site: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def one() -> None:
        raise KeyError("one mistake")

    def another() -> None:
        raise ValueError("another")

    monkeypatch.setattr(hub, "kits", one)
    monkeypatch.setattr(hub, "sessions", another)
    for path in ("kits", "sessions") * 2:
        with pytest.raises(urllib.error.HTTPError, match="500"):
            urllib.request.urlopen(f"{site}/api/{path}", timeout=180)
    logged = [record.exc_info[0] for record in caplog.records if record.exc_info]
    assert logged == [KeyError, ValueError]
