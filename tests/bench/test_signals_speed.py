"""What is timed is what a session costs."""

from bench.signals import speed
from bench.signals.cases import FS
from hub.signals.seat import SeatSignals


def test_the_seat_that_is_timed_has_a_pulse_and_a_skin(monkeypatch):
    """Without contact next to nothing is worked out."""
    monkeypatch.setattr(speed, "HOUR_S", speed.skin.SECONDS)
    ppg, us = speed.an_hour()
    seat = SeatSignals()
    seat.push_ppg(ppg, 0.0, 1 / FS)
    seat.push_eda(us, 0.0, 1 / speed.SKIN_HZ)
    rows = [found for second, found in seat.advance(speed.skin.SECONDS) if second >= 120]
    for name in ("hr", "rmssd", "scl", "scr_rate"):
        given = [found[name].value is not None for found in rows]
        assert sum(given) > 0.9 * len(given), name
