# Reads config.json. Every remark says which entry is wrong and what to put there.

# It loads little by itself, so that the ring can be made while the heap is still in one piece.

import json
from collections import namedtuple

Config = namedtuple(
    "Config",
    (
        "site", "room", "kit", "role", "board", "ssid", "wifi_password",
        "host", "port", "user", "broker_password", "ring_kb", "watchdog",
        "led_ma", "adc_range_na", "vexc_uv", "rf_ohm", "rs_ohm",
    ),
)

ROLES = ("kit", "box")
RING_KB = {"esp32": 24, "pico-w": 48}
RANGES_NA = (2048, 4096, 8192, 16384)

# Where it is: what it is if it is not given, lowest, highest.
NUMBERS = {
    "broker.port": (1883, 1, 65535),
    "ppg.led_ma": (7, 1, 50),
    "eda.vexc_uv": (500000, 1000, 5000000),
    "eda.rf_ohm": (100000, 1, 10000000),
    "eda.rs_ohm": (2200, 0, 10000000),
}

# What each table of the file may hold; "" is the file itself.
ENTRIES = {
    "": ("site", "room", "kit", "role", "board", "wifi", "broker", "ring_kb", "watchdog",
         "ppg", "eda"),
    "wifi": ("ssid", "password"),
    "broker": ("host", "port", "user", "password"),
    "ppg": ("led_ma", "adc_range_na"),
    "eda": ("vexc_uv", "rf_ohm", "rs_ohm"),
}  # fmt: skip
BOM = b"\xef\xbb\xbf"  # some editors of Windows begin UTF-8 with it


class ConfigError(ValueError):
    """config.json cannot be used; the text says what to change."""


def read(path):
    """What the file holds, as a dict, or ConfigError."""
    try:
        with open(path, "rb") as f:
            return tree_of(f.read())
    except OSError:
        raise ConfigError("%s is missing: copy config.example.json and fill it in" % path)


def tree_of(data):
    """The dict in the bytes of a file, of known entries only, or ConfigError."""
    try:
        text = (data[3:] if data[:3] == BOM else data).decode()
    except UnicodeError:
        raise ConfigError("config.json is not UTF-8: save it again as UTF-8")
    try:
        tree = json.loads(text)
    except ValueError:
        raise ConfigError("config.json is no JSON: look for a missing comma, quote or brace")
    if not isinstance(tree, dict):
        raise ConfigError("config.json must hold one object { ... }")
    _only_known("", tree)
    for table in ENTRIES:
        if tree.get(table) is not None:
            _only_known(table, tree[table])
    return tree


def ring_kb(tree):
    """The size of the ring, or ConfigError."""
    board = _one_of(tree, "board", tuple(RING_KB))
    size = _number(tree, "ring_kb", RING_KB[board], 4, 64)
    if size % 4:
        raise ConfigError("ring_kb is %d: it must be a multiple of 4" % size)
    return size


def parse(tree):
    """The `Config`, or ConfigError."""
    numbers = {name: _number(tree, name, *limits) for name, limits in NUMBERS.items()}
    return Config(
        site=_name(tree, "site"),
        room=_name(tree, "room"),
        kit=_name(tree, "kit"),
        role=_one_of(tree, "role", ROLES, "kit"),
        board=_one_of(tree, "board", tuple(RING_KB)),
        ssid=_text(tree, "wifi.ssid"),
        wifi_password=_text(tree, "wifi.password", ""),
        host=_text(tree, "broker.host"),
        port=numbers["broker.port"],
        user=_text(tree, "broker.user", ""),
        broker_password=_text(tree, "broker.password", ""),
        ring_kb=ring_kb(tree),
        watchdog=_one_of(tree, "watchdog", (True, False), False),
        led_ma=numbers["ppg.led_ma"],
        adc_range_na=_one_of(tree, "ppg.adc_range_na", RANGES_NA, 8192),
        vexc_uv=numbers["eda.vexc_uv"],
        rf_ohm=numbers["eda.rf_ohm"],
        rs_ohm=numbers["eda.rs_ohm"],
    )


def _only_known(table, found):
    if not isinstance(found, dict):
        raise ConfigError('%s must be a table: "%s": { ... }' % (table, table))
    for name in found:
        if name not in ENTRIES[table]:
            path = "%s.%s" % (table, name) if table else name
            known = ", ".join(ENTRIES[table])
            raise ConfigError("%s is unknown; %s has %s" % (path, table or "config.json", known))


def _find(tree, path, default):
    value = tree
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if value is None:
        value = default
    if value is None:
        raise ConfigError("%s is missing from config.json: add it" % path)
    return value


def _text(tree, path, default=None):
    value = _find(tree, path, default)
    if not isinstance(value, str) or len(value) > 64:
        raise ConfigError("%s must be a text in quotes, up to 64 characters" % path)
    return value


def _name(tree, path):
    from wire import is_name

    value = _text(tree, path)
    if not is_name(value):
        raise ConfigError('%s is "%s": use 1-24 of a-z, 0-9 and -' % (path, value))
    return value


def _number(tree, path, default, low, high):
    value = _find(tree, path, default)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ConfigError("%s must be a whole number, %d to %d" % (path, low, high))
    return value


def _one_of(tree, path, choices, default=None):
    value = _find(tree, path, default)
    for choice in choices:
        if type(value) is type(choice) and value == choice:
            return choice
    raise ConfigError("%s must be one of %s" % (path, ", ".join(str(c) for c in choices).lower()))
