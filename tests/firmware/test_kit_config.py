"""config.json: what is wrong is named with its cure; and what the kit says of itself."""

import json

import pytest
from kit.about import about
from kit.config import ConfigError, parse, read, ring_kb, tree_of
from micropython import FIRMWARE, ROOT, run

from hub.signals.quality import MAX30102

EXAMPLE = str(FIRMWARE / "config.example.json")


def example():
    return json.loads(open(EXAMPLE).read())


def test_the_example_is_right():
    config = parse(read(EXAMPLE))
    assert (config.board, config.ring_kb, config.host) == ("pico-w", 48, "192.168.8.2")
    assert config.led_ma == 7 and config.rf_ohm == 100_000


def test_a_kit_has_the_light_that_the_contact_of_a_finger_was_chosen_for():
    config, counts = parse(example()), f"{MAX30102.contact_counts:,.0f} counts"
    light = f"{config.led_ma} mA and {config.adc_range_na} nA"
    for page in ("firmware/README.md", "docs/signals.md"):
        (line,) = [line for line in (ROOT / page).read_text().splitlines() if light in line]
        assert counts in line


def test_an_esp32_has_the_small_ring_unless_told():
    tree = {**example(), "board": "esp32"}
    del tree["ring_kb"]
    assert ring_kb(tree) == 24


@pytest.mark.parametrize(
    ("path", "value", "remark"),
    [
        ("kit", None, "kit is missing"),
        ("kit", "Kit 1", 'kit is "Kit 1": use 1-24 of a-z'),
        ("room", 7, "room must be a text"),
        ("role", "hub", "role must be one of kit, box"),
        ("board", "esp8266", "board must be one of esp32, pico-w"),
        ("ring_kb", 50, "multiple of 4"),
        ("ring_kb", 500, "ring_kb must be a whole number, 4 to 64"),
        ("watchdog", 1, "watchdog must be one of true, false"),
        ("wifi", None, "wifi.ssid is missing"),
        ("broker", {"host": "h", "port": "1883"}, "broker.port must be a whole number"),
        ("broker", {}, "broker.host is missing"),
        ("ppg", {"led_ma": 900}, "ppg.led_ma must be a whole number, 1 to 50"),
    ],
)
def test_a_wrong_entry_is_named_with_its_cure(path, value, remark):
    tree = {**example(), path: value}
    with pytest.raises(ConfigError, match=remark):
        parse(tree)


def test_a_broken_file_and_a_missing_one(tmp_path):
    with pytest.raises(ConfigError, match="no JSON"):
        tree_of(b'{"site": ')
    with pytest.raises(ConfigError, match="one object"):
        tree_of(b"[]")
    with pytest.raises(ConfigError, match=r"copy config\.example\.json"):
        read(str(tmp_path / "config.json"))


@pytest.mark.parametrize(
    ("path", "value", "remark"),
    [
        ("rolle", "box", "rolle is unknown; config.json has site, .* role"),
        ("wifi", {"ssid": "x", "pasword": "y"}, "wifi.pasword is unknown; wifi has ssid, password"),
        ("broker", {"host": "h", "username": "kit"}, "broker.username is unknown; .* user, pass"),
        ("wifi", "home", 'wifi must be a table: "wifi": { ... }'),
        ("broker", ["192.168.8.2"], "broker must be a table"),
        ("eda", {"rf_ohms": 47000}, "eda.rf_ohms is unknown; eda has vexc_uv, rf_ohm, rs_ohm"),
    ],
)
def test_an_entry_that_the_file_cannot_have_is_not_passed_over(path, value, remark):
    data = json.dumps({**example(), path: value}).encode()
    with pytest.raises(ConfigError, match=remark):
        tree_of(data)


def saved(path, encoding):
    """What the real interpreter says to a config.json with accents in it."""
    wifi = {"ssid": "Bálint kör", "password": "12345678"}
    text = json.dumps({**example(), "wifi": wifi}, ensure_ascii=False)
    (path / "config.json").write_bytes(text.encode(encoding))
    return run(READ, cwd=path).strip()


READ = """
from kit.config import ConfigError, parse, read
try:
    print(parse(read("config.json")).ssid == "B\\xe1lint k\\xf6r")
except ConfigError as e:
    print(e)
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_accents_are_taken_with_a_mark_of_the_byte_order_or_without(tmp_path, encoding):
    assert saved(tmp_path, encoding) == "True"


@pytest.mark.parametrize("encoding", ["cp1250", "utf-16"])
def test_another_encoding_is_named_with_its_cure(tmp_path, encoding):
    assert saved(tmp_path, encoding) == "config.json is not UTF-8: save it again as UTF-8"


def test_what_it_says_of_itself_has_no_secret():
    config = parse(example())
    said = about(config).decode()
    assert config.wifi_password not in said
    assert json.loads(said)["eda"]["lsb_uv"] == 62.5
    box = json.loads(about(parse({**example(), "role": "box"})))
    assert box["keys"] == 8 and "ppg" not in box
