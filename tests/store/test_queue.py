"""What waits for InfluxDB: in order, bounded, and let go rather than kept for ever."""

import threading

from hub.store import queue
from hub.store.queue import Queue

LINE = ("stillpoint", "a b=1 1")


def filled(*rows, written=0, last=False):
    waiting = Queue(behind=False)
    for row in rows:
        waiting.put(row, [LINE], last and row == rows[-1], written)
    return waiting


def test_what_waits_is_taken_in_order_up_to_its_newest_row():
    waiting = filled(3, 4, 7)
    assert waiting.take(0) == (7, 3 * [LINE], False)
    assert waiting.posting and waiting.pending and not waiting
    assert waiting.take(7) == (7, [], False)


def test_what_is_written_already_is_passed_over():
    assert filled(3, 4, 7, written=4).take(4) == (7, [LINE], False)


def test_the_end_is_taken_even_where_it_has_no_line():
    waiting = filled(3)
    waiting.put(4, [], True, 0)
    assert waiting.take(0) == (4, [LINE], True)


def test_one_that_is_full_is_let_go_until_all_was_made_again(monkeypatch):
    monkeypatch.setattr(queue, "LINES_MAX", 2)
    waiting = filled(1, 2, 3, 4)
    assert waiting.behind and not waiting
    assert not waiting.is_level(3, held=False), "row 4 is still to be made"
    assert waiting.is_level(4, held=False) and not waiting.behind
    waiting.put(5, [LINE], False, 4)
    assert waiting.take(4) == (5, [LINE], False)


def test_what_was_kept_back_is_still_to_be_made_when_its_session_has_ended():
    assert filled(1, 2, last=True).is_level(2, held=True)
    ended, running = filled(1, 2, last=True), filled(1, 2)
    assert ended.is_level(1, held=True) and ended.behind, "the end is no row of the journal"
    assert running.is_level(2, held=True) and not running.behind


def test_the_writer_waits_until_there_is_something_and_ends_when_it_is_told():
    waiting, woken = Queue(behind=False), threading.Event()
    writer = threading.Thread(target=lambda: (waiting.wait(), woken.set()), daemon=True)
    writer.start()
    assert not woken.wait(0.05) and not waiting.is_over
    with waiting.changed:
        waiting.closing = True
        waiting.changed.notify()
    assert woken.wait(180) and waiting.is_over
