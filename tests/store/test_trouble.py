"""What is said of InfluxDB's answers."""

import pytest

from hub.store.trouble import stumbled, without_figures

QUOTED = r"features,site=a\ b,seat=1 hr=66.5,note=\"it's: ' bad\" 1700"


@pytest.mark.parametrize(("said", "shown"), [
    (f"unable to parse '{QUOTED}': invalid number",
     r"unable to parse 'features,site=a\ b,seat=1 ...': invalid number"),
    ("partial write: unable to parse 'f,seat=1 hr=66x 1': bad\n"
     "unable to parse 'f,seat=2 hr=71x 2': worse dropped=0",
     "partial write: unable to parse 'f,seat=1 ...': bad; "
     "unable to parse 'f,seat=2 ...': worse dropped=0"),
    ("unable to parse 'f,seat=1 t=\"two\nlines hr=66\" 1': bad", "unable to parse 'f,seat=1 ...'"),
    ("field type conflict dropped=3", "field type conflict dropped=3"),
])  # fmt: skip
def test_of_a_line_that_an_answer_quotes_only_measurement_and_tags_are_shown(said, shown):
    assert without_figures(said) == shown


def test_a_mistake_is_said_without_its_text():
    trouble = stumbled(ValueError("hr=66.5"))
    assert "ValueError" in trouble.what and "66" not in repr(trouble)
