"""A channel is a row of one table: whoever adds one finds it wherever the others are."""

import json

import pytest

from firmware import wire
from hub.analysis.session import analyse
from hub.export.codebook import codebook
from hub.export.tables import sample_tables
from hub.live.messages import message_of
from hub.live.view import LiveView
from hub.results.channels import CHANNELS, Channel, named
from hub.results.pipeline import Pipeline
from hub.store.lines import LineMaker
from tests.rows import NS, Kit, session
from tests.system.rig_sessions import recorded

NUMBER, SECONDS = 77, 20
BREATH = Channel(
    name="breath", unit="mbar", period_us=250_000, to_value=lambda samples, _: samples / 10,
    push=lambda *_: None, wave_ns=NS // 2, decimals=2, shown_s=10,
    signal="breathing", source="pressure of a belt", value="mbar",
)


class Belted(Kit):
    """A kit with one more sensor: four samples a second."""

    def _payload(self, blocks, send_ns):
        return super()._payload([*blocks, self._belt(send_ns)], send_ns)

    def _belt(self, cut_ns):
        writer = wire.BlockWriter(NUMBER, 800)
        writer.clear(4 * self.seq)
        for k in range(4):
            writer.add(1000 + k)
        tick = self.tick(cut_ns)
        writer.at(tick & (wire.TICK_SPAN - 1), tick >> wire.TICK_BITS, 300)
        return writer


@pytest.fixture
def belted(tmp_path, monkeypatch):
    monkeypatch.setitem(CHANNELS, NUMBER, BREATH)
    return recorded(tmp_path / "s1", session(Belted(), SECONDS)), session(Belted(), SECONDS)


def test_a_channel_that_has_a_row_is_in_the_export_in_influxdb_and_on_the_page(belted):
    folder, rows = belted
    analysis = analyse(folder)
    values = [value for columns in sample_tables(analysis) for name, value, unit in zip(
        *(columns[of].values for of in ("channel", "value", "unit")), strict=True)
        if (name, unit) == ("breath", "mbar")]
    assert values == [100.0, 100.1, 100.2, 100.3] * SECONDS
    pipeline, view, lines = Pipeline(), LiveView(), LineMaker("s", "r", "s1")
    results = [result for row in rows for result in pipeline.feed(row)]
    view.apply([said for result in results if (said := message_of(result))])
    (wave,) = [one for one in view.snapshot()["waves"] if one["channel"] == "breath"]
    assert len(wave["values"]) == 20 and 100 <= wave["values"][-1] <= 100.3
    assert any(" breath=100" in line for result in results for line in lines.lines(result))
    assert json.dumps(codebook(analysis))


def test_a_channel_without_a_row_stays_in_the_journal_and_harms_no_other(tmp_path):
    plain = analyse(recorded(tmp_path / "plain", session(Kit(), SECONDS)))
    more = analyse(recorded(tmp_path / "more", session(Belted(), SECONDS)))
    assert {key: len(kept.value) for key, kept in more.placed.items()} == {
        key: len(kept.value) for key, kept in plain.placed.items()}


def test_no_two_channels_have_one_name():
    assert all(named(channel.name) is channel for channel in CHANNELS.values())
