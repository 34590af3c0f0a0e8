"""What a kit may say of itself, and what nobody is believed."""

import pytest

from firmware import wire
from hub.about import FRONT_END, front_end, is_coarse, read


def test_what_the_firmware_says_is_taken():
    said = (b'{"kit": "k1", "role": "kit", "board": "esp32", "firmware": "0.1.0", '
            b'"ppg": {"sensor": "max30102", "nominal_hz": 100, "led_ma": 6.2}, '
            b'"eda": {"adc": "ads1115", "lsb_uv": 62.5, "rf_ohm": 220000, "period_us": 62500}}')
    about = read(said)
    assert about["ppg"]["nominal_hz"] == 100
    assert front_end(about) == {**FRONT_END, "rf_ohm": 220_000.0}
    assert front_end(read(b"{}")) == FRONT_END


def test_a_circuit_may_have_no_resistor_in_series():
    assert front_end(read(b'{"eda": {"rs_ohm": 0}}')) == {**FRONT_END, "rs_ohm": 0.0}


@pytest.mark.parametrize("said", [
    b"", b"null", b"[]", b"nojson", b"\xff", b"[" * 900 + b"]" * 900, b'{"a":' * 300,
    b'{"kit": "' + b"x" * 3000 + b'"}', b'{"board": NaN}', b'{"board": 1e400}',
    b'{"board": ' + b"9" * 400 + b"}", b'{"board": []}', b'{"board": "\\ud800"}',
    b'{"ppg": {"a": {"b": 1}}}', b'{"role": "leader"}', b'{"role": ["box"]}', b'{"eda": []}'[:9],
    b'{"eda": {"rf_ohm": 0}}', b'{"eda": {"rf_ohm": -5}}', b'{"eda": {"rf_ohm": "x"}}',
    b'{"eda": {"rs_ohm": null}}', b'{"eda": {"lsb_uv": true}}', b'{"eda": {"lsb_uv": 1e12}}',
])
def test_everything_else_is_refused(said):
    with pytest.raises(wire.WireError, match="description"):
        read(said)


@pytest.mark.parametrize(("said", "coarse"), [
    (b'{"eda": {"bits": 12}}', True), (b'{"eda": {"bits": 16}}', False),
    (b'{"eda": {"bits": null}}', False), (b'{"eda": {}}', False), (b'{"eda": 12}', False),
    (b"{}", False),
])
def test_a_converter_of_twelve_bits_is_coarse(said, coarse):
    assert is_coarse(read(said)) is coarse
