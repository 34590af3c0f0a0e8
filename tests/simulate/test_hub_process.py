"""How the demo starts a hub, hears where it is, and notices its end. The hub here is a stand-in."""

import sys

import pytest

from hub.simulate.children import Child
from hub.simulate.hub_process import HubProcess, HubStopped


def child(tmp_path, code):
    return Child("the hub", [sys.executable, "-u", "-c", code], tmp_path / "hub.log", True)


def test_it_hears_the_page_and_later_the_console(tmp_path):
    hub = HubProcess.of(child(tmp_path, """
import time
print("good morning")
print('stillpoint ready {"live": "http://here/"}')
time.sleep(0.2)
print('stillpoint ready {"console": "http://here/console?token=x"}')
time.sleep(60)
"""))
    assert hub.page() == "http://here/"
    assert hub.console_link() == "http://here/console?token=x"
    hub.check()
    hub.stop()
    with pytest.raises(HubStopped):
        hub.check()
    assert "good morning" in (tmp_path / "hub.log").read_text()


def test_a_hub_that_fails_is_told_with_its_last_words(tmp_path):
    with pytest.raises(HubStopped, match="the disk is full"):
        HubProcess.of(child(tmp_path, "raise SystemExit('the disk is full')"))
