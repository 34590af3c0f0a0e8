# What the kit says of itself after each connection, as JSON: the hub needs it to turn codes into
# units. No secrets, no person.

import json

VERSION = "0.1.0"

EDA_LSB_UV = 62.5  # see drivers/ads1115.py
EDA_PERIOD_US = 62500


def about(config, bits=None):
    """The description of a kit or a box, as bytes. `bits` of the skin's converter: 16, 12, or None
    as long as it has not shown them."""
    tree = {
        "kit": config.kit,
        "role": config.role,
        "board": config.board,
        "firmware": VERSION,
    }
    if config.role == "box":
        tree["keys"] = 8
    else:
        tree["ppg"] = _ppg(config)
        tree["eda"] = _eda(config, bits)
    return json.dumps(tree).encode()


def _ppg(config):
    return {
        "sensor": "max30102",
        "nominal_hz": 100,
        "led_ma": config.led_ma,
        "adc_range_na": config.adc_range_na,
    }


def _eda(config, bits):
    return {
        "adc": "ads1015" if bits == 12 else "ads1115",
        "bits": bits,
        "lsb_uv": EDA_LSB_UV,
        "vexc_uv": config.vexc_uv,
        "rf_ohm": config.rf_ohm,
        "rs_ohm": config.rs_ohm,
        "period_us": EDA_PERIOD_US,
    }
