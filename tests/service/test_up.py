"""What `stillpoint up` prints of its pages."""

import json
import threading

from hub.service import up
from tests.waiting import wait_for

LIVE = {"live": "http://here/"}
CONSOLE = {**LIVE, "console": "http://here/console?token=x"}


def test_a_room_that_is_heard_of_later_gets_its_link_printed_once(capfd, monkeypatch):
    monkeypatch.setattr(up, "LOOK_S", 0.005)
    where, asked, over = [LIVE], [], threading.Event()
    said = ""

    def addresses():
        asked.append(1)
        return where[0]

    def lines():
        nonlocal said
        said += capfd.readouterr().out
        return [json.loads(line.removeprefix("stillpoint ready ")) for line in said.splitlines()]

    up._tell(addresses, over)
    assert lines() == [LIVE]
    where[0] = CONSOLE
    wait_for(lambda: len(lines()) > 1, "the console's link is printed")
    before = len(asked)
    wait_for(lambda: len(asked) > before + 3, "it looks again")
    over.set()
    assert lines() == [LIVE, CONSOLE]
