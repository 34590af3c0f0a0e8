"""Which code made a file: one version stands for hundreds of commits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

from firmware import wire

SOURCES = (Path(wire.__file__).parent, Path(__file__).parent)  # firmware, hub
DIGITS = 12
COMPUTING = ("numpy", "scipy")


@cache
def made_by() -> dict[str, str]:
    """`stillpoint`: the version; `code`: the sources that are installed."""
    return {"stillpoint": version("stillpoint"), "code": code_of(SOURCES)}


@cache
def software() -> str:
    """The same in words, with the libraries that compute: by others a figure's last bits may be
    others."""
    made = made_by()
    libraries = [f"{name} {version(name)}" for name in COMPUTING]
    return ", ".join([f"Stillpoint {made['stillpoint']} ({made['code']})", *libraries])


def code_of(packages: Iterable[Path]) -> str:
    """The first 12 hex digits of a SHA-256 over the .py files of these folders: in sorted order, of
    each its name (package/module.py), its length and its bytes. Where they lie makes no
    difference."""
    named = {path.relative_to(package.parent).as_posix(): path
             for package in packages for path in package.rglob("*.py")}
    digest = hashlib.sha256()
    for name in sorted(named):
        source = named[name].read_bytes()
        digest.update(f"{name}\n{len(source)}\n".encode() + source)
    return digest.hexdigest()[:DIGITS]
