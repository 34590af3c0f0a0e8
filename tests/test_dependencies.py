"""Whatever package is imported stands in pyproject.toml: what only comes along may one day not."""

import ast
import re
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OWN = {path.name for path in ROOT.iterdir() if path.is_dir()}


def plain(name):
    """A distribution's name as pip compares it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=!~ \[;]", name)[0]).lower()


def declared(*groups):
    asked = [*PROJECT["dependencies"]]
    for group in groups:
        asked += PROJECT["optional-dependencies"][group]
    return {plain(name) for name in asked}


def imported(path):
    """Top names of the packages that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@cache
def brought_by():
    return packages_distributions()


def undeclared(files, known):
    """(file, package) of what is installed, and imported without having been asked for."""
    return sorted({
        (path.relative_to(ROOT).as_posix(), name) for path in files for name in set(imported(path))
        if name not in OWN and name in brought_by()
        and not known & {plain(one) for one in brought_by()[name]}
    })


@pytest.mark.parametrize(("folders", "groups"), [
    (("hub", "firmware", "dashboards", "hardware"), ("wheels",)),
    (("tests", "bench", "tools"), ("wheels", "dev")),
])  # fmt: skip
def test_every_package_that_is_imported_is_asked_for(folders, groups):
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")
             if "bench/signals" not in path.as_posix()]  # the peers' environment is their own
    assert undeclared(files, declared(*groups)) == []


def test_one_that_only_comes_along_would_be_found():
    files = list((ROOT / "hub" / "web").glob("*.py"))
    assert {name for _, name in undeclared(files, declared() - {"starlette"})} == {"starlette"}


def test_recordings_are_installed_without_what_their_package_asks_for():
    lock = (ROOT / "requirements.lock").read_text()
    assert "heartpy" not in lock and "matplotlib" not in lock
    data = (ROOT / "requirements-data.lock").read_text()
    assert re.findall(r"^(\w+)==", data, re.M) == ["heartpy"]
    for file in ("Makefile", "Dockerfile"):
        lines = [x for x in (ROOT / file).read_text().splitlines() if "requirements-data.lock" in x]
        assert any("install" in line and "--no-deps" in line for line in lines), file
