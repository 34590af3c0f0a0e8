"""Protocols: what a file may say, and how a mistake in it is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.course.fields import SECONDS_MAX
from hub.course.library import library
from hub.course.protocol import (
    LANGUAGES,
    MARKERS,
    WHO_SPEAKS,
    PhaseDef,
    Protocol,
    ProtocolError,
    load,
)
from hub.course.timeline import DOUBLE_NS, SLACK_NS

DEMO = library().texts["demo"]
GOOD = """
id = "small"
title = { en = "Small", hu = "Kicsi", de = "Klein" }
markers = ["silence"]
keys = [{ phase = "talk" }, { marker = "silence" }, { undo = true }]
[[phases]]
id = "talk"
label = { en = "Talk", hu = "Beszéd", de = "Gespräch" }
min_s = 10
typical_s = 20
max_s = 30
who_speaks = "all"
presenter_in_circle = true
"""


def test_markers_come_from_the_fixed_vocabulary() -> None:
    assert all(set(protocol.markers) <= set(MARKERS) for protocol in library().protocols.values())
    assert all(tuple(labels) == LANGUAGES for labels in MARKERS.values())


def test_a_good_file_loads_and_what_is_optional_has_its_default() -> None:
    phase = load(GOOD).phases[0]
    assert (phase.optional, phase.repeatable, phase.baseline) == (False, False, False)
    assert load(GOOD).phase("talk") == phase
    assert load(GOOD).phase("other") is None
    assert load(GOOD).baseline is None
    assert load(GOOD).order == ("talk",)


def test_in_the_usual_order_a_phase_may_come_twice_or_not_at_all() -> None:
    rest = GOOD[GOOD.index("[[phases]]") :].replace('"talk"', '"rest"')
    text = GOOD.replace('id = "small"', 'id = "small"\norder = ["talk", "talk"]', 1) + rest
    assert load(text).order == ("talk", "talk")


# what is put in place of what, and words the message must have
MISTAKES = [
    ("min_s = 10", 'min_s = "ten"', ["phases, item 1 (talk), min_s", "'ten'", "whole number"]),
    ("min_s = 10", "min_s = true", ["min_s", "whole number"]),
    ("min_s = 10", "min_s = 0", ["min_s", "1 to 21600"]),
    ("min_s = 10", "min_s = 25", ["phases, talk", "min_s <= typical_s <= max_s"]),
    ("min_s = 10\n", "", ["min_s", "nothing", "Add it"]),
    ("min_s = 10", "min_s = 10\nminimum = 1", ["'minimum'", "unknown field", "who_speaks"]),
    ('who_speaks = "all"', 'who_speaks = "anyone"', ["who_speaks", "nobody | leader"]),
    ('who_speaks = "all"', "who_speaks = []", ["who_speaks", "found []"]),
    ('id = "talk"', 'id = "Talk!"', ["item 1 (Talk!), id", "a-z 0-9"]),
    ('de = "Gespräch"', 'de = "   "', ["label, de", "1-60 characters"]),
    ('de = "Gespräch"', 'de = "a\\nb"', ["label, de", "one line"]),
    (', de = "Gespräch"', "", ["label, de", "nothing"]),
    ("presenter_in_circle = true", 'presenter_in_circle = "yes"', ["true | false"]),
    ('markers = ["silence"]', 'markers = ["he said"]', ["markers, item 1", "intervention | "]),
    ('markers = ["silence"]', 'markers = ["silence", "silence"]', ["silence twice"]),
    ('markers = ["silence"]', 'markers = "silence"', ["markers", "a list of"]),
    ('markers = ["silence"]', "markers = []", ["keys, item 2, marker", "'silence'"]),
    ('{ phase = "talk" }', '{ phase = "rest" }', ["keys, item 1, phase", "'rest'", "talk"]),
    ('{ phase = "talk" }', '{ phase = "talk", undo = true }', ["keys, item 1", "one of phase"]),
    ('{ phase = "talk" }', "{}", ["keys, item 1", "one of phase"]),
    ('{ phase = "talk" }', "3", ["keys, item 1", "a table with phase, marker, undo"]),
    ("{ undo = true }", "{ undo = false }", ["undo", "found False"]),
    ('id = "small"', 'id = "small"\nteam_view = "live"', ["team_view", "after | late"]),
    ('id = "small"', 'id = "small"\norder = ["talk", "rest"]', ["order, item 2", "'rest'", "talk"]),
    ('id = "small"', 'id = "small"\norder = []', ["order", "a list of 1 to 64"]),
    ('id = "small"', 'id = "small"\ncolour = "red"', ["'colour'", "unknown field"]),
    ("[[phases]]", "[phases]", ["phases", "a list of 1 to 32 items"]),
]


@pytest.mark.parametrize(("old", "new", "words"), MISTAKES, ids=[new for _, new, _ in MISTAKES])
def test_a_mistake_names_file_field_found_allowed_and_cure(
    old: str, new: str, words: list[str]
) -> None:
    assert old in GOOD
    with pytest.raises(ProtocolError) as raised:
        load(GOOD.replace(old, new, 1), "small.toml")
    text = str(raised.value)
    assert text.startswith("small.toml: ") and "found" in text and "allowed:" in text
    assert raised.value.file == "small.toml" and raised.value.do in text
    for word in words:
        assert word in text


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("id = ", "line 1, column 6"),
        ("id = 1\nid = 2", "line 2, column 7"),
        ("x = " + "[" * 5000, "nested too deeply"),
        ("x = " + "9" * 5000, "line 1"),
        ("x" * 40_000, "40000 characters"),
    ],
)
def test_what_is_not_toml_names_line_and_column(text: str, place: str) -> None:
    with pytest.raises(ProtocolError, match=place):
        load(text)


def test_sizes_are_capped_and_names_unique() -> None:
    phase = GOOD[GOOD.index("[[phases]]") :]
    with pytest.raises(ProtocolError, match="talk twice"):
        load(GOOD + phase)
    many = "".join(phase.replace('"talk"', f'"talk-{k}"') for k in range(40))
    with pytest.raises(ProtocolError, match="41 items"):
        load(GOOD + many)
    two = GOOD.replace("presenter_in", "baseline = true\npresenter_in", 1)
    two += phase.replace('"talk"', '"rest"') + "baseline = true\n"
    with pytest.raises(ProtocolError, match="at most one"):
        load(two)


@given(st.data())
def test_a_damaged_file_is_a_protocol_or_a_protocol_error(data: st.DataObject) -> None:
    text = DEMO
    at = data.draw(st.integers(0, len(text) - 1))
    text = text[:at] + data.draw(st.text(max_size=4)) + text[at + data.draw(st.integers(0, 9)) :]
    try:
        load(text)
    except ProtocolError as error:
        assert error.do


def test_the_page_for_users_names_what_there_is() -> None:
    page = (Path(__file__).parents[2] / "docs" / "phases.md").read_text(encoding="utf-8")
    for word in [*library().protocols, *MARKERS, *WHO_SPEAKS, *PhaseDef.__dataclass_fields__,
                 *Protocol.__dataclass_fields__]:
        assert f"`{word}`" in page
    assert f"more than {DOUBLE_NS // 10**9} s have passed" in page
    assert f"up to {SLACK_NS // 10**9} s before the opening" in page
    assert f"1 to {SECONDS_MAX}" in page
