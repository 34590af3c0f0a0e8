"""What a demo is asked for: said once, whole, and not changed on the way."""

import argparse
import dataclasses
import math

import pytest

from hub.simulate.options import add_arguments, options_of


def asked(*words):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return options_of(parser.parse_args(words))


def test_what_is_not_said_is_filled_in(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STILLPOINT_WEB_HOST", "192.0.2.7")
    plain = asked()
    assert (plain.seconds, plain.protocol, plain.port) == (math.inf, "demo", None)
    assert (plain.host, plain.data) == ("192.0.2.7", tmp_path / "stillpoint-data")
    assert plain.browser and plain.auto and not plain.json


@pytest.mark.parametrize(("words", "name", "value"), [
    (("--for", "30"), "seconds", 30.0), (("--fast",), "protocol", "demo-fast"),
    (("--fast", "--protocol", "hu-90"), "protocol", "hu-90"), (("--host", "::1"), "host", "::1"),
    (("--no-browser",), "browser", False), (("--no-auto",), "auto", False),
])  # fmt: skip
def test_what_is_said_holds(words, name, value):
    assert getattr(asked(*words), name) == value


def test_nothing_changes_it_on_the_way():
    with pytest.raises(dataclasses.FrozenInstanceError):
        asked().host = "0.0.0.0"
