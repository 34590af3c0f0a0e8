"""What `make test` does to the machine it runs on."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SERVERS = ("mosquitto", "influxd", "chromium-headless-shell")


@pytest.fixture
def machine(tmp_path):
    """`run(installed, running)`: tools/servers.sh as root on a machine with these programs and
    services; returns the commands that it gave."""
    log = tmp_path / "log"

    def program(name, then="exit 0"):
        file = tmp_path / "bin" / name
        file.write_text(f'#!/bin/sh\necho "{name} $*" >> {log}\n{then}\n')
        file.chmod(0o755)

    def run(installed, running=()):
        (tmp_path / "bin").mkdir()
        for name in (*installed, "apt-get"):
            program(name)
        program("id", "echo 0")
        active = "|".join(running) or "none"
        is_active = f'case "$1 $3" in "is-active "{active}) exit 0;; is-active*) exit 3;; esac'
        program("systemctl", is_active)
        program("service", f'case "$1 $2" in {active}" status") exit 0;; *status) exit 3;; esac')
        subprocess.run(
            ["/bin/sh", ROOT / "tools" / "servers.sh"], check=True, timeout=180,
            env={**os.environ, "PATH": str(tmp_path / "bin")},
        )
        return log.read_text().splitlines() if log.exists() else []

    return run


def stopped(commands):
    return {word for line in commands if " stop" in line for word in line.split()} & {
        "mosquitto", "influxdb"
    }


def test_nothing_is_done_where_all_is_there(machine):
    assert machine(SERVERS) == []


def test_what_is_installed_now_is_stopped_again_and_nothing_else(machine):
    commands = machine(("mosquitto", "chromium-headless-shell"), running=("mosquitto",))
    (install,) = [line for line in commands if " install " in line]
    assert install.split()[-1] == "influxdb"
    assert stopped(commands) == {"influxdb"}


def test_a_browser_is_no_reason_to_stop_a_database(machine):
    commands = machine(("mosquitto", "influxd"), running=("influxdb",))
    assert any(line.endswith("chromium-headless-shell") for line in commands)
    assert stopped(commands) == set()


def test_a_service_that_ran_before_goes_on_even_if_its_program_is_elsewhere(machine):
    commands = machine(("mosquitto", "chromium-headless-shell"), running=("influxdb",))
    assert stopped(commands) == set()
