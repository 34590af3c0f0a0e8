"""What was once enough to stop the hub, or to make it give up a kit's data."""

import json

import numpy as np
import pytest

from firmware import wire
from hub.course.protocol import ProtocolError, load
from hub.errors import Refused
from hub.intake import ingest, kits
from hub.intake.kits import KitBook
from hub.live.worker import Followed
from hub.records import Event, Problem, Wave
from hub.results.channels import PPG
from hub.results.digest import DIGEST, from_json
from hub.results.pipeline import Ledgers, Pipeline
from hub.results.waves import WaveGrid
from tests.rows import BOOT, NS, TAG, Kit, session
from tests.small_hub import SmallHub, record
from tests.system.rig_hostile import U32, block, payload
from tests.system.rig_sessions import recorded


@pytest.fixture
def small(tmp_path):
    small = SmallHub(tmp_path)
    yield small
    small.hub.stop()


def say(small, payload, kit="k1", room="r1", stream="data"):
    small.hub.ingest.arrived(f"stillpoint/1/site/{room}/{kit}/{stream}", payload)
    small.settle()


def problems(small):
    return {problem.code for problem in small.hub.problems()}


@pytest.mark.parametrize(("seq", "base", "flags"), [
    (U32, U32, 0), (U32 - 1, U32 - 1, 0), (9000, 9000, 0), (0, U32 - 1, wire.NOT_KEPT),
    (5, 9, 0), (0, U32, wire.NOT_KEPT),
])
def test_a_base_that_is_not_the_kits_own_does_not_cost_it_a_frame(small, seq, base, flags):
    small.add("k1")
    info = small.open("k1")
    small.second(3)
    kit = small.kits["k1"]
    for boot in (1, 2, 3, 4, 5, kit.boot):
        say(small, payload(boot=boot, seq=seq, base=base, flags=flags,
                           session=0 if flags else kit.session))
    small.second(3)
    assert kit.held == 0
    assert set(kit.made[info.tag]) <= set(small.seqs(info, "k1"))
    assert "hub" not in problems(small)


def test_an_echo_from_the_future_does_not_move_a_kits_clock():
    progress = kits.Progress(0)
    progress.stamp(10 * NS, wire.Stamp(0, 5_000_000, 9 * NS, 4_500_000))
    before = progress.not_after_ns(4_000_000)
    progress.stamp(11 * NS, wire.Stamp(0, 6_000_000, (1 << 64) - 1, 0))
    progress.stamp(11 * NS, wire.Stamp(0, 6_000_000, 10 * NS, 7_000_000))
    assert progress.not_after_ns(4_000_000) == before


def test_invented_kits_make_room_for_one_another_and_never_for_a_seated_one(tmp_path, monkeypatch):
    monkeypatch.setattr(kits, "KITS_MAX", 50)
    book = KitBook(tmp_path / "kits.json", "site")
    seated = book.get("r1", "k1")
    seated.asked = TAG
    for number in range(500):
        book.get("r1", f"x{number}")
    assert len(book.known("r1")) <= 51
    assert book.get("r1", "k1") is seated
    assert book.get("r1", "late") in book.known("r1")


def test_invented_rooms_have_an_end_and_those_that_people_name_a_place(tmp_path, monkeypatch):
    monkeypatch.setattr(kits, "ROOMS_MAX", 5)
    book = KitBook(tmp_path / "kits.json", "site", ["mine"])
    for number in range(5):
        book.describe(book.get(f"r{number}", "k"), {"kit": "k", "role": "kit"})
    with pytest.raises(wire.WireError, match="settings"):
        book.get("one-more", "k")
    book.know_room("a-session-s")
    assert book.get("mine", "k") and book.get("a-session-s", "k")
    assert len(book.rooms()) == 7
    book.save()
    again = KitBook(tmp_path / "kits.json", "site", ["mine"])
    assert again.rooms() == {"mine"}, "invented ones do not come back of themselves"
    kit = again.get("r3", "k")
    assert again.rooms() == {"mine", "r3"} and kit.about["role"] == "kit", "a heard one does"


def test_what_is_no_kit_in_the_file_of_the_kits_is_passed_over(tmp_path):
    """A hub that does not start for it would take in nothing at all."""
    said = [7, None, {"room": "r1"}, {"room": 7, "kit": "k1", "about": {}},
            {"room": "r1", "kit": "k1", "about": 5}, {"room": "r1", "kit": "../k", "about": {}},
            {"room": "r1", "kit": "k2", "about": {"kit": "k2", "role": "kit"}}]
    (tmp_path / "kits.json").write_text(json.dumps(said))
    (kit,) = KitBook(tmp_path / "kits.json", "site").known("r1")
    assert (kit.name, kit.says) == ("k2", "kit")
    (tmp_path / "kits.json").write_text(json.dumps({"room": "r1"}))
    assert not KitBook(tmp_path / "kits.json", "site").known("r1")


def test_a_room_in_which_a_session_was_held_has_its_place(small, monkeypatch):
    monkeypatch.setattr(kits, "ROOMS_MAX", 1)
    about = json.dumps({"kit": "k", "role": "kit"}).encode()
    small.add("k1")
    small.hub.close_session(small.open("k1").id)
    small.restart()
    for room in ("forged", "late", "r1"):
        say(small, about, "k", room, "about")
    assert small.hub.rooms() == ["forged", "r1"] and problems(small) == {"bad message"}
    assert len(small.hub.ingest.kits.known("r1")) == 2


def test_nothing_that_cannot_be_read_makes_a_kit(small):
    for number in range(20):
        say(small, b"rubbish", kit=f"x{number}")
        say(small, b"rubbish", kit=f"x{number}", stream="about")
    assert small.hub.ingest.kits.known("r1") == []
    assert problems(small) == {"bad message"}


def test_a_frame_that_nobody_can_read_is_kept_of_who_sat_there_and_not_of_a_box(small):
    """Its checksum is right, and raw comes first; but of a box only its presses are kept."""
    unreadable = block(wire.PPG_IR, [1], count=2)
    small.add("k1")
    small.add("box", role="box")
    info = small.open("k1")
    record(small.hub, info.id, "seat", {"seat": 1, "kit": None})
    frame = payload([unreadable], boot=7, session=info.tag)
    for kit in ("k1", "box"):
        say(small, frame, kit)
    kept = [(row.topic, row.payload) for row in small.rows(info, "data/")]
    assert kept == [("data/k1", frame)] and problems(small) == {"no role"}


def test_of_a_message_that_is_far_too_large_little_is_kept(small, monkeypatch):
    kept = []
    monkeypatch.setattr(small.hub.ingest._inbox, "put", lambda item, _: kept.append(item))
    small.hub.ingest.arrived("t" * 60_000, bytes(1 << 20))
    assert len(kept[0].topic) < 1000 and len(kept[0].payload) < 10_000


def test_a_session_full_of_turns_still_takes_phases_and_corrections_up_to_a_limit(
    small, monkeypatch
):
    monkeypatch.setattr(ingest, "EVENTS_MAX", 5)
    monkeypatch.setattr(ingest, "SPARE", 2)
    small.add("k1")
    info = small.open("k1")
    with pytest.raises(Refused, match="5 events and takes no more speakers"):
        for _ in range(9):
            record(small.hub, info.id, "speaker", {"seat": None})
    record(small.hub, info.id, "phase", {"phase": "case-call"})
    turn, undone = (Event(f"late-{kind}", kind, small.hub.now_ns(), "console", data)
                    for kind, data in (("speaker", {"seat": None}), ("undo", {})))
    refusal, stored = small.hub.record_events(info.id, [turn, undone])
    assert isinstance(refusal, Refused) and isinstance(stored, Event)
    assert small.hub.course(info.id).history[-1].event.id == "late-undo"
    with pytest.raises(Refused, match="7 events and can take no more"):
        record(small.hub, info.id, "undo", {})
    assert small.hub.close_session(info.id).closed_ns


def test_a_flood_of_presses_counts_as_far_as_a_hand_could_go(small):
    small.add("box", role="box")
    info = small.open()
    for number in range(20):
        blocks = [block(wire.EVENT, [3] * 40, index=40 * (10 * number + n)) for n in range(10)]
        say(small, payload(blocks, 7, info.tag, number), kit="box")
    assert len(small.hub.course(info.id).history) < 600
    assert len(small.seqs(info, "box")) == 20


# -- results --------------------------------------------------------------------------------------


def mixed(extra, seconds=30):
    """A session with these hostile rows after each of its own."""
    rows = session(Kit(), seconds)
    out = rows[:4]
    for row in rows[4:]:
        out += [row, *extra(row)]
    return [row._replace(row=number) for number, row in enumerate(out, 1)]


def run(rows):
    pipeline = Pipeline()
    results = [result for row in rows for result in pipeline.feed(row)]
    return results + pipeline.finish(rows[-1].at_ns)


def stored(results):
    return [result for result in results if isinstance(result, Ledgers)][-1].rows[0].stored


def test_a_description_without_sense_does_not_stop_the_results():
    def worse(row):
        said = ([], "x", {"rf_ohm": 0}, {"rf_ohm": "x"}, {"lsb_uv": None}, {"lsb_uv": 10**400})
        return [row._replace(topic="about/kit-1", payload=json.dumps({"eda": eda}).encode())
                for eda in said]

    assert stored(run(mixed(worse))) == stored(run(session(Kit(), 30)))


def test_samples_from_the_future_have_no_place_and_cost_no_memory():
    """Such a frame once made a wave of gigabytes."""
    kit = Kit()

    def worse(row):
        tick = kit.tick(row.at_ns)
        blocks = [block(wire.PPG_IR, [5] * 9, index, tick + jump)
                  for index, jump in ((0, 0), (2**31, 10**9), (U32 - 9, 10**13))]
        said = payload(blocks, 7, TAG, row.row, send=tick, echo=(row.at_ns - NS, tick - 900_000))
        return [row._replace(topic="data/kit-1", payload=said, kit="kit-1", boot=7, seq=row.row)]

    results = run(mixed(worse))
    assert max(len(r.values) for r in results if isinstance(r, Wave)) < 2000
    assert [r.code for r in results if isinstance(r, Problem)] == ["impossible samples"]


def test_a_base_that_is_not_the_kits_own_does_not_hide_its_frames():
    def worse(row):
        said = payload(boot=BOOT, base=U32 - 1, flags=wire.NOT_KEPT)[: wire.STAMP_SIZE]
        return [row._replace(topic="stamp/kit-1", payload=said, kit="kit-1", boot=BOOT, seq=None)]

    assert stored(run(mixed(worse))) >= stored(run(session(Kit(), 30))) - 3


def test_a_long_silence_is_not_drawn():
    grid = WaveGrid(1, PPG)
    near = np.arange(100, dtype=np.int64) * 10_000_000
    grid.push(near, np.ones(100))
    wave = grid.push(near + 7200 * NS, np.ones(100))
    assert wave is not None and len(wave.values) < 40


# -- files ----------------------------------------------------------------------------------------


def test_a_digest_line_that_the_disk_refuses_is_written_with_the_next(tmp_path):
    folder = recorded(tmp_path / "s1", session(Kit(), 20))
    whole = (folder / DIGEST).read_text()
    (folder / DIGEST).unlink()
    worker = Followed("s1", folder, None)
    (folder / DIGEST).mkdir()  # as good as a full disk
    text = whole.splitlines()[-1]
    line = from_json(text)
    assert [problem.code for problem in worker._write(line)] == ["digest"]
    assert worker._write(line) == []
    (folder / DIGEST).rmdir()
    worker._write(line)
    assert (folder / DIGEST).read_text() == f"{text}\n" * 3


def test_a_protocol_that_nests_without_end_is_refused_and_not_followed():
    with pytest.raises(ProtocolError, match="deeply"):
        load("id" + ".a" * 3000 + " = 1")


