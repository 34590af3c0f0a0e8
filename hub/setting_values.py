"""What the value of a setting may be: each of these reads one kind, as the environment or the file
has it. What cannot be is a ValueError, which says what it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from firmware import wire

YES, NO = ("true", "1", "yes"), ("false", "0", "no", "")
NO_TEXT = re.compile("[\ud800-\udfff]")  # what the environment makes of other bytes
HOST = re.compile(r"[\w.:%-]+")
URL = re.compile(r"https?://([\w.-]+|\[[\da-f:.]+\])(:\d+)?(/[\w./~-]*)?", re.I | re.A)


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("it must be a text")
    if NO_TEXT.search(value):
        raise ValueError("it must be a text in UTF-8")
    return value


def filled(value: Any) -> str:
    if not text(value):
        raise ValueError("it must be a name")
    return value


def path(value: Any) -> Path:
    if not isinstance(value, str | Path) or not str(value) or "\0" in str(value):
        raise ValueError("it must be a path")
    try:
        return Path(value).expanduser()
    except RuntimeError:
        raise ValueError("there is no such user") from None


def file_name(value: Any) -> str:
    return str(path(value)) if value != "" else ""


def host(value: Any) -> str:
    """Not empty: a socket takes that for every address of the machine."""
    try:
        text(value).encode("idna")  # as whoever looks the name up will
    except UnicodeError:
        value = ""
    if not HOST.fullmatch(value):
        raise ValueError("it must be the address or name of a machine, such as 127.0.0.1")
    return value


def url(value: Any) -> str:
    """A machine, a port, a path: whoever asks can do with no more. Empty: none."""
    if text(value) and not _is_url(value):
        raise ValueError("it must be an address such as http://127.0.0.1:8086")
    return value


def _is_url(said: str) -> bool:
    try:
        parts = urlsplit(said)
        return bool(URL.fullmatch(said) and host(parts.hostname) and parts.port != 0)
    except ValueError:
        return False


def token(value: Any) -> str:
    if not (text(value).isascii() and value.isprintable()):
        raise ValueError("it must be ASCII letters, digits and signs")
    return value


def number(lowest: int, highest: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        said = str(value)
        if isinstance(value, bool) or not said.isdecimal() or not lowest <= int(said) <= highest:
            raise ValueError(f"it must be a whole number from {lowest} to {highest}")
        return int(said)

    return read


def name(value: Any) -> str:
    if not isinstance(value, str) or not wire.is_name(value):
        raise ValueError("it must be 1-24 characters: a-z, 0-9 and the hyphen")
    return value


def names(value: Any) -> tuple[str, ...]:
    parts: Any = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
    if type(parts) not in (list, tuple):
        raise ValueError('it must be a list of names, such as ["a", "b"]')
    return tuple(name(part) for part in parts if part)


def truth(value: Any) -> bool:
    word = str(value).lower()
    if word not in (*YES, *NO):
        raise ValueError("it must be true or false")
    return word in YES


def one_of(words: tuple[str, ...]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in words:
            raise ValueError(f"it must be {' or '.join(words)}")
        return str(value)

    return read
