"""Sessions put together: who counts once, what is said of it, and the presenters' file."""

from pathlib import Path

import pytest

from hub.analysis.contrasts import over_sessions
from hub.analysis.measures import MEASURED, unit_of
from hub.analysis.questions import CONTRASTS
from hub.disk.sessions import SessionInfo
from hub.errors import Refused
from hub.study.gather import Left, Used
from hub.study.presenters import read_presenters
from hub.study.session import Estimate, Found
from hub.study.study import AVERAGED, CHOSEN, INDEPENDENT, MADE_UP, study_of
from hub.study.text import WIDTH, study_text


def found(number, value, unusable=None, absent=()):
    estimates = [Estimate(measure, name, *((None, "no baseline") if name in absent else
                                           (value, None)))
                 for measure in MEASURED for name in CONTRASTS]
    return Found(number, 2, 6, unusable, (), () if unusable else tuple(estimates))


def used(name, *cases, simulated=False, sealed_ns=3):
    info = SessionInfo(name, 1, Path(name), "site", "room", 1, simulated, closed_ns=2,
                       sealed_ns=sealed_ns)
    return Used(info, "classic-90", frozenset({"case-call", "discussion"}), ("case-call",), cases)


def sessions(*values):
    return [used(f"s{k}", found(1, value)) for k, value in enumerate(values)]


def contrast_of(said, contrast="push-back", measure="hr"):
    return next(one for one in said["measures"][measure]["contrasts"] if one["name"] == contrast)


def test_figures_are_those_of_the_test_over_sessions():
    wanted = over_sessions([dict.fromkeys(CONTRASTS, value) for value in (1.0, 2.0, 4.0, 5.0)])
    one = contrast_of(study_of(sessions(1, 2, 4, 5), []))
    assert (one["n"], one["mean"], one["p"]) == (4, 3.0, wanted[2].p)
    assert one["p_corrected"] == wanted[2].p_corrected and one["unit"] == "1/min"


def test_that_leaders_choose_their_moments_is_said_where_interventions_are_tested():
    """What is high falls by itself, and leaders intervene where it is high."""
    assert CHOSEN in study_of(sessions(1, 2, 4), [])["warnings"]
    without = [used(f"s{k}", found(1, k, absent=("intervention",))) for k in range(3)]
    assert CHOSEN not in study_of(without, [])["warnings"]


def test_two_cases_of_a_session_count_once_by_their_mean():
    said = study_of([*sessions(1, 2), used("s9", found(1, 0), found(2, 6))], [])
    assert (contrast_of(said)["n"], contrast_of(said)["mean"], said["cases"]) == (3, 2.0, 4)


def test_a_presenter_of_many_sessions_counts_once_by_the_mean():
    """Three sessions of one presenter at 9, and one each of two others at 0: 3, not 5.4."""
    presenters = {("s0", 1): "A", ("s1", 1): "A", ("s2", 1): "A", ("s3", 1): "B", ("s4", 1): "C"}
    said = study_of(sessions(9, 9, 9, 0, 0), [], presenters)
    assert (said["by"], said["n"], contrast_of(said)["n"]) == ("presenter", 3, 3)
    assert contrast_of(said)["mean"] == pytest.approx(3.0)
    assert AVERAGED in said["warnings"] and INDEPENDENT not in said["warnings"]
    without = study_of(sessions(9, 9, 9, 0, 0), [])
    assert (without["n"], contrast_of(without)["mean"]) == (5, pytest.approx(5.4))
    assert INDEPENDENT in without["warnings"]
    assert contrast_of(said)["p"] > contrast_of(without)["p"]


def test_that_groups_may_differ_is_said_with_what_to_do():
    """Five groups of eight sessions that differ by half a standard deviation find what is not there
    in 28 %; each group once, in 5 %."""
    presenters = {("s0", 1): "A", ("s1", 1): "B", ("s2", 1): "C"}
    for by in (None, presenters):
        said = " ".join(study_text(study_of(sessions(1, 2, 4), [], by)).split())
        assert "several groups" in said and "a code for each group" in said


def test_a_presenters_mean_is_of_the_cases_that_have_the_contrast():
    cases = [used("s0", found(1, 2, absent=["return"])), used("s1", found(1, 4)),
             *(used(f"t{k}", found(1, 0)) for k in range(2))]
    presenters = {("s0", 1): "A", ("s1", 1): "A", ("t0", 1): "B", ("t1", 1): "C"}
    said = study_of(cases, [], presenters)
    assert contrast_of(said, "return")["mean"] == pytest.approx(4 / 3)
    assert contrast_of(said)["mean"] == pytest.approx(1.0)


def test_a_case_whose_presenter_is_not_known_does_not_count_and_is_named():
    said = study_of(sessions(1, 2, 3), [], {("s0", 1): "A", ("s1", 1): "B", ("gone", 2): "C"})
    assert said["n"] == 2
    (_, _, last) = said["sessions"]
    assert "not named in the file of presenters" in last["cases"][0]["unusable"]
    (told,) = said["unmatched"]
    assert "not in these sessions: gone, case 2; those lines had no effect" in told
    assert "Please check:\n  The file of presenters also names" in study_text(said)


def test_a_phase_that_no_session_has_is_named():
    said = study_of(sessions(1, 2, 3), [], told=["discussion", "typo"])
    (told,) = said["unmatched"]
    assert "has a phase typo, so --phase typo had no effect (phases: case-call, discussion)" in told
    assert "Please check:\n  No session that counts has a phase typo" in study_text(said)


def test_of_fewer_than_three_nothing_is_tested_and_each_is_described():
    said = study_of(sessions(1.25, -2), [])
    assert all(one["p"] is None for of in said["measures"].values() for one in of["contrasts"])
    text = study_text(said)
    assert "Described, not tested" in text and "p (Holm)" not in text
    assert "  push-back     +1.25  -2  1/min" in text.splitlines()
    assert "2 sessions: nothing is tested" in text


def test_sessions_that_share_no_contrast_are_not_tested():
    cases = [used(f"s{k}", found(1, 1, absent=set(CONTRASTS) - {name}))
             for k, name in enumerate(("role", "return", "push-back"))]
    text = study_text(study_of(cases, []))
    assert "One session: nothing is tested" in text and "find large effects" not in text


def test_many_sessions_are_tested_and_few_are_called_few():
    few, many = (study_text(study_of(sessions(*range(n)), [])) for n in (4, 25))
    assert "4 sessions find only large effects" in few
    assert "Even 25 sessions do not find every effect" in many
    assert "p (Holm)" in many and "Described" not in many


def test_simulated_sessions_say_that_they_are():
    cases = [used(f"s{k}", found(1, k), simulated=True) for k in range(3)]
    assert MADE_UP in study_of(cases, [])["warnings"]
    assert MADE_UP not in study_of(sessions(1, 2, 3), [])["warnings"]


def test_sessions_of_which_more_may_come_are_named():
    cases = [used("s0", found(1, 1), sealed_ns=None), *sessions(1, 2)[1:]]
    (said,) = [one for one in study_of(cases, [])["warnings"] if "sealed" in one]
    assert "s0" in said and "s1" not in said


def test_one_reason_of_several_cases_is_said_once():
    cases = [used(f"s{k}", found(1, k, absent=["return", "role"])) for k in range(3)]
    text = study_text(study_of([*cases, *sessions(1)], [Left("s8", "it is open"),
                                                        Left("s9", "it is open")]))
    assert "  return, role: no baseline; in 3 of 4 cases." in text.splitlines()
    assert "  s8; s9: it is open." in text.splitlines()


def test_what_a_person_reads_fits_a_terminal_of_80_columns():
    long = "01a22366-571f-7a77-8995-5c444a825e31"
    cases = [used(f"{k}{long[1:]}", found(1, -123.456 * k, absent=["role"] * (k == 1)),
                  found(2, 0, "no presenter recorded")) for k in range(4)]
    nothing = used(long, found(1, 0, absent=CONTRASTS))
    for some in (cases, cases[:2], [nothing], [*cases, nothing]):
        lines = study_text(study_of(some, [Left(long, "it is still open; close it")])).splitlines()
        assert max(map(len, lines)) <= WIDTH == 80


def test_following_is_counted_in_its_own_unit():
    assert unit_of("hr", "following") == unit_of("ln_scl", "following") == "Fisher z"
    assert unit_of("ln_scl", "role") == "ln uS"


# -- the file of presenters -------------------------------------------------------------------


def written(tmp_path, text):
    path = tmp_path / "who.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_presenters_are_read_whatever_the_order_of_columns(tmp_path):
    path = written(tmp_path, "\ufeffcase,presenter,note,session\n1,P1,x,s1\n2, P2 ,y,s1\n")
    assert read_presenters(path) == {("s1", 1): "P1", ("s1", 2): "P2"}


def test_presenters_are_read_as_a_spreadsheet_writes_them(tmp_path):
    """Hungarian and German ones separate by semicolons, and leave rows that were emptied."""
    path = written(tmp_path, "\ufeffsession;case;presenter\r\ns1;1;Ősz, 7\r\n;;\r\n")
    assert read_presenters(path) == {("s1", 1): "Ősz, 7"}


@pytest.mark.parametrize(("text", "why"), [
    ("", "no column session, case, presenter"),
    ("session,presenter\ns1,P1\n", "no column case"),
    ("session,case,presenter\ns1,first,P1\n", "line 2"),
    ("session,case,presenter\ns1,0,P1\n", "line 2"),
    ("session,case,presenter\ns1,1,P1\ns2,1,\n", "line 3"),
    ("session,case,presenter\ns1,1\n", "line 2"),
    ("session,case,presenter\ns1,1,P1\ns1,1,P2\n", "line 3 names case 1 of s1 again"),
    ("session,case,presenter\ns1,1,P07\ns2,1,p07\n", "line 3 has p07 where another line has P07"),
])
def test_a_file_of_presenters_with_a_mistake_is_refused_with_its_place(tmp_path, text, why):
    with pytest.raises(Refused, match=why) as refused:
        read_presenters(written(tmp_path, text))
    assert "Nothing was worked out" in str(refused.value)
    assert "session,case,presenter" in str(refused.value)


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "who.csv"
    path.write_bytes(b"session,case,presenter\n\xff\xfe")
    with pytest.raises(Refused, match="UTF-8"):
        read_presenters(path)


def test_a_file_of_presenters_that_is_not_there_is_told_as_a_file(tmp_path):
    with pytest.raises(Refused, match=r"gone.csv cannot be read: .*Give --presenters a file"):
        read_presenters(tmp_path / "gone.csv")
