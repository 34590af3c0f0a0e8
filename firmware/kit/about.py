# What the kit says of itself after each connection, as JSON: the hub needs it to turn codes into
# units. No secrets, no person.

import json

VERSION = "0.1.0"

EDA_LSB_UV = 62.5  # see drivers/ads1115.py
EDA_PERIOD_US = 62500


def about(config, resolution=16):
    """The description of a kit or a box, as bytes."""
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
        tree["eda"] = _eda(config, resolution)
    return json.dumps(tree).encode()


def _ppg(config):
    return {
        "sensor": "max30102",
        "nominal_hz": 100,
        "led_ma": config.led_ma,
        "adc_range_na": config.adc_range_na,
    }


def _eda(config, resolution):
    return {
        "adc": "ads1115" if resolution == 16 else "ads1015",
        "lsb_uv": EDA_LSB_UV,
        "vexc_uv": config.vexc_uv,
        "rf_ohm": config.rf_ohm,
        "rs_ohm": config.rs_ohm,
        "period_us": EDA_PERIOD_US,
    }
