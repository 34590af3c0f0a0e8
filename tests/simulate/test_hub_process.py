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


def test_a_hub_that_does_not_start_is_told_with_its_own_words_alone(tmp_path):
    with pytest.raises(HubStopped) as told:
        HubProcess.of(child(tmp_path, "raise SystemExit('stillpoint: the disk is full')"))
    assert str(told.value) == "the disk is full"
    with pytest.raises(HubStopped, match="Nothing was recorded"):
        HubProcess.of(Child("the hub", [sys.executable, "-c", ""], tmp_path / "other.log", True))


def test_a_hub_that_ends_later_is_told_with_what_is_kept(tmp_path):
    enough = tmp_path / "enough"
    hub = HubProcess.of(child(tmp_path, f"""
import pathlib, time
print('stillpoint ready {{"live": "http://here/"}}', flush=True)
while not pathlib.Path({str(enough)!r}).exists():
    time.sleep(0.01)
raise SystemExit("oh")
"""))
    enough.touch()
    hub.child.process.wait(20)
    with pytest.raises(HubStopped, match=r"(?s)has stopped: .*oh.*in the journal"):
        hub.check()
