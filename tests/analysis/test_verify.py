"""The certificate and the ledger: sums that hold, findings that name what is amiss."""

import json
import sqlite3
from dataclasses import replace

import numpy as np
import pytest

from hub.analysis.clock_findings import clock_findings
from hub.analysis.session import analyse
from hub.analysis.verify import verify
from hub.records import Received
from hub.report_text import verify_text
from hub.results.pipeline import Pipeline
from tests.rows import NS, OPEN_NS, Changing, Kit, event, session
from tests.system.rig_sessions import recorded


def verified(folder, rows):
    return verify(analyse(recorded(folder / "s1", rows)))


def test_a_session_in_order_has_no_finding(tmp_path):
    said = verified(tmp_path, session(Kit(), 60))
    assert (said["ok"], said["findings"], said["gaps"], said["problems"]) == (True, [], [], [])
    assert (said["session"], said["closed"], said["sealed"]) == ("s1", True, True)
    assert json.loads(json.dumps(said)) == said


@pytest.mark.parametrize("skip", [{20}, {20, 21, 22}, {5, 50}, set(range(45, 60))])
def test_expected_is_stored_and_lost_together_whatever_is_lost(tmp_path, skip):
    kit = Kit()
    said = verified(tmp_path, session(kit, 60, skip=skip))
    (row,) = said["ledger"]
    assert row["expected"] == pytest.approx(60 * kit.hz, abs=3)
    assert row["lost"] == pytest.approx(len(skip) * kit.hz, abs=5)
    assert row["expected"] == pytest.approx(row["stored"] + row["lost"], abs=3)
    assert row["lost"] == sum(gap["samples"] for gap in said["gaps"])
    assert said["findings"] == [f"seat 1 (kit-1): {row['lost']} samples lost"]
    assert not said["ok"]


def test_gaps_say_when_how_long_and_why(tmp_path):
    kit = Kit()
    said = verified(tmp_path, session(kit, 60, skip={20, 21, *range(50, 60)}))
    inside, end = said["gaps"]
    assert (inside["cause"], end["cause"]) == ("frames lost", "silent")
    assert (inside["end_ns"] - inside["start_ns"]) / NS == pytest.approx(2, abs=0.05)
    assert inside["start_ns"] == pytest.approx(kit.begin_ns + 20 * NS, abs=0.05 * NS)
    assert end["end_ns"] == kit.begin_ns + 60 * NS
    assert (inside["seat"], inside["kit"], inside["channel"]) == (1, "kit-1", "ppg")


def begun_anew(kit, second, seconds):
    """The rows of a kit that was told to stop and, then, to record again."""
    again = replace(kit, begin_ns=OPEN_NS + second * NS, seq=second)
    return [again.frame(s, 0) for s in range(seconds - second)]


def stopped(folder, rows):
    """What `verify` says of the one gap in these; all else is in order."""
    said = verified(folder, sorted(rows, key=lambda row: row.at_ns))
    (gap,) = said["gaps"]
    where = f"seat {gap['seat']} ({gap['kit']})"
    assert said["findings"] == [f"{where}: {gap['samples']} samples lost"]
    assert gap["cause"] == "stopped"
    assert gap["samples"] == pytest.approx((gap["end_ns"] - gap["start_ns"]) / NS * 101, rel=0.02)
    return where, [(gap[at] - OPEN_NS) / NS for at in ("start_ns", "end_ns")]


def test_a_kit_that_was_taken_off_its_seat_by_mistake_has_lost_what_it_did_not_record(tmp_path):
    """It was told to stop when the seat was emptied, and to go on when that was undone."""
    kit = Kit()
    rows = session(kit, 60, skip=range(20, 60))
    rows += [event("seat", OPEN_NS + 21 * NS, 901, seat=1, kit=None),
             event("undo", OPEN_NS + 27 * NS, 902, target="e901"), *begun_anew(kit, 27, 61)]
    where, times = stopped(tmp_path, rows)
    assert where == "seat 1 (kit-1)" and times == pytest.approx([21, 27], abs=0.05)


def test_the_half_of_a_swap_that_came_later_has_lost_what_its_kit_did_not_record(tmp_path):
    """Of one touch only the first press came at once: it left the seat's kit before on no seat."""
    kit, other = Kit(), Kit("kit-2", seat=2, hz=100.9, rng=np.random.default_rng(2))
    half = event("seat", OPEN_NS + 21 * NS, 903, seat=2, kit="kit-1")
    rows = session(kit, 60, skip=range(20, 60))
    rows += [event("seat", OPEN_NS + 1, 901, seat=2, kit="kit-2"),
             event("seat", OPEN_NS + 21 * NS, 902, seat=1, kit="kit-2"),
             half._replace(at_ns=OPEN_NS + 35 * NS), *begun_anew(kit, 35, 61),
             *(other.frame(s, 0) for s in range(60))]
    where, times = stopped(tmp_path, rows)
    assert where == "seat 2 (kit-1)" and times == pytest.approx([21, 35], abs=0.05)


def test_a_seat_whose_kit_never_came_has_lost_everything(tmp_path):
    rows = [row for row in session(Kit(), 30) if row.kit is None]
    said = verified(tmp_path, rows)
    (row,) = said["ledger"]
    assert (row["stored"], row["clock_error_ms"], row["last_ns"]) == (0, None, None)
    assert row["lost"] == pytest.approx(row["expected"], abs=3)
    assert row["expected"] == pytest.approx(31 * 100, abs=3)  # by the nominal rate
    assert [finding.partition(": ")[2] for finding in said["findings"]] == [
        f"{row['lost']} samples lost",
        "at the end its clock claims an error of more than 10 ms, or none is known",
    ]
    assert said["gaps"][0]["cause"] == "silent"


def test_a_sum_that_does_not_hold_is_a_finding(tmp_path):
    analysis = analyse(recorded(tmp_path / "s1", session(Kit(), 30)))
    analysis.ledgers = [replace(analysis.ledgers[0], stored=analysis.ledgers[0].stored - 40)]
    (finding,) = verify(analysis)["findings"]
    assert "differs from stored + lost by" in finding


def test_a_damaged_row_is_a_finding_with_its_number(tmp_path):
    rows = [row._replace(payload=row.payload[:-9]) if row.seq == 5 else row
            for row in session(Kit(), 20)]
    said = verified(tmp_path, rows)
    assert any("of kit-1 cannot be read" in finding for finding in said["findings"])
    assert said["problems"][0]["code"] == "damaged row"


@pytest.mark.parametrize(("gone", "told"), [
    ([4], "1 row is missing from the journal: 4"),
    ([1, 2, 60], "3 rows are missing from the journal: 1 to 2, 60"),
    (range(20, 40, 2), "10 rows are missing from the journal: 20, 22, 24, 26, 28 "
                       "and in 5 more places"),
])
def test_whatever_row_is_gone_is_a_finding(tmp_path, gone, told):
    folder = recorded(tmp_path / "s1", session(Kit(), 60))
    with sqlite3.connect(folder / "session.sqlite") as db:
        db.executemany("DELETE FROM rows WHERE id = ?", [(row,) for row in gone])
    assert told in verify(analyse(folder))["findings"]


def box_rows(*numbers):
    """The presses of these numbers, of all that a box made in one start."""
    box = Kit("box-1", seq=numbers[0])
    said = json.dumps({"kit": box.name, "role": "box"}).encode()
    return [Received(0, OPEN_NS, f"about/{box.name}", said, box.name),
            *(box.press(number, OPEN_NS + (n + 5) * NS) for n, number in enumerate(numbers))]


@pytest.mark.parametrize(("numbers", "told"), [
    ([0, 1, 2], []), ([3, 5, 4], []), ([7], []),  # the others were another session's
    ([0, 2], ["box-1: 1 press is missing between others that arrived"]),
    ([1, 2, 6], ["box-1: 3 presses are missing between others that arrived"]),
])
def test_a_press_of_a_box_that_never_came_is_a_finding(tmp_path, numbers, told):
    rows = session(Kit(), 20)
    rows[6:6] = box_rows(*numbers)
    assert verified(tmp_path, rows)["findings"] == told


def test_nobody_on_a_seat_is_nothing_expected(tmp_path):
    said = verified(tmp_path, session(Kit(), 3)[:2])
    assert (said["ok"], said["ledger"], said["closed"]) == (True, [], False)
    assert "Nothing was expected" in verify_text(said)


def test_the_certificate_is_near_the_truth(tmp_path):
    kit = Kit(ppm=42.0, hz=97.3)
    (clock,) = verified(tmp_path, session(kit, 120))["certificate"].values()
    assert clock["drift_ppm"] == pytest.approx(-42.0, abs=15)
    assert clock["offset_s"] == pytest.approx(OPEN_NS / NS - kit.offset_us * 1e-6, abs=0.01)
    assert clock["rate_hz"] == pytest.approx(97.3, rel=2e-4)
    assert 0 < clock["claimed_error_ms"] < 10
    assert (clock["steps"], clock["refused"]) == (0, 0)


@pytest.mark.parametrize(("kit", "rates"), [
    (Kit(hz=50.0), "50.0"), (Kit(hz=200.0), "200.0"),
    (Changing(hz=100.0, then_hz=110.0, change_s=20.0), "100.0, then 110.0"),
])  # fmt: skip
def test_a_sensor_that_did_not_take_a_hundred_a_second_is_a_finding(tmp_path, kit, rates):
    said = verified(tmp_path, session(kit, 40))
    (told,) = [finding for finding in said["findings"] if "samples a second" in finding]
    assert told.startswith("kit-1: after its start 12345678 its pulse sensor took ")
    assert f" {rates} samples a second instead of about 100." in told


def test_the_claim_covers_the_last_sample_also_of_a_kit_that_soon_heard_the_hub_no_more(tmp_path):
    kit = Kit(ppm=45.0, deaf_ns=OPEN_NS + 5 * NS)
    analysis = analyse(recorded(tmp_path / "s1", session(kit, 300)))
    said, placed = verify(analysis), analysis.samples(1).time_ns
    off_ms = np.abs(placed - kit.sample_ns(np.arange(len(placed)))).max() * 1e-6
    (clock,) = said["certificate"].values()
    assert 10 < off_ms < clock["claimed_error_ms"]
    assert any("claims an error of more than 10 ms" in finding for finding in said["findings"])


@pytest.mark.parametrize("by_ms", [50, -400])
def test_a_jump_of_the_hubs_time_is_a_finding_in_one_sentence(tmp_path, by_ms):
    at_ns = OPEN_NS + 60 * NS
    kit = Kit(hub_ns=lambda ns: ns + by_ms * (ns >= at_ns) * NS // 1000)
    found = verified(tmp_path, session(kit, 120))["findings"]
    (told,) = [finding for finding in found if "the hub's time" in finding]
    assert told.startswith("At 22:14:") and f"jumped by {by_ms / 1000:+.3f} s" in told


def clock(*jumps, heard=(0, 900), settled=5, claimed=2.0):
    return {"placed": True, "jumps": [[at * NS, by] for at, by in jumps], "settled_at": settled,
            "heard_ns": [at * NS for at in heard], "claimed_error_ms": claimed, "odd_rates_hz": []}


@pytest.mark.parametrize(("certificate", "kits"), [
    ({"k1:1": clock((300, 0.4)), "k2:1": clock((302, 0.402))}, "k1, k2"),
    ({"k1:1": clock((300, 0.4)), "k2:1": clock(heard=(400, 900))}, "k1"),  # it came later
    ({"k1:1": clock((300, 0.4)), "k2:1": clock(heard=(0, 200)), "k2:2": clock(heard=(310, 900))},
     "k1"),  # it had no power just then
    ({"k1:1": clock((300, 0.4)), "k2:1": clock(), "k3:1": clock()}, None),  # its own
    ({"k1:1": clock((300, 0.4)), "k2:1": clock((300, -0.4))}, None),
    ({"k1:1": clock((300, 0.4)), "k2:1": clock((700, 0.4))}, None),
])
def test_what_most_kits_see_at_one_moment_is_the_hubs(certificate, kits):
    found = clock_findings(certificate, ())
    assert [f"against the clocks of {kits}:" in finding for finding in found] == [True] * bool(kits)


def test_many_jumps_are_one_sentence():
    (said,) = clock_findings({"k1:1": clock((300, 0.4), (400, -0.7), (500, 0.1))}, ())
    assert "jumped 3 times until 00:08:20Z, by -0.700 s at most, against the clocks of k1:" in said


def test_a_start_that_never_settled_is_a_finding_unless_its_kit_is_named_already():
    clocks = {"k1:0a": clock(settled=None, claimed=405.4), "k1:0b": clock(),
              "k2:0c": clock(settled=None, claimed=None)}
    one, two = clock_findings(clocks, ())
    assert one.startswith("k1: after its start 0a its clock never") and "405 ms off" in one
    assert two.startswith("k2: ") and "no place in time" in two
    assert clock_findings(clocks, {"k1", "k2"}) == []


# -- for a person -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def poor(tmp_path_factory):
    """A session in which much went wrong."""
    rows = session(Kit("kit-with-a-long-name"), 60, skip={20, *range(50, 60)}, close=False)
    said = {"at_ns": OPEN_NS + 30 * NS, "code": "broker", "kept": "All.", "do": "Wait.",
            "what": "The broker at 127.0.0.1:1883 does not answer, and kits keep what they have "
                    "until it is there again or their memory is full."}
    rows.insert(60, rows[60]._replace(topic="hub/problem", payload=json.dumps(said).encode(),
                            kit=None, boot=None, seq=None))
    rows.insert(40, event("phase", rows[40].at_ns, 900, phase="baseline"))
    return verified(tmp_path_factory.mktemp("poor"), rows) | {"sealed": False}


def test_no_line_is_wider_than_a_terminal(poor):
    assert max(map(len, verify_text(poor).splitlines())) <= 100


def test_times_are_utc_and_gaps_have_their_cause(poor):
    text = verify_text(poor)
    assert "opened 2023-11-14T22:13:20Z, closed -" in text
    assert "2023-11-14T22:13:41.0" in text and "frames lost" in text
    assert "2023-11-14T22:13:50Z  The broker" in text
    assert str(OPEN_NS)[:10] not in text


def test_what_is_not_sealed_may_still_come(poor):
    assert verify_text(poor).endswith("count as lost until they arrive.")


def test_of_very_many_gaps_the_first_are_shown(poor):
    text = verify_text(poor | {"gaps": poor["gaps"] * 30})
    assert "… and 40 more: see --json" in text


def test_figures_that_are_not_known_are_dashes(tmp_path):
    rows = [row for row in session(Kit(), 30) if row.kit is None]
    line = next(x for x in verify_text(verified(tmp_path, rows)).splitlines() if "kit-1" in x)
    assert line.split()[-2:] == ["-", "-"]


def test_the_pipeline_still_calls_it_a_damaged_row():
    rows = session(Kit(), 3)
    broken = next(row for row in rows if row.kit)._replace(payload=b"\x01")
    (problem,) = Pipeline().feed(broken)
    assert problem.code == "damaged row"
