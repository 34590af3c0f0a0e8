"""The bench of the analysis analyses a session that is whole."""

from bench import afterwards


def test_every_second_of_the_session_is_worked_out_and_nothing_is_missing(tmp_path):
    afterwards.recorded(tmp_path / "session", people=3, seconds=90)
    found = afterwards.timed(tmp_path / "session").found
    assert len(found.ledgers) == 3
    assert max(one.lost for one in found.ledgers) < 100, "but for the end's last second"
    seconds = found.seats[1].time_ns.tolist()
    assert len(seconds) > 80 and len(set(seconds)) == len(seconds)
    claimed = [kit["claimed_error_ms"] for kit in found.certificate.values()]
    assert len(claimed) == 3 and max(claimed) < 20
