"""Every setting of the hub: one frozen value, made from stillpoint.toml and the environment.

A setting `name` is STILLPOINT_NAME in the environment (which wins) and `name = ...` in the file,
which is ./stillpoint.toml or what STILLPOINT_CONFIG names. Nothing else reads either.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from firmware import wire
from hub.errors import SettingsError
from hub.policy import TEAM_VIEWS

PREFIX = "STILLPOINT_"
CONFIG = "STILLPOINT_CONFIG"
# Not settings, and read elsewhere: by the image, the tests, what builds InfluxDB for them.
HELPERS = (CONFIG, "STILLPOINT_CONTAINER", "STILLPOINT_NO_SKIPS", "STILLPOINT_INFLUXD2")
SEAT_VIEWS = ("after", "live")
DEMO = "demo"  # the site of `stillpoint demo`: by it panels know who is simulated
BUCKETS = ("influx_bucket", "influx_team_bucket", "influx_raw_bucket")
YES, NO = ("true", "1", "yes"), ("false", "0", "no", "")
NO_TEXT = re.compile("[\ud800-\udfff]")  # what the environment makes of other bytes
HOST = re.compile(r"[\w.:%-]+")
URL = re.compile(r"https?://([\w.-]+|\[[\da-f:.]+\])(:\d+)?(/[\w./~-]*)?", re.I | re.A)
SECRETS = ("broker_password", "influx_token")
KEPT = "Nothing was started and nothing was changed."


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings, with the values for a hub that stands alone on a machine."""

    data_dir: Path = Path("stillpoint-data")  # sessions, tokens, the clock's anchor
    site: str = "site"  # the part of the topics that this hub listens to
    rooms: tuple[str, ...] = ()  # rooms with a console before any kit of theirs was heard
    broker_host: str = "127.0.0.1"
    broker_port: int = 1883
    broker_user: str = ""
    broker_password: str = field(default="", repr=False)
    broker_password_file: str = ""  # where it is kept, instead
    web_host: str = "127.0.0.1"
    web_port: int = 8000  # 0: any free one
    workers: int = 1  # processes that work out results
    reserve_mb: int = 64  # disk kept free for each open session
    simulated: bool = False  # every kit of this hub is simulated
    influx_url: str = ""  # empty: no InfluxDB
    influx_token: str = field(default="", repr=False)
    influx_token_file: str = ""  # where it is kept, instead; it may come later
    influx_org: str = "stillpoint"
    influx_bucket: str = "stillpoint"  # with seats: for researchers
    influx_team_bucket: str = "stillpoint-team"  # group-safe; empty: none
    influx_raw_bucket: str = ""  # every pulse sample, kept for a week; empty: none
    influx_waves: bool = True  # the signals themselves, beside the features
    seat_view: str = "after"  # when researchers see seats there: after the session, or live
    team_view: str = "after"  # when teams see their curve: after the session, or a minute late


def load(environ: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """The settings of the file and the environment; what is `given` wins. SettingsError says
    which setting is wrong and how to put it right."""
    environ = os.environ if environ is None else environ
    found = {**_file(environ), **_environment(environ), **given}
    return _fitting(
        Settings(**{name: _value(name, value, name in given) for name, value in found.items()})
    )


def token_of(settings: Settings) -> str:
    """The token for InfluxDB, as it is now, "" for none: set-up may write its file while the hub
    runs. SettingsError where the file holds something else."""
    named = settings.influx_token_file
    there = os.path.exists(named) and os.path.getsize(named)
    return settings.influx_token or (_secret("influx_token_file", named) if there else "")


def password_of(settings: Settings) -> str:
    """The hub's password at the broker, "" for none. SettingsError where its file holds none."""
    named = settings.broker_password_file
    return settings.broker_password or (_secret("broker_password_file", named) if named else "")


def _secret(name: str, path: str) -> str:
    try:
        return _READ.get(name.removesuffix("_file"), _text)(_kept_in(Path(path)))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SettingsError(f"{Path(path).absolute()}, which {name} names, cannot be used: {why}.",
                            KEPT, f"Correct that file, or {_where(name)}.") from None


def _kept_in(path: Path) -> str:
    try:
        said = path.read_text(encoding="utf-8-sig").strip()
    except UnicodeDecodeError:
        raise ValueError("it is no text in UTF-8") from None
    if not said:
        raise ValueError("it is empty")
    return said


def _file(environ: Mapping[str, str]) -> dict[str, Any]:
    path = Path(environ.get(CONFIG, "stillpoint.toml"))
    if not path.exists():
        if CONFIG in environ:
            raise SettingsError(f"{CONFIG} names {path}, which does not exist.", KEPT,
                                "Name an existing file, or unset it.")
        if path.is_symlink():
            raise SettingsError(f"{path} leads to a file that does not exist.", KEPT,
                                "Put the file there, or take the link away.")
        return {}
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.", KEPT,
                            "Correct the file; it is TOML, in UTF-8.") from None
    for name in said:
        _known(name, f"{path} sets")
    return said


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    names = {PREFIX + setting.name.upper(): setting.name for setting in fields(Settings)}
    for key in environ:
        if key.startswith(PREFIX):
            _known(key, "The environment sets", (*names, *HELPERS))
    return {names[key]: value for key, value in environ.items() if key in names}


NAMES = tuple(setting.name for setting in fields(Settings))


def _known(name: str, where: str, names: Sequence[str] = NAMES) -> None:
    if name in names:
        return
    near = get_close_matches(name, names, 1)
    cure = f"Did you mean {near[0]}?" if near else f"The settings are: {', '.join(names)}."
    raise SettingsError(f"{where} {name}, and there is no such setting.", KEPT, cure)


def _value(name: str, value: Any, given: bool) -> Any:
    _known(name, "The hub was given")
    try:
        return _READ.get(name, _text)(value)
    except ValueError as error:
        shown = "what it is" if name in SECRETS else repr(value)
        raise SettingsError(
            f"The setting {name} cannot be {shown}: {error}.", KEPT,
            "Correct it in the command." if given else f"Correct {_where(name)}.",
        ) from None


def _where(name: str) -> str:
    return f"{name} in stillpoint.toml or {PREFIX}{name.upper()}"


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("it is a text")
    if NO_TEXT.search(value):
        raise ValueError("it is a text in UTF-8")
    return value


def _filled(value: Any) -> str:
    if not _text(value):
        raise ValueError("it is a name")
    return value


def _path(value: Any) -> Path:
    if not isinstance(value, str | Path) or not str(value) or "\0" in str(value):
        raise ValueError("it is a path")
    try:
        return Path(value).expanduser()
    except RuntimeError:
        raise ValueError("there is no such user") from None


def _file_name(value: Any) -> str:
    return str(_path(value)) if value != "" else ""


def _host(value: Any) -> str:
    """Not empty: a socket takes that for every address of the machine."""
    try:
        _text(value).encode("idna")  # as whoever looks the name up will
    except UnicodeError:
        value = ""
    if not HOST.fullmatch(value):
        raise ValueError("it is the address of a machine, or its name, as 127.0.0.1")
    return value


def _url(value: Any) -> str:
    """A machine, a port, a path: whoever asks can do with no more. Empty: none."""
    if _text(value) and not _is_url(value):
        raise ValueError("it is an address as http://127.0.0.1:8086")
    return value


def _is_url(text: str) -> bool:
    try:
        url = urlsplit(text)
        return bool(URL.fullmatch(text) and _host(url.hostname) and url.port != 0)
    except ValueError:
        return False


def _token(value: Any) -> str:
    if not (_text(value).isascii() and value.isprintable()):
        raise ValueError("it is letters, digits and signs of ASCII")
    return value


def _number(lowest: int, highest: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        text = str(value)
        if isinstance(value, bool) or not text.isdecimal() or not lowest <= int(text) <= highest:
            raise ValueError(f"it is a whole number from {lowest} to {highest}")
        return int(text)

    return read


def _name(value: Any) -> str:
    if not isinstance(value, str) or not wire.is_name(value):
        raise ValueError("it is 1-24 of a-z, 0-9 and the hyphen")
    return value


def _names(value: Any) -> tuple[str, ...]:
    parts: Any = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
    if type(parts) not in (list, tuple):
        raise ValueError('it is a list of names, as ["a", "b"]')
    return tuple(_name(part) for part in parts if part)


def _truth(value: Any) -> bool:
    word = str(value).lower()
    if word not in (*YES, *NO):
        raise ValueError("it is true or false")
    return word in YES


def _one_of(words: tuple[str, ...]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in words:
            raise ValueError(f"it is {' or '.join(words)}")
        return str(value)

    return read


_READ: dict[str, Callable[[Any], Any]] = {
    "data_dir": _path,
    "site": _name,
    "rooms": _names,
    "broker_host": _host,
    "broker_port": _number(1, 65535),
    "broker_password_file": _file_name,
    "web_host": _host,
    "web_port": _number(0, 65535),
    "workers": _number(1, 64),
    "reserve_mb": _number(0, 1_000_000),
    "simulated": _truth,
    "influx_url": _url,
    "influx_token": _token,
    "influx_token_file": _file_name,
    "influx_org": _filled,
    "influx_bucket": _filled,
    "influx_waves": _truth,
    "team_view": _one_of(TEAM_VIEWS),
    "seat_view": _one_of(SEAT_VIEWS),
}


def _fitting(settings: Settings) -> Settings:
    """SettingsError where values that can be, each by itself, cannot be together."""
    for amiss, cure in _TOGETHER:
        what = amiss(settings)
        if what:
            raise SettingsError(what, KEPT, cure)
    return settings


def _one_bucket_twice(settings: Settings) -> str:
    names = {bucket: getattr(settings, bucket) for bucket in BUCKETS}
    for one, other in combinations(BUCKETS, 2):
        if names[one] == names[other] != "":
            return (f"{one} and {other} are both {names[one]!r}, and they differ in who may read "
                    "them, or in how long they are kept.")
    return ""


def _people_as_a_demo(settings: Settings) -> str:
    if settings.site != DEMO or settings.simulated:
        return ""
    return f"The site is {DEMO!r}, and people are not simulated: panels would leave them out."


def _password_of_nobody(settings: Settings) -> str:
    if settings.broker_user or not (settings.broker_password or settings.broker_password_file):
        return ""
    return "There is a password for the broker and no broker_user: the broker is told neither."


# What is amiss ("": nothing), and the cure.
_TOGETHER: tuple[tuple[Callable[[Settings], str], str], ...] = (
    (_one_bucket_twice, "Give one of the two another name."),
    (_password_of_nobody, "Set broker_user (`stillpoint setup` calls it hub)."),
    (_people_as_a_demo, "Give it another name, here and in every kit's config.json."),
)
