"""config.json: what is wrong is named with its cure; and what the kit says of itself."""

import json

import pytest
from kit.about import about
from kit.config import ConfigError, parse, read, ring_kb, tree_of
from micropython import FIRMWARE

EXAMPLE = str(FIRMWARE / "config.example.json")


def example():
    return json.loads(open(EXAMPLE).read())


def test_the_example_is_right():
    config = parse(read(EXAMPLE))
    assert (config.board, config.ring_kb, config.host) == ("pico-w", 48, "192.168.8.2")
    assert config.led_ma == 7 and config.rf_ohm == 100_000


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
        ("watchdog", 1, "watchdog must be one of True, False"),
        ("wifi", None, "wifi.ssid is missing"),
        ("broker", {"host": "h", "port": "1883"}, "broker.port must be a whole number"),
        ("broker", "h", "broker.host is missing"),
        ("ppg", {"led_ma": 900}, "ppg.led_ma must be a whole number, 1 to 50"),
    ],
)
def test_a_wrong_entry_is_named_with_its_cure(path, value, remark):
    tree = {**example(), path: value}
    with pytest.raises(ConfigError, match=remark):
        parse(tree)


def test_a_broken_file_and_a_missing_one(tmp_path):
    with pytest.raises(ConfigError, match="no JSON"):
        tree_of('{"site": ')
    with pytest.raises(ConfigError, match="one object"):
        tree_of("[]")
    with pytest.raises(ConfigError, match=r"copy config\.example\.json"):
        read(str(tmp_path / "config.json"))


def test_what_it_says_of_itself_has_no_secret():
    config = parse(example())
    said = about(config).decode()
    assert config.wifi_password not in said
    assert json.loads(said)["eda"]["lsb_uv"] == 62.5
    box = json.loads(about(parse({**example(), "role": "box"})))
    assert box["keys"] == 8 and "ppg" not in box
