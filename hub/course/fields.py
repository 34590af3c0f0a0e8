"""Reads a TOML text against tables of fields, so that every mistake is named with its cure.

A reader is a function (where, found) -> the value, or FieldError. `where` is the path to the
field as a person would say it: "phases, item 4 (questions), min_s".
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any, cast

TEXT_MAX = 32_768  # characters of a file
LABEL_MAX = 60
SECONDS_MAX = 6 * 3600

Reader = Callable[[str, Any], Any]
Field = tuple[Reader, Any]  # its reader, and its default or REQUIRED; None stays None
REQUIRED = object()


class FieldError(ValueError):
    """A field that cannot be used: where it is, what was found, what is allowed, what to do."""

    def __init__(self, where: str, found: str, allowed: str, do: str):
        self.where, self.found, self.allowed, self.do = where, found, allowed, do
        super().__init__(f"{where}: found {found}; allowed: {allowed}. {do}")


def parse(text: str) -> dict[str, Any]:
    """The TOML text as a dict. FieldError with line and column where it is not TOML."""
    if len(text) > TEXT_MAX:
        raise FieldError("the file", f"{len(text)} characters", f"up to {TEXT_MAX}", "Shorten it.")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _not_toml(text, error) from None


def _not_toml(text: str, error: Exception) -> FieldError:
    lines = text.split("\n")
    place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    line, column = map(int, place.groups()) if place else (len(lines), len(lines[-1]) + 1)
    what = str(error).split(" (at ")[0] if isinstance(error, ValueError) else "nested too deeply"
    found = f"{short(lines[min(line, len(lines)) - 1])} ({short(what)})"
    return FieldError(f"line {line}, column {column}", found, "TOML", "Correct that line.")


def short(found: object) -> str:
    """What was found, fit for a message."""
    try:
        text = repr(found)
    except RecursionError:
        return "something nested very deeply"
    return text if len(text) <= 60 else text[:57] + "..."


def in_(where: str, field: str) -> str:
    """The path of a field inside `where`."""
    return f"{where}, {field}" if where else field


def one(is_right: Callable[[Any], bool], allowed: str, do: str) -> Reader:
    """A reader of a single value."""

    def read(where: str, found: Any) -> Any:
        if not is_right(found):
            raise FieldError(where, short(found), allowed, do)
        return found

    return read


def choice(allowed: tuple[str, ...]) -> Reader:
    """A reader of one of these words."""
    return one(lambda found: found in allowed, " | ".join(allowed), "Choose one of them.")


def _is_label(found: Any) -> bool:
    return isinstance(found, str) and 0 < len(found.strip()) <= LABEL_MAX and found.isprintable()


name = one(
    lambda found: isinstance(found, str) and re.fullmatch(r"[a-z0-9-]{1,24}", found) is not None,
    "1-24 of a-z 0-9 -",
    "Rename it, for instance case-call.",
)
label = one(_is_label, f"text of 1-{LABEL_MAX} characters on one line", "Write a short label.")
flag = one(lambda found: isinstance(found, bool), "true | false", "Write it without quotes.")
yes = one(lambda found: found is True, "true", "Write true, or leave the field out.")
seconds = one(
    lambda found: type(found) is int and 1 <= found <= SECONDS_MAX,
    f"a whole number of seconds, 1 to {SECONDS_MAX}",
    "Write for instance 180 for three minutes.",
)


def table(fields: Mapping[str, Field]) -> Reader:
    """A reader of a table with these fields and no others."""
    allowed = ", ".join(fields)

    def read(where: str, found: Any) -> dict[str, Any]:
        if not isinstance(found, dict):
            raise FieldError(where, short(found), f"a table with {allowed}", "Write a table.")
        values = cast("dict[str, Any]", found)
        for key in values:
            if key not in fields:
                do = "Remove it, or correct its spelling."
                raise FieldError(in_(where, short(key)), "an unknown field", allowed, do)
        return {
            key: _value(in_(where, key), values.get(key, default), reader)
            for key, (reader, default) in fields.items()
        }

    return read


def _value(where: str, found: Any, reader: Reader) -> Any:
    if found is REQUIRED:
        raise FieldError(where, "nothing", "a value: the field is needed", "Add it.")
    return None if found is None else reader(where, found)


def list_of(reader: Reader, least: int, most: int) -> Reader:
    """A reader of a list of `least` to `most` items; errors count items from 1."""

    def read(where: str, found: Any) -> tuple[Any, ...]:
        items = cast("list[Any]", found) if isinstance(found, list) else None
        if items is None or not least <= len(items) <= most:
            got = short(cast("object", found)) if items is None else f"{len(items)} items"
            do = "Write a list, or change its length."
            raise FieldError(where, got, f"a list of {least} to {most} items", do)
        return tuple(reader(_item(where, k, item), item) for k, item in enumerate(items, 1))

    return read


def _item(where: str, number: int, item: Any) -> str:
    key = cast("dict[str, Any]", item).get("id") if isinstance(item, dict) else None
    return f"{where}, item {number}" + (f" ({key[:24]})" if isinstance(key, str) else "")


def check_unique(where: str, names: tuple[str, ...]) -> None:
    """FieldError if a name comes twice."""
    twice = next((key for k, key in enumerate(names) if key in names[:k]), None)
    if twice is not None:
        raise FieldError(where, f"{twice} twice", "each name once", "Rename or remove one.")
