"""The compose file, as far as it can be checked where no engine runs."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from firmware import wire
from hub.settings import PREFIX, load
from hub.setup import secrets
from hub.setup.secrets import OWNERS
from hub.simulate.frames import FrameKit
from tests.system.broker import wait_for
from tests.system.influx import free_port

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
INSIDE = "/run/stillpoint"


def run(*command):
    return subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True,
                          text=True, timeout=60)


@pytest.fixture(scope="module")
def services():
    """What compose itself makes of the file, profiles and all."""
    said = run("docker-compose", "--profile", "demo", "config", "--format", "json")
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)["services"]


def test_compose_takes_it_with_and_without_the_demo():
    for profile in ((), ("--profile", "demo")):
        said = run("docker-compose", *profile, "config", "-q")
        assert said.returncode == 0, said.stderr


def test_it_follows_the_compose_specification():
    said = run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml")
    assert said.returncode == 0, said.stdout


def test_hadolint_has_nothing_to_say_of_the_dockerfile():
    said = run("hadolint", "Dockerfile")
    assert (said.returncode, said.stdout) == (0, "")


def test_every_version_is_named_exactly(services):
    for name, service in services.items():
        assert re.fullmatch(r"[\w./-]+:\d+\.\d+\.\d+", service["image"]), name
    stages = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.M)
    assert {one for one in stages if ":" in one} == {"python:3.11.13-slim-bookworm"}


def test_no_service_may_do_more_than_it_must(services):
    for name, service in services.items():
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["mem_limit"] and service["pids_limit"], name
        if name not in ("secrets", "setup"):
            assert service.get("user", "10001:10001").split(":")[0] not in ("0", "root"), name
            assert "cap_add" not in service, name


def test_only_kits_and_pages_are_reached_from_other_machines(services):
    open_to_all = {(name, port["target"]) for name, service in services.items()
                   for port in service.get("ports", ()) if port.get("host_ip") != "127.0.0.1"}
    assert open_to_all == {("mosquitto", 1883), ("hub", 8000)}


def test_the_hub_waits_for_no_influxdb(services):
    """It records while InfluxDB is down, also at the start."""
    assert set(services["hub"]["depends_on"]) == {"secrets", "mosquitto"}


def test_no_password_is_written_down(services):
    for name, service in services.items():
        for key, value in (service.get("environment") or {}).items():
            if re.search("PASSWORD|TOKEN|SECRET", key):
                assert str(value).startswith(INSIDE + "/"), f"{name}: {key}"


def test_each_secret_that_is_used_is_one_that_is_made(services):
    made = {*secrets.RANDOM, secrets.PASSWORDS, "hub/influx_token", "grafana/influx_token",
            "grafana-team/influx_token"}
    used = {value.removeprefix(INSIDE + "/") for service in services.values()
            for value in (service.get("environment") or {}).values()
            if str(value).startswith(INSIDE)}
    assert used <= made
    for name, owner in (("mosquitto", "broker"), ("influxdb", "influxdb"), ("grafana", "grafana")):
        assert services[name]["user"].split(":")[0] == str(OWNERS[owner])


def test_the_team_reads_the_teams_token_alone(services):
    """All see one volume, each secret is for its owner: so no two services are the same user."""
    assert len(set(OWNERS.values())) == len(OWNERS)
    users = {services[name]["user"].split(":")[0] for name in ("grafana", "grafana-team")}
    assert users == {str(OWNERS[name]) for name in ("grafana", "grafana-team")}
    said = json.dumps(services["grafana-team"])
    assert "grafana-team/admin_password" in said and "/json/researcher" not in said


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """Mosquitto on the shipped configuration; only places and the port are of this machine."""
    folder = tmp_path_factory.mktemp("shipped")
    secrets.make(folder)
    port = free_port()
    conf = (ROOT / "deploy/mosquitto/mosquitto.conf").read_text()
    conf = conf.replace("listener 1883", f"listener {port} 127.0.0.1").replace(INSIDE, str(folder))
    acl = folder / "acl"
    acl.write_text((ROOT / "deploy/mosquitto/acl").read_text())
    acl.chmod(0o600)
    (folder / "conf").write_text(conf.replace("/mosquitto/config/acl", str(acl))
                                 + f"\nuser {os.environ.get('USER', 'root')}\n")
    log = (folder / "log").open("wb")
    process = subprocess.Popen(["mosquitto", "-c", str(folder / "conf")], stdout=log, stderr=log)
    wait_for(lambda: process.poll() is not None or listens(port), "mosquitto listens")
    assert process.poll() is None, (folder / "log").read_text()
    yield folder, port
    process.send_signal(signal.SIGTERM)
    process.wait(10)


class Guest:
    """An MQTT client of some name."""

    def __init__(self, port, name, user="", password=""):
        self.heard, self.answer = [], None
        self.client = Client(CallbackAPIVersion.VERSION2, name)
        if user:
            self.client.username_pw_set(user, password)
        self.client.on_message = lambda c, u, m: self.heard.append((m.topic, m.payload))
        self.client.on_connect = lambda c, u, f, reason, p: setattr(self, "answer", str(reason))
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        wait_for(lambda: self.answer is not None, "an answer")

    def end(self):
        self.client.disconnect()
        self.client.loop_stop()


def test_nobody_gets_in_without_a_password(shipped):
    _, port = shipped
    stranger = Guest(port, "stranger")
    wrong = Guest(port, "kit-1", "kit", "guessed")
    assert "Not authorized" in stranger.answer and "Not authorized" in wrong.answer
    stranger.end()
    wrong.end()


def test_a_kit_speaks_for_itself_alone_and_hears_its_own(shipped):
    folder, port = shipped
    hub = Guest(port, "hub", "hub", secrets.read(folder, "hub/broker_password"))
    word = secrets.read(folder, "hub/kits_password")
    one, two = (Guest(port, name, "kit", word) for name in ("kit-1", "kit-2"))
    hub.client.subscribe(wire.topic("site", "+", "+", "data"), 1)
    for guest in (one, two):
        guest.client.subscribe("#", 1)
        guest.client.subscribe(wire.topic("site", "r", "kit-1", "ack"), 1)
    one.client.publish(wire.topic("site", "r", "kit-2", "data"), b"forged", 1)
    one.client.publish(wire.topic("site", "r", "kit-1", "ack"), b"forged", 1)
    one.client.publish(wire.topic("site", "r", "kit-1", "data"), b"own", 1)
    wait_for(lambda: hub.heard, "the kit's own word")
    hub.client.publish(wire.topic("site", "r", "kit-1", "ack"), b"heard", 1)
    wait_for(lambda: one.heard, "the answer")
    assert [payload for _, payload in hub.heard] == [b"own"]
    assert [payload for _, payload in one.heard] == [b"heard"] and two.heard == []
    for guest in (hub, one, two):
        guest.end()


def test_the_hub_runs_with_the_environment_that_compose_gives_it(services, shipped, tmp_path):
    """On this machine: names of services become addresses, folders are ours; InfluxDB is down."""
    folder, port = shipped
    given = services["hub"]["environment"]
    env = {key: str(value).replace(INSIDE, str(folder)) for key, value in given.items()}
    assert set(env) <= {PREFIX + name.upper() for name in load({}).__dataclass_fields__}
    web = free_port()
    env |= {"STILLPOINT_BROKER_HOST": "127.0.0.1", "STILLPOINT_BROKER_PORT": str(port),
            "STILLPOINT_WEB_HOST": "127.0.0.1", "STILLPOINT_WEB_PORT": str(web),
            "STILLPOINT_DATA_DIR": str(tmp_path), "STILLPOINT_INFLUX_URL": "http://127.0.0.1:9"}
    log = (tmp_path / "log").open("wb")
    hub = subprocess.Popen([sys.executable, "-m", "hub.cli", "up"], cwd=tmp_path, stdout=log,
                           stderr=log, env={**os.environ, **env, "PYTHONPATH": str(ROOT)})
    kit = Guest(port, "kit-1", "kit", secrets.read(folder, "hub/kits_password"))
    frames = FrameKit("site", "circle", "kit-1", kit.client.publish)
    try:
        wait_for(lambda: b"stillpoint ready" in (tmp_path / "log").read_bytes(), "the hub is up")
        frames.connected(time.monotonic())
        frames.second(time.monotonic())

        def ready():
            with urllib.request.urlopen(f"http://127.0.0.1:{web}/readyz", timeout=2) as answer:
                return json.load(answer)["rooms"] == 1

        wait_for(ready, "the room is there")
    finally:
        hub.send_signal(signal.SIGTERM)
        hub.wait(20)
        kit.end()
    assert hub.returncode == 0, (tmp_path / "log").read_text()
