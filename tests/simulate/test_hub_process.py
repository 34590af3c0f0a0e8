"""How the demo starts a hub, hears where it is, and notices its end. The hub here is a stand-in."""

import sys

import pytest

from hub.simulate.children import Child
from hub.simulate.hub_process import HubProcess, HubStopped
from hub.simulate.stage import NotSimulated, _close_left_over


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
    log = (tmp_path / "hub.log").read_text()
    assert "good morning" in log and "token" not in log, "whoever has it opens the console"


def test_what_it_has_heard_is_known_however_late_it_is_asked(tmp_path):
    """A busy machine may do something else for a while between the question and the look."""
    hub = HubProcess(child(tmp_path, "import time; time.sleep(60)"), {"live": "http://here/"})
    assert hub._heard(("live",), 0) == "http://here/"
    hub.check()
    hub.stop()


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
    hub.child.process.wait(180)
    with pytest.raises(HubStopped) as told:
        hub.check()
    assert str(told.value) == (
        "The hub has stopped (exit code 1), so the demo has ended.\noh\n"
        "Kept: everything that it had acknowledged. What the simulated kits held is lost.\n"
        "Do: start the demo again; if it stops again, read the log named below"
    )


def test_a_session_of_people_is_never_closed_for_a_demo():
    class Console:
        def get(self, path):
            return [{"id": "s1", "closed_ns": None, "simulated": False}]

    with pytest.raises(NotSimulated, match=r"s1.*left as it is.*--data"):
        _close_left_over(Console(), print)
