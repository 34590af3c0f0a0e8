"""The compose file, as far as it can be checked where no engine runs."""

import contextlib
import json
import os
import re
import shlex
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import urllib.request
from argparse import ArgumentParser
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from bench.frames import FrameKit
from dashboards.kind import SIMULATED
from firmware import wire
from hub.course.library import library
from hub.intake.mqtt import Link
from hub.settings import PREFIX, Settings, SettingsError, load
from hub.setup import broker, secrets
from hub.setup.command import said as told
from hub.setup.command import set_up
from hub.setup.secrets import OWNERS
from hub.simulate import stage
from hub.simulate.options import add_arguments
from tests.ports import free_port
from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
INSIDE = "/run/stillpoint"
# How each comes back, when it ends by itself; and what it writes to.
LASTING = dict.fromkeys(("mosquitto", "influxdb", "hub", "grafana", "grafana-team"),
                        "unless-stopped") | {"demo": "no"}
ONCE = {"secrets": "no", "setup": "on-failure"}
KEPT = {
    "secrets": {("secrets", INSIDE)}, "setup": {("secrets", INSIDE)}, "mosquitto": set(),
    "influxdb": {("influxdb", "/var/lib/influxdb2")}, "hub": {("data", "/data")},
    "grafana": {("grafana", "/var/lib/grafana")}, "demo": {("demo", "/data")},
    "grafana-team": {("grafana-team", "/var/lib/grafana")},
}


def run(*command):
    return subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True,
                          text=True, timeout=180)


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
        assert re.fullmatch(r"[\w./-]+:\d+\.\d+\.\d+(-alpine)?", service["image"]), name
    stages = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.M)
    assert {one for one in stages if ":" in one} == {"python:3.11.13-slim-bookworm"}


def test_no_service_may_do_more_than_it_must(services):
    assert set(services) == {*LASTING, *ONCE}
    for name, service in services.items():
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert int(service["mem_limit"]) <= 1024**3 and 0 < service["pids_limit"] <= 256, name
        assert "privileged" not in service and service.get("network_mode") in (None, "none"), name
        user, added = service.get("user") or user_of_the_image(), service.get("cap_add", [])
        assert (user.split(":")[0] in ("0", "root")) == (name in ONCE), name
        assert added == (["CHOWN", "DAC_OVERRIDE"] if name in ONCE else []), name


def test_the_images_of_others_are_ones_that_were_published(services):
    """Looked up in docker-library/official-images and where they are used: of Mosquitto 2.1 there
    is no tag without its variant, so that nothing would start with one."""
    fetched = {service["image"] for service in services.values() if "build" not in service}
    assert fetched == {"eclipse-mosquitto:2.1.2-alpine", "influxdb:2.9.1", "grafana/grafana:12.4.0"}


def user_of_the_image():
    """The hub's image and the demo's are made from the same stage."""
    text = (ROOT / "Dockerfile").read_text()
    assert {"FROM base AS hub", "FROM base AS demo"} <= set(text.splitlines())
    (user,) = re.findall(r"^USER (\S+)$", text, re.M)
    return user


def health_of_the_image():
    """The one command, in the stage that hub and demo are made from."""
    text = (ROOT / "Dockerfile").read_text()
    (said,) = re.findall(r"^HEALTHCHECK .*\n  CMD (\[.+\])$", text, re.M)
    assert text.index(" AS base\n") < text.index("HEALTHCHECK") < text.index("FROM base AS demo")
    return json.loads(said)


def test_what_lasts_is_watched_and_comes_back_and_what_is_done_does_not(services):
    assert health_of_the_image()[0] == "python"
    for name, restart in (LASTING | ONCE).items():
        service = services[name]
        check = service.get("healthcheck", {})
        assert service["restart"] == restart, name
        assert service["stop_grace_period"] == "30s", "longer than a hub takes to end"
        assert service["logging"]["options"] == {"max-size": "10m", "max-file": "3"}, name
        if name in ONCE:
            assert check == {"disable": True}, "the image's would watch what is not there"
        elif "build" in service:
            assert not check, "the image's own"
        else:
            assert check["test"][0] in ("CMD", "CMD-SHELL") and check["retries"] >= 3, name
            assert check["interval"] == "10s" and check["timeout"] == "3s", name


def test_what_is_kept_is_in_volumes_and_all_else_is_only_read(services):
    for name, service in services.items():
        mounts = service.get("volumes", ())
        kept = {(one["source"], one["target"]) for one in mounts
                if one["type"] == "volume" and not one.get("read_only")}
        assert kept == KEPT[name], name
        assert all(one["read_only"] for one in mounts if one["type"] == "bind"), name
        for one in mounts:
            if one["type"] == "bind":
                assert Path(one["source"]).is_dir(), "docker makes an empty folder of what is not"


def test_no_two_programs_write_to_one_volume_but_the_set_up(services):
    writers = [source for name in LASTING for source, _ in KEPT[name]]
    assert len(writers) == len(set(writers)) and "secrets" not in writers


def test_what_is_written_in_the_env_file_arrives(tmp_path):
    (tmp_path / "env").write_text("SITE=north\nROOMS=a,b\nTEAM_VIEW=late\nSEAT_VIEW=live\n"
                                  "RAW_BUCKET=stillpoint-raw\n")
    said = run("docker-compose", "--env-file", str(tmp_path / "env"), "config", "--format", "json")
    found = json.loads(said.stdout)["services"]
    hub = load(found["hub"]["environment"])
    assert (hub.site, hub.rooms, hub.team_view) == ("north", ("a", "b"), "late")
    for name in ("hub", "setup"):
        one = load(found[name]["environment"])
        assert (one.influx_raw_bucket, one.seat_view) == ("stillpoint-raw", "live"), name


@pytest.mark.parametrize("name", ["stillpoint", "stillpoint-team"])
def test_the_raw_bucket_of_the_env_file_is_none_of_the_others(tmp_path, name):
    """Neither is set up, nor does the hub begin."""
    (tmp_path / "env").write_text(f"RAW_BUCKET={name}\n")
    said = run("docker-compose", "--env-file", str(tmp_path / "env"), "config", "--format", "json")
    for service in ("hub", "setup"):
        with pytest.raises(SettingsError, match=f"are both '{name}'"):
            load(json.loads(said.stdout)["services"][service]["environment"])


def test_without_an_env_file_nothing_is_shown_before_its_time(services):
    hub = load(services["hub"]["environment"])
    assert (hub.influx_raw_bucket, hub.seat_view, hub.team_view) == ("", "after", "after")


def test_the_demo_is_apart_and_ends(services):
    """Its programs are for one kind of machine; its sessions have a site of their own."""
    assert services["demo"]["platform"] == "linux/amd64"
    assert not any("platform" in one for name, one in services.items() if name != "demo")
    assert services["hub"]["environment"]["STILLPOINT_SITE"] != stage.SITE == SIMULATED
    command, *options = services["demo"]["command"]
    assert command == "demo"
    parser = ArgumentParser()
    add_arguments(parser)
    phases = library().protocols["demo"].phases
    assert sum(phase.typical_s for phase in phases) < parser.parse_args(options).seconds < 600
    assert {port["host_ip"] for port in services["demo"]["ports"]} == {"127.0.0.1"}


def test_two_grafanas_of_one_machine_do_not_log_each_other_out(services):
    """A browser keeps one jar of cookies for 127.0.0.1, whatever the port."""
    names = [services[name]["environment"]["GF_AUTH_LOGIN_COOKIE_NAME"]
             for name in ("grafana", "grafana-team")]
    assert len(set(names)) == 2 and "grafana_session" not in names


def test_each_grafana_opens_at_a_page_that_it_has(services):
    for name, uid in (("grafana", "stillpoint-study"), ("grafana-team", "stillpoint-room")):
        service = services[name]
        home = Path(service["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])
        (pages,) = [one["source"] for one in service["volumes"]
                    if one["target"] == str(home.parent)]
        assert json.loads((Path(pages) / home.name).read_text())["uid"] == uid


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


SHIPPED = (ROOT / "deploy/mosquitto/mosquitto.conf").read_text()
WITHOUT_DOCKER = re.search(r"```\n(listener.*?)```", (ROOT / "docs/deploy.md").read_text(), re.S)[1]


@pytest.fixture(scope="module", params=[SHIPPED, WITHOUT_DOCKER], ids=["compose", "by hand"])
def shipped(request, tmp_path_factory):
    """Mosquitto on a configuration of ours; only places and the port are of this machine."""
    folder = tmp_path_factory.mktemp("shipped")
    set_up(Settings(), folder)
    with broker_on(folder, request.param) as port:
        yield folder, port


@contextlib.contextmanager
def broker_on(folder, text):
    port = free_port()
    conf = text.replace("listener 1883", f"listener {port} 127.0.0.1")
    conf = conf.replace(INSIDE, str(folder)).replace("DATA/secrets", str(folder))
    (folder / "conf").write_text(conf + f"\nuser {os.environ.get('USER', 'root')}\n")
    log = (folder / "log").open("wb")
    process = subprocess.Popen(["mosquitto", "-c", str(folder / "conf")], stdout=log, stderr=log)
    wait_for(lambda: process.poll() is not None or listens(port), "mosquitto listens")
    assert process.poll() is None, (folder / "log").read_text()
    yield port
    process.send_signal(signal.SIGTERM)
    process.wait(180)


def test_a_kit_flashed_from_the_example_is_one_that_this_hub_hears(services):
    kit = json.loads((ROOT / "firmware/config.example.json").read_text())
    hub = services["hub"]["environment"]
    assert kit["site"] == hub["STILLPOINT_SITE"] == Settings().site
    assert kit["room"] in hub["STILLPOINT_ROOMS"].split(",")
    assert kit["broker"]["user"] == "kit" and not kit["watchdog"], "off while one tries things"


class Guest:
    """An MQTT client of some name."""

    def __init__(self, port, name, user="", password=""):
        self.heard, self.answer, self.heeded = [], None, 0
        self.client = Client(CallbackAPIVersion.VERSION2, name)
        if user:
            self.client.username_pw_set(user, password)
        self.client.on_message = lambda c, u, m: self.heard.append((m.topic, m.payload))
        self.client.on_connect = lambda c, u, f, reason, p: setattr(self, "answer", str(reason))
        self.client.on_subscribe = lambda c, u, m, r, p: setattr(self, "heeded", self.heeded + 1)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        wait_for(lambda: self.answer is not None, "an answer")

    def hear(self, *topics):
        """Ask for these, and wait until the broker has heeded it (or refused it)."""
        wanted = self.heeded + len(topics)
        for topic in topics:
            self.client.subscribe(topic, 1)
        wait_for(lambda: self.heeded >= wanted, "the broker knows what is asked for")

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


def test_a_hub_that_gives_a_wrong_password_hears_that_it_is_refused(shipped):
    told = []
    hub = Link(Settings(broker_port=shipped[1], broker_user="hub", broker_password="guessed"),
               lambda topic, payload: None, lambda *said: told.append(said))
    hub.start()
    wait_for(lambda: told, "the broker has answered")
    hub.stop()
    assert told == [(False, "it refuses the hub: Not authorized", True)]


def test_the_password_of_a_lost_kit_opens_nothing_once_there_is_another(tmp_path):
    set_up(Settings(), tmp_path)
    hub, lost = (secrets.read(tmp_path, secrets.USERS[name]) for name in ("hub", "kit"))
    (tmp_path / "hub/kits_password").unlink()
    set_up(Settings(), tmp_path)
    with broker_on(tmp_path, SHIPPED) as port:
        told = [("kit", lost), ("kit", secrets.read(tmp_path, "hub/kits_password")), ("hub", hub)]
        guests = [Guest(port, f"guest-{k}", *word) for k, word in enumerate(told)]
        assert [guest.answer for guest in guests] == ["Not authorized", "Success", "Success"]
        for guest in guests:
            guest.end()


def test_a_message_that_no_kit_could_send_does_not_reach_the_hub(shipped):
    """One of megabytes fills the hub's memory: the broker ends the connection instead."""
    assert f"has at most {wire.PAYLOAD_MAX} bytes" in SHIPPED
    folder, port = shipped
    hub = Guest(port, "hub", "hub", secrets.read(folder, "hub/broker_password"))
    hub.hear(wire.topic("site", "+", "+", "data"))
    kit = Guest(port, "kit-1", "kit", secrets.read(folder, "hub/kits_password"))
    gone = threading.Event()
    kit.client.on_disconnect = lambda *_: gone.set()
    kit.client.publish(wire.topic("site", "r", "kit-1", "data"), bytes(20_000), 0)
    assert gone.wait(180)
    kit.end()
    other = Guest(port, "kit-2", "kit", secrets.read(folder, "hub/kits_password"))
    other.client.publish(wire.topic("site", "r", "kit-2", "data"), bytes(wire.PAYLOAD_MAX), 1)
    wait_for(lambda: hub.heard, "the largest message")
    assert [len(payload) for _, payload in hub.heard] == [wire.PAYLOAD_MAX]
    other.end()
    hub.end()


def test_a_kit_speaks_for_itself_alone_and_hears_its_own(shipped):
    folder, port = shipped
    hub = Guest(port, "hub", "hub", secrets.read(folder, "hub/broker_password"))
    word = secrets.read(folder, "hub/kits_password")
    one, two = (Guest(port, name, "kit", word) for name in ("kit-1", "kit-2"))
    hub.hear(wire.topic("site", "+", "+", "data"))
    for guest in (one, two):
        guest.hear("#", wire.topic("site", "r", "kit-1", "ack"))
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


def test_with_the_kits_password_nobody_passes_for_a_button_box(shipped):
    folder, port = shipped
    hub = Guest(port, "hub", "hub", secrets.read(folder, "hub/broker_password"))
    hub.hear(wire.topic("site", "+", "+", "data"))
    for user, name in (("kit", "box-1"), ("kit", "box"), ("box", "box-1"), ("kit", "box-100")):
        word = secrets.read(folder, {"kit": "hub/kits_password", "box": "hub/box_password"}[user])
        guest = Guest(port, name, user, word)
        guest.client.publish(wire.topic("site", "r", name, "data"), f"{user} {name}", 1)
        guest.hear(wire.topic("site", "r", name, "ack"))  # so what was published is dealt with
        guest.end()
    wait_for(lambda: len(hub.heard) >= 2, "those who may speak")
    assert [payload for _, payload in hub.heard] == [b"box box-1", b"kit box-100"]
    hub.end()


def enters(port, folder, user):
    word = secrets.read(folder, {"kit": "hub/kits_password", "box": "hub/box_password"}[user])
    guest = Guest(port, "box", user, word)
    guest.end()
    return guest.answer == "Success"


def test_a_broker_lets_boxes_in_once_it_was_started_anew_and_so_the_upgrade_ends(tmp_path):
    """Compose lets a broker go on that runs when its lists become others."""
    set_up(Settings(), tmp_path)
    passwords = tmp_path / secrets.PASSWORDS
    of_before = [line for line in passwords.read_text().splitlines() if line[:4] != "box:"]
    passwords.write_text("\n".join(of_before) + "\n")
    with broker_on(tmp_path, SHIPPED) as port:
        done = set_up(Settings(), tmp_path)
        assert not enters(port, tmp_path, "box") and enters(port, tmp_path, "kit")
        assert "restart it" in told(done, tmp_path)
    with broker_on(tmp_path, SHIPPED) as port:
        assert enters(port, tmp_path, "box")
    upgrade = (ROOT / "docs/deploy.md").read_text().partition("## Upgrade")[2]
    assert upgrade.split("```")[1].endswith("\ndocker compose restart mosquitto\n")


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
            with urllib.request.urlopen(f"http://127.0.0.1:{web}/readyz", timeout=180) as answer:
                return json.load(answer)["rooms"] == 1

        wait_for(ready, "the room is there")
        assert healthy(web).returncode == 0
    finally:
        hub.send_signal(signal.SIGTERM)
        hub.wait(180)
        kit.end()
    assert hub.returncode == 0, (tmp_path / "log").read_text()
    assert healthy(web).returncode != 0, "a hub that is gone is not healthy"


def healthy(web):
    """The image's own HEALTHCHECK, on this machine's Python and the test's port."""
    _, *rest = [word.replace("127.0.0.1:8000", f"127.0.0.1:{web}")
                for word in health_of_the_image()]
    assert any(f":{web}/healthz" in word for word in rest)
    return subprocess.run([sys.executable, *rest], capture_output=True, timeout=180)


def test_the_broker_trusts_its_files(shipped):
    """It has no word about who owns them or may read them; the list of rights came with them."""
    folder, _ = shipped
    for name in (secrets.PASSWORDS, broker.FILE):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    said = [line for line in (folder / "log").read_text().splitlines()
            if re.search("permission|owner|world|warning", line, re.I)]
    assert [line for line in said if "run as root" not in line] == [], "root: this machine's"


def test_every_file_that_the_broker_reads_is_where_the_set_up_puts_it(services):
    conf = (ROOT / "deploy/mosquitto/mosquitto.conf").read_text()
    files = dict(re.findall(r"^(\w+_file) (\S+)$", conf, re.M))
    assert files == {"password_file": f"{INSIDE}/{secrets.PASSWORDS}",
                     "acl_file": f"{INSIDE}/{broker.FILE}"}
    owner = OWNERS[broker.FILE.split("/")[0]]
    assert services["mosquitto"]["user"] == f"{owner}:{owner}"
    assert services["mosquitto"]["depends_on"]["secrets"]["condition"] == (
        "service_completed_successfully")


def test_without_docker_phones_reach_the_pages_too(tmp_path):
    (said,) = re.findall(r"```toml\n(.*?)```", (ROOT / "docs/deploy.md").read_text(), re.S)
    (tmp_path / "stillpoint.toml").write_text(said)
    assert load({"STILLPOINT_CONFIG": str(tmp_path / "stillpoint.toml")}).web_host == "0.0.0.0"


def commands():
    """Every `docker compose` line of the page, in blocks and between backticks."""
    text = (ROOT / "docs/deploy.md").read_text()
    return sorted(set(re.findall(r"docker compose [^`\n]+", text)))


@pytest.mark.parametrize("line", commands())
def test_every_command_of_the_page_is_one_with_these_options(line, services):
    """As far as compose knows its own; what follows a service's name is the service's."""
    words = shlex.split(line)[2:]
    while words[0].startswith("--"):
        words = words[2:] if words[0] == "--profile" else words[1:]
    known = run("docker-compose", words[0], "--help").stdout
    if words == ["version"]:
        return
    assert f"docker compose {words[0]}" in known, line
    valued = set(re.findall(r"(--[\w-]+) \w", known))
    rest = iter(words[1:])
    for word in rest:
        if not word.startswith("-"):
            assert word in {*services, "NAME"}, line
            break
        short = [f"-{letter}" for letter in word[1:]] if word[1] != "-" else [word]
        assert all(re.search(rf"(^| ){one}(,| |$)", known, re.M) for one in short), (line, word)
        if word in valued:
            next(rest)


def test_a_back_up_is_unpacked_as_it_was_packed(services):
    text = (ROOT / "docs/deploy.md").read_text()
    packed, unpacked = re.findall(r"^for v in ([\w -]+); do docker run (.+); done$", text, re.M)
    assert packed[0] == unpacked[0]
    kept = {source for name, volumes in KEPT.items() for source, _ in volumes}
    assert kept == {*packed[0].split(), "influxdb", "demo"}, "what is left out can be made again"


def test_a_back_up_can_be_restored_by_its_own_commands(tmp_path):
    """The two tar commands, on a folder like a volume."""
    text = (ROOT / "docs/deploy.md").read_text()
    pack, unpack = re.findall(r"(tar [cx]zf .+?); done$", text, re.M)
    for name in ("from/deep", "to", "back"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "from/deep/session.sqlite").write_bytes(b"journal")
    for said, there in ((pack, {"/from": "from", "/to": "to"}),
                        (unpack, {"/from": "to", "/to": "back"})):
        said = re.sub(r"/(from|to)\b", lambda at, there=there: str(tmp_path / there[at[0]]), said)
        subprocess.run(["sh", "-c", f"v=data; {said}"], check=True, timeout=180)
    assert (tmp_path / "back/deep/session.sqlite").read_bytes() == b"journal"
