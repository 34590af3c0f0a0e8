"""What the hub's line to the broker says of itself."""

import pytest
from paho.mqtt.client import MQTTMessage
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from hub.intake.mqtt import Link
from hub.settings import Settings

TAKEN = ReasonCode(PacketTypes.CONNACK, "Success")
REFUSED = ReasonCode(PacketTypes.CONNACK, "Not authorized")
CUT = ReasonCode(PacketTypes.DISCONNECT, "Unspecified error")


class Tried(Link):
    """A line whose tries end as the test says; nothing is connected."""

    def __init__(self, host="127.0.0.1"):
        self.said = []
        super().__init__(Settings(broker_host=host), lambda topic, payload: None, self._note)

    def _note(self, up, why, refused=False):
        self.said.append((up, why, "refused") if refused else (up, why))

    def fails(self):
        self._failed(self._client, None)

    def answers(self, code):
        self._connected(self._client, None, None, code, None)

    def breaks(self):
        self._lost(self._client, None, None, CUT, None)


def test_what_the_hub_stumbles_over_is_counted_and_the_next_message_is_taken_in(caplog):
    taken = []

    def take(_, payload):
        taken.append(1 // len(payload))

    line, message = Link(Settings(), take, lambda *_: None), MQTTMessage(topic=b"a/topic")
    for message.payload in [b""] * 30 + [b"1"]:
        line._message(line._client, None, message)
    assert line.mistakes == 30 and taken == [1]
    assert 0 < len(caplog.records) < 10, "the log is not filled with it"


@pytest.fixture
def line():
    return Tried()


def test_a_line_that_has_not_begun_has_not_ended(line):
    """The hub looks after it once a second, and may do so before it is begun."""
    assert line.alive


def test_an_outage_is_said_once_and_so_is_its_end(line):
    for _ in range(5):
        line.fails()
    line.answers(TAKEN)
    line.breaks()
    for _ in range(5):
        line.fails()
    line.answers(TAKEN)
    lost = (False, "the connection was lost")
    assert line.said == [(False, "nothing answers there"), (True, ""), lost, (True, "")]


def test_a_name_that_nobody_knows_is_what_is_wrong():
    line = Tried("no-such-broker.invalid")
    line.fails()
    assert line.said == [(False, "no machine is known by the name no-such-broker.invalid")]


def test_a_broker_that_refuses_the_hub_says_so_once(line):
    line.fails()
    for _ in range(5):
        line.answers(REFUSED)
        line.breaks()  # a broker that refuses also hangs up
    assert line.said[1:] == [(False, "it refuses the hub: Not authorized", "refused")]


def test_a_broker_that_cannot_take_anybody_is_no_matter_of_the_password(line):
    line.answers(ReasonCode(PacketTypes.CONNACK, "Server unavailable"))
    assert line.said == [(False, "it refuses the hub: Server unavailable")]
