"""What the pages say is true: commands, links, settings, features, measurements, columns."""

import argparse
import functools
import re
import shlex
import subprocess
import sys
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from hub.analysis.measures import MEASURED
from hub.analysis.session import analyse
from hub.cli import _parser as stillpoint_parser
from hub.cli import main
from hub.disk.journal import SCHEMA
from hub.export.tables import TABLES
from hub.settings import PREFIX, Settings
from hub.signals.features import BY_NAME, FEATURES
from hub.store.table import TABLE
from hub.study.table import COLUMNS
from tests.rows import Kit, session
from tests.system.rig_sessions import recorded

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
LINKED = [*PAGES, ROOT / "firmware" / "README.md", *sorted((ROOT / "hardware").glob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def doc(name):
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


# -- commands ---------------------------------------------------------------------------------


def commands(path):
    """Every command line in a page: in its blocks, and between backticks."""
    text = path.read_text(encoding="utf-8")
    lines = [line for _, block in FENCE.findall(text) for line in block.splitlines()]
    lines += re.findall(r"^    (\S.*)$", text, re.M)
    lines += re.findall(r"`([^`\n]+)`", FENCE.sub("", text))
    return sorted({line.strip() for line in lines if re.match(COMMAND, line.strip())})


COMMAND = r"(\.venv/bin/)?(stillpoint|make)( |$)"
SAID = [(name_of(path), line) for path in PAGES for line in commands(path)]


def words(line):
    return shlex.split(line, comments=True)


def targets():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9-]+):", makefile, re.M))


def stillpoint_command(name):
    """The parser of one command."""
    (commands,) = [a for a in stillpoint_parser()._actions
                   if isinstance(a, argparse._SubParsersAction)]
    return commands.choices[name]


def test_commands_are_found_in_the_pages():
    assert len(SAID) > 15 and ("README.md", "make demo") in SAID


@pytest.mark.parametrize(("page", "line"), SAID)
def test_every_command_is_one_with_these_options(page, line, capsys):
    program, *rest = words(line)
    if program == "make":
        check_make(rest)
    elif len(rest) == 1 and not rest[0].startswith("-"):
        stillpoint_command(rest[0])  # a command by its name alone
    elif rest:
        stillpoint_parser().parse_args(rest)


def check_make(rest):
    wanted = [word for word in rest if "=" not in word]
    assert set(wanted) <= targets(), f"no such target: {rest}"
    given = dict(word.split("=", 1) for word in rest if "=" in word)
    assert set(given) <= {"ARGS", "PYTHON"}
    options = shlex.split(given.get("ARGS", ""))
    if wanted == ["demo"]:
        stillpoint_command("demo").parse_args(options)
    if wanted == ["bench"]:
        assert {word for word in options if word.startswith("-")} <= bench_options()


@functools.cache
def bench_options():
    done = subprocess.run([sys.executable, "-m", "bench", "--help"], cwd=ROOT, timeout=180,
                          capture_output=True, text=True, check=True)
    return set(re.findall(r"--[\w-]+", done.stdout))


def test_a_wrong_command_would_be_found(capsys):
    wrong = ("stillpoint export --json", "stillpoint demo --quickly", "stillpoint shine x",
             "stillpoint shine", "make tea", 'make demo ARGS="--quickly"', 'make bench ARGS="--x"')
    for line in wrong:
        with pytest.raises((SystemExit, AssertionError, KeyError)):
            test_every_command_is_one_with_these_options("", line, capsys)


# -- links ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", LINKED, ids=name_of)
def test_every_relative_link_leads_somewhere(path):
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), f"{link} in {name_of(path)}"
        assert target.is_relative_to(ROOT)
        assert not anchor or anchor in anchors(target), link


def anchors(path):
    heads = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", head).strip().lower().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("*.md")), ids=name_of)
def test_every_page_can_be_found_from_the_first(path):
    assert f"](docs/{path.name})" in (ROOT / "README.md").read_text(encoding="utf-8")


NAMED = r"`((?:hub|firmware|tests|docs|tools|hardware|bench)/(?:[\w./-]*\.\w+|[\w./-]*/))`"


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_file_that_is_named_is_there(path):
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    for name in re.findall(NAMED, text):
        assert (ROOT / name).exists(), f"{name} in {name_of(path)}"


# -- tables -----------------------------------------------------------------------------------


def cells(text, width):
    """The rows of a page's tables that have so many cells, without backticks."""
    rows = [line.strip().strip("|").split("|") for line in text.splitlines()
            if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in row] for row in rows if len(row) == width]


def test_every_setting_is_explained_with_its_variable_and_its_default():
    told = {row[0]: row for row in cells(doc("settings.md"), 4)[2:]}
    assert list(told) == [setting.name for setting in fields(Settings)]
    for setting in fields(Settings):
        name, variable, default, what = told[setting.name]
        assert variable == PREFIX + name.upper()
        assert setting.default is not MISSING
        assert default == shown(setting.default)
        assert len(what) > 10


def shown(default):
    return "none" if default in ("", ()) else str(default).lower()


def test_every_feature_is_in_signals_with_its_unit_window_and_least_coverage():
    told = {row[0]: row[2:] for row in cells(doc("signals.md"), 5) if row[0] in BY_NAME}
    for feature in FEATURES:
        assert told[feature.name] == [
            feature.unit.replace("u", "µ") or "-", f"{feature.window_s:g}",
            f"{feature.minimum_coverage:g}",
        ]


def row_of(one):
    """A measurement of the code's table as the page's table says it."""
    elsewhere = {name for known in BY_NAME for name in (known, f"{known}_q")}
    said = [f"`{f.name}` {f.text}{f' ({f.unit})' if f.unit else ''}" for f in one.fields
            if one.name != "features" or f.name not in elsewhere]
    if one.name == "features":
        said.insert(0, "each feature by its name ([signals.md](signals.md)) and `NAME_q`, its "
                       "quality")
    fields = "; ".join(said)
    tags = " ".join(f"`{tag}`" for tag in one.tags)
    return f"| `{one.bucket}` | `{one.name}` | {one.time} | {tags} | {one.text}: {fields} |"


def test_what_a_study_measures_is_in_its_page_with_the_window():
    told = {row[0]: row[2] for row in cells(doc("studies.md"), 3)}
    for name, measured in MEASURED.items():
        assert told[name] == f"{BY_NAME[measured.feature].window_s:g} s"


@pytest.mark.parametrize(("option", "begins", "ends"), [
    ("csv", "**For a model of your own**", "The file is there"),
    ("levels", "**For a model of people and phases**", "A contrast worked out"),
])
def test_every_column_of_a_studys_tables_is_in_its_page(option, begins, ends):
    about = doc("studies.md").partition(begins)[2].partition(ends)[0]
    columns = list(COLUMNS[option])
    assert [word for word in re.findall(r"`(\w+)`", about) if word in columns] == columns


def test_the_measurements_are_in_influx_as_the_code_has_them():
    lines = doc("influx.md").splitlines()
    shown = [one for one in lines if one.startswith("| `stillpoint") and one.count(" | ") == 4]
    assert shown == [row_of(one) for one in TABLE]


def test_every_table_and_column_of_an_export_is_in_its_page(made):
    lines = [line for line in doc("export.md").splitlines() if line.startswith("| `")]
    rows = {re.findall(r"`(\w+)`", line)[0]: line.split("|")[3] for line in lines
            if ".json" not in line}
    assert set(rows) == set(TABLES)
    analysis = analyse(made)
    for name, make in TABLES.items():
        columns = list(next(iter(make(analysis))))
        told = re.findall(r"`(\w+)`", rows[name])
        if name == "features":
            assert told[:2] == columns[:2]
        else:
            assert [word for word in told if word in columns] == columns


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return recorded(tmp_path_factory.mktemp("docs") / "s1", session(Kit(), 60))


def test_the_examples_run_as_they_are_printed(made, tmp_path, capsys):
    """On a real export. Pandas need not be here: that example is only compiled."""
    with_pandas, plain = (
        text for kind, text in FENCE.findall(doc("export.md")) if kind == "python"
    )
    assert max(len(text.splitlines()) for text in (with_pandas, plain)) == 5
    compile(with_pandas, "export.md", "exec")
    asked = [line for line in commands(ROOT / "docs" / "export.md") if " --out " in line]
    for line in asked:
        at = {"SESSION": str(made)}
        assert main([at.get(word, word.replace("DIR", f"{tmp_path}/d"))
                     for word in words(line)[1:]]) == 0
    exec(plain.replace("DIR", f"{tmp_path}/d"), {})
    for path in re.findall(r'"DIR([^"]+)"', doc("export.md")):
        assert Path(f"{tmp_path}/d{path}").exists(), path
    assert len(asked) == 2
    assert int(capsys.readouterr().out.splitlines()[-1].split()[0]) > 20


def test_the_tables_of_the_journal_are_in_sessions():
    text = doc("sessions.md")
    created = SCHEMA.partition("rows (")[2].partition(");")[0]
    columns = [part.split()[0] for part in created.split(",")]
    assert columns[:3] == ["id", "at_ns", "topic"]
    for column in columns:
        assert f"`{column}`" in text
    for word in ("expected", "stored", "late", "lost"):
        assert f"| **{word}** |" in text
    for cause in ("frames lost", "sensor overflow", "restart", "stopped", "silent"):
        assert f"`{cause}`" in text
