"""The note of who was erased."""

from concurrent.futures import ThreadPoolExecutor

from hub.disk.erased import NOTE, erased_seats, is_erased, note_erased


def test_of_seats_that_are_erased_at_the_same_time_none_is_forgotten(tmp_path):
    seats = range(1, 15)
    with ThreadPoolExecutor(len(seats)) as commands:
        list(commands.map(lambda seat: note_erased(tmp_path, seat), seats))
    assert erased_seats(tmp_path) == set(seats)


def test_where_it_cannot_be_read_who_was_erased_somebody_was(tmp_path):
    assert not is_erased(tmp_path)
    (tmp_path / NOTE).write_text("{", "utf-8")
    assert is_erased(tmp_path)
