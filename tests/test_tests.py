"""The tests' own packages import one way, as the house does."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

from tests.lanes import LANES, LONG

ROOT = Path(__file__).resolve().parent


def unit(path):
    """What a file belongs to: a folder of tests, or itself."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def needed(path):
    """The units whose modules a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "tests":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests."):
            yield node.module.split(".")[1]


def test_no_folder_of_tests_needs_one_that_needs_it():
    graph = {}
    for path in ROOT.rglob("*.py"):
        graph.setdefault(unit(path), set()).update(set(needed(path)) - {unit(path)})
    assert len(graph) > 20 and "rows" in graph["system"]
    TopologicalSorter(graph).prepare()  # CycleError, with the way round, where there is one


def test_every_file_that_goes_first_is_there():
    assert [name for name in [*LANES, *LONG] if not (ROOT.parent / name).is_file()] == []
