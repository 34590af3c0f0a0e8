"""`stillpoint up` where it cannot run, or has nobody to talk to: said, and nothing spoilt."""

import socket

import pytest

from tests.system.broker import Broker
from tests.system.rig_hub import ROOM, HubRig, stillpoint, token_of
from tests.waiting import wait_for


@pytest.fixture
def hub(tmp_path, broker):
    hub = HubRig(tmp_path, broker.port)
    hub.start()
    yield hub.ready()
    hub.stop()


def test_a_second_hub_on_the_same_data_folder_refuses_and_the_first_goes_on(hub):
    words = ["up", "--data", hub.data, "--web-port", 0]
    refused = stillpoint(*words)
    assert refused.returncode == 2
    assert f"Another hub (process {hub.pid}) already works on {hub.data}" in refused.stderr
    assert "a data folder other than" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert hub.get("/api/me")["room"] == ROOM
    hub.kill()  # a lock that outlives its holder would keep the next one out
    hub.start()
    assert hub.ready().get("/api/me")["room"] == ROOM


def test_a_port_in_use_refuses_before_anything_is_begun(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = stillpoint("up", "--data", tmp_path / "data", "--web-port", port)
    assert refused.returncode == 2
    assert f"127.0.0.1:{port}" in refused.stderr
    assert "choose another port" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("host", ["999.1.1.1", "192.0.2.1", "no-such-host.invalid"])
def test_an_address_that_this_machine_does_not_have_is_what_is_wrong(tmp_path, host):
    refused = stillpoint("up", "--data", tmp_path / "data", "--host", host)
    assert refused.returncode == 2
    assert f"at {host}: this machine has no such address" in refused.stderr
    assert "Give --host an address of this machine" in refused.stderr
    assert "port" not in refused.stderr
    assert not (tmp_path / "data").exists()


def test_a_broker_that_is_not_there_is_said_and_waited_for(tmp_path):
    broker = Broker(tmp_path)  # not started
    hub = HubRig(tmp_path, broker.port)
    hub.start()
    try:
        hub.ready()
        wait_for(lambda: hub.get("/api/problems"), "the problem is told")
        (problem,) = hub.get("/api/problems")
        assert problem["code"] == "broker"
        assert f"127.0.0.1:{broker.port}" in problem["what"]
        assert problem["kept"]
        assert "as docs/deploy.md says" in problem["do"] and "`" not in problem["do"]
        broker.start()
        wait_for(lambda: hub.get("/api/problems") == [], "the problem is over")
        assert token_of(hub.data)
        assert hub.stop() == 0
    finally:
        hub.stop()
        broker.stop()
