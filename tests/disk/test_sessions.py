"""The session folders of a data folder."""

from hub.disk.journal import JOURNAL, Journal
from hub.disk.sessions import create, list_sessions, new_session, unreadable


def test_a_journal_that_does_not_say_what_it_is_hides_no_other(tmp_path):
    """As when the power went while it was copied."""
    whole = create(tmp_path, new_session("site", "room", 10**18, False, "en"), [], 0)
    folder = tmp_path / "sessions" / "a-copy"
    folder.mkdir()
    Journal(folder / JOURNAL).close()
    assert list_sessions(tmp_path) == [whole] and not whole.simulated
    (why,) = unreadable(tmp_path)
    assert why.startswith(f"{folder} does not say what it is")
