"""What can be said of the firmware without running it: it compiles for the boards, does not grow
unnoticed, is right by the boards' stubs, and all of it gets onto a board."""

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FIRMWARE = ROOT / "firmware"
FILES = sorted(FIRMWARE.rglob("*.py"))
NOT_ON_A_BOARD = {"__init__.py"}  # the hub's way to import firmware.wire

sys.path.insert(0, str(ROOT / "tools"))
import check_firmware

# Bytes of each file as mpy-cross makes it. A ceiling may only go down, or up with a reason in the
# commit: a board has little room, and the unix port's 160 KB heap less.
CEILINGS = {
    "drivers/__init__.py": 50, "drivers/ads1115.py": 600, "drivers/max30102.py": 1850,
    "kit/__init__.py": 50, "kit/about.py": 600, "kit/app.py": 3650, "kit/boards.py": 450,
    "kit/box.py": 1600, "kit/config.py": 3050, "kit/framer.py": 650, "kit/health.py": 700,
    "kit/lane.py": 850, "kit/leds.py": 550, "kit/link.py": 1650, "kit/mqtt.py": 3550,
    "kit/outbox.py": 1400, "kit/packet.py": 1150, "kit/presses.py": 1050, "kit/recorder.py": 700,
    "kit/ring.py": 1150, "kit/sampler.py": 2700, "kit/supervise.py": 850, "kit/ticks.py": 400,
    "kit/wifi.py": 1650, "kit/wrong_config.py": 500, "main.py": 1600, "wire.py": 4000,
}


def names(files):
    return [str(f.relative_to(FIRMWARE)) for f in files]


@pytest.fixture(scope="module")
def sizes(tmp_path_factory):
    """Bytes by file, as compiled. A file that mpy-cross refuses fails here."""
    mpy_cross = Path(sys.executable).with_name("mpy-cross")
    folder = tmp_path_factory.mktemp("mpy")
    found = {}
    for name, file in zip(names(FILES), FILES, strict=True):
        out = folder / name.replace("/", "_")
        done = subprocess.run(
            [mpy_cross, "-s", name, "-o", out, file], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        found[name] = out.stat().st_size
    return found


def test_every_file_compiles_and_stays_below_its_ceiling(sizes):
    ours = {name: size for name, size in sizes.items() if name not in NOT_ON_A_BOARD}
    assert set(ours) == set(CEILINGS), "give each file a ceiling, and no ceiling without a file"
    assert {n: s for n, s in ours.items() if s > CEILINGS[n]} == {}


def test_no_ceiling_is_far_above_its_file(sizes):
    assert {n: (sizes[n], c) for n, c in CEILINGS.items() if c > sizes[n] * 1.25 + 50} == {}


@pytest.mark.parametrize("board", check_firmware.STUBS)
def test_types_agree_with_the_boards_stubs(board):
    try:
        well, said = check_firmware.check(board)
    except check_firmware.StubsMissing as e:
        pytest.skip(str(e))
    assert well, said


def test_the_package_brings_every_file_to_a_board():
    package = json.loads((FIRMWARE / "package.json").read_text())
    on_board = [where for where, _ in package["urls"]]
    here = [source.removeprefix("./") for _, source in package["urls"]]
    assert on_board == here
    assert sorted(here) == sorted(set(names(FILES)) - NOT_ON_A_BOARD)


def constants(tree):
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]


def test_integers_only():
    """A board's floats have 32 bits and the unix port's 64: what is computed must have none. The
    one float is a text that happens to be a number: the converter's step in the description."""
    floats, divisions = {}, {}
    for name, file in zip(names(FILES), FILES, strict=True):
        tree = ast.parse(file.read_text())
        floats[name] = [v for v in constants(tree) if isinstance(v, float)]
        divisions[name] = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.Div)]
    assert {n: f for n, f in floats.items() if f} == {"kit/about.py": [62.5]}
    assert {n: d for n, d in divisions.items() if d} == {}


def test_nothing_here_knows_the_simulation():
    allowed = {
        "array", "asyncio", "binascii", "collections", "errno", "gc", "json", "machine", "network",
        "os", "select", "socket", "struct", "sys", "time", "ucollections",
        "wire", "kit", "drivers",
    }
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                assert {a.name.split(".")[0] for a in node.names} <= allowed, file
            elif isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] in allowed, file


def test_the_page_names_real_files_and_says_what_was_never_tried():
    page = (FIRMWARE / "README.md").read_text()
    assert "never run on a physical board" in page
    for path in re.findall(r"`(firmware/[\w./]+)`", page):
        assert (ROOT / path).exists(), path
    assert shutil.which("mpremote") or "pip install mpremote" in page
