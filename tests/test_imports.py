"""`.importlinter` notices the imports that the house forbids: each is put in, and must be named."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ORDER = "Imports go one way"
CORE = "The core knows no clock, thread, network, database or web server"
FOLDERS = "Folders of the hub import one way"
BEHIND = "What lies behind the journal knows nothing of what takes in"
SIMULATION = "The hub does not need its simulation"
FORBIDDEN = [
    ("hub/intake/ingest.py", "hub.analysis", ORDER),
    ("hub/disk/journal.py", "hub.intake.kits", ORDER),
    ("hub/intake/route.py", "hub.intake.acks", ORDER),
    ("hub/intake/mqtt.py", "hub.intake.ingest", ORDER),
    ("hub/intake/shelf.py", "hub.results.pipeline", ORDER),
    ("hub/signals/eda.py", "hub.results.pipeline", ORDER),
    ("hub/disk/files.py", "hub.course.fields", FOLDERS),
    ("hub/results/group.py", "hub.team.figures", FOLDERS),
    ("hub/signals/eda.py", "sqlite3", CORE),
    ("hub/course/phases.py", "paho.mqtt.client", CORE),
    ("hub/clock/kit.py", "threading", CORE),
    ("hub/decode.py", "socket", CORE),
    ("hub/records.py", "time", CORE),
    ("hub/results/pipeline.py", "hub.disk.files", CORE),
    ("hub/export/write.py", "hub.intake.mqtt", BEHIND),
    ("hub/live/worker.py", "hub.intake.ingest", BEHIND),
    ("hub/study/gather.py", "hub.intake.ingest", BEHIND),
    ("hub/service/hub.py", "hub.simulate.world", SIMULATION),
    ("hub/live/workers.py", "paho.mqtt.client", "hub.intake.mqtt is the only paho"),
    ("hub/simulate/world.py", "paho.mqtt.client", "hub.intake.mqtt is the only paho"),
    ("hub/service/hub.py", "sqlite3", "hub.disk.journal is the only sqlite"),
    ("hub/service/hub.py", "fastapi", "hub.web is the only web server"),
    ("hub/service/up.py", "uvicorn", "hub.web is the only web server"),
    ("hub/live/worker.py", "influxdb_client", "hub.store.post is the only influxdb-client"),
]  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A copy of what the contracts are about."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / ".importlinter", folder)
    for package in ("hub", "firmware"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("*.pyc"))
    return folder


LINT = """
import sys
sys.path.insert(0, ".")
from importlinter.cli import lint_imports_command
lint_imports_command()
"""


def broken(folder):
    """The contracts that are broken, as lint-imports names them."""
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=folder, capture_output=True, text=True, timeout=180,
    )
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    return re.findall(r"^(.*?)(?: \(.*\))? BROKEN", done.stdout, re.MULTILINE)


def test_the_house_as_it_is_keeps_them_all(house):
    assert broken(house) == []


@pytest.mark.parametrize(("file", "module", "contract"), FORBIDDEN)
def test_a_forbidden_import_is_noticed(house, file, module, contract):
    path = house / file
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\nimport {module}\n", encoding="utf-8")
    try:
        assert any(name.startswith(contract) for name in broken(house))
    finally:
        path.write_text(text, encoding="utf-8")


def test_every_module_of_the_hub_stands_in_the_order():
    """But for those of packages, which are named as a whole or one by one."""
    order = (ROOT / ".importlinter").read_text(encoding="utf-8").split("[importlinter:contract:")[1]
    named = set(re.findall(r"hub\.(\w+)", order))
    there = {path.stem for path in (ROOT / "hub").glob("*") if path.suffix == ".py" or (
        path / "__init__.py").exists()} - {"__init__"}
    assert there - named == set()
