"""The protocols there are, when somebody has put files beside them: good ones and bad ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import hub.course.library
from hub.cli import main
from hub.course.library import library, shipped_names
from hub.errors import Refused
from hub.service.hub import Hub
from hub.settings import Settings
from hub.web.app import create_app
from tests.course.test_protocol import GOOD
from tests.small_hub import NoBroker, NoWorkers

SHIPPED = [
    "classic-90", "demo", "demo-fast", "double-90", "fishbowl-90", "hu-90", "no-push-back-90",
    "online-90", "short-60",
]  # fmt: skip
BAD = GOOD.replace("min_s = 10", 'min_s = "ten"')
PLACE = "phases, item 1 (talk), min_s"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The protocols/ of a data folder."""
    folder = tmp_path / "protocols"
    folder.mkdir()
    return folder


@pytest.fixture
def beside(tmp_path, monkeypatch) -> Path:
    """A folder that stands for hub/protocols/, with what is in there and a file with a mistake."""
    folder = tmp_path / "hub" / "protocols"
    folder.mkdir(parents=True)
    for file in hub.course.library._shipped():
        (folder / file.name).write_text(file.read_text("utf-8"), "utf-8")
    (folder / "wrong.toml").write_text(BAD)
    monkeypatch.setattr(hub.course.library.resources, "files", lambda _: tmp_path / "hub")
    return folder


def test_without_a_folder_of_its_own_it_is_what_comes_with_the_hub(tmp_path: Path) -> None:
    assert sorted(library().protocols) == shipped_names() == SHIPPED
    assert library(tmp_path) == library()
    assert library().wrong == {}


def test_a_hub_s_own_protocols_are_read_beside_those(own: Path) -> None:
    (own / "any-name.toml").write_text(GOOD, "utf-8")
    (own / "notes.txt").write_text("no protocol")
    found = library(own.parent)
    assert sorted(found.protocols) == [*SHIPPED, "small"]
    assert found.texts["small"] == GOOD and found.wrong == {}


def test_a_protocol_that_an_editor_of_windows_has_written_is_read(own: Path) -> None:
    """It begins with a character that nobody sees; the journal gets it without."""
    (own / "any-name.toml").write_text(GOOD, "utf-8-sig")
    found = library(own.parent)
    assert found.wrong == {} and found.texts["small"] == GOOD


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BAD.encode(), PLACE),
        (b"id = [", "line 1, column"),
        (b"\xff\xfe", "UTF-8"),
        (b"#" * 100_000, "up to 32768"),
        (GOOD.replace('"small"', '"demo"').encode(), "no other protocol has"),
    ],
)
def test_a_file_with_a_mistake_is_named_with_the_place_and_hides_no_other(
    own: Path, content: bytes, said: str
) -> None:
    (own / "bad.toml").write_bytes(content)
    found = library(own.parent)
    assert sorted(found.protocols) == SHIPPED
    ((file, text),) = found.wrong.items()
    assert file == str(own / "bad.toml") and text.startswith(f"{file}: ") and said in text


def test_what_is_no_file_or_no_folder_is_said_too(own: Path, tmp_path: Path) -> None:
    os.mkfifo(own / "pipe.toml")  # reading it would wait for ever
    (own / "folder.toml").mkdir()
    assert len(library(tmp_path).wrong) == 2
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "protocols").write_text("a file")
    (text,) = library(tmp_path / "b").wrong.values()
    assert "protocols: Not a directory" in text


def test_who_asks_for_one_that_is_wrong_hears_why(own: Path) -> None:
    (own / "mine.toml").write_text(BAD)
    found = library(own.parent)
    with pytest.raises(Refused, match=r"mine cannot be used: .*item 1 \(talk\), min_s"):
        found.named("mine")
    with pytest.raises(Refused, match=r"no protocol 'no-such'.*classic-90, demo, demo-fast"):
        found.named("no-such")
    assert found.named("demo").id == "demo"


# -- the commands --------------------------------------------------------------------------------


def test_commands_that_need_no_protocol_do_not_mind(beside, tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["demo", "--help"])
    assert ended.value.code == 0 and "demo-fast" in capsys.readouterr().out
    assert main(["sessions"]) == 0


def test_the_demo_says_what_is_wrong_before_it_starts_anything(
    beside, tmp_path, capsys, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, said in (("wrong", PLACE), ("no-such", "There is no protocol 'no-such'")):
        assert main(["demo", "--protocol", name, "--no-browser"]) == 2
        error = capsys.readouterr().err
        assert said in error and "Nothing was started." in error and "Traceback" not in error
    assert not (tmp_path / "stillpoint-data").exists()


# -- the hub -------------------------------------------------------------------------------------


@pytest.fixture
def running(own: Path):
    (own / "bad.toml").write_text(BAD)
    (own / "small.toml").write_text(GOOD, "utf-8")
    settings = Settings(data_dir=own.parent, reserve_mb=0, rooms=("r1",), simulated=True)
    one = Hub(settings, NoWorkers, NoBroker)
    one.start()
    yield one
    one.stop()


def leader_of(running: Hub) -> TestClient:
    client = TestClient(create_app(running), base_url="http://127.0.0.1:8000")
    client.get("/console", params={"token": running.console_token("r1")})
    return client


def test_a_hub_comes_up_and_says_which_file_is_wrong(running: Hub, own: Path, caplog) -> None:
    (problem,) = running.problems()
    assert str(own / "bad.toml") in problem.what and PLACE in problem.what
    assert problem.kept and problem.do
    for _ in range(3):
        running.protocols()
    assert running.problems() == [problem]  # said once
    (own / "bad.toml").write_text(BAD.replace('"ten"', '"two"'))
    running.protocols()
    assert "'two'" in running.problems()[0].what
    (own / "bad.toml").unlink()
    running.protocols()
    assert running.problems() == []


def test_the_bad_one_is_in_the_log(own: Path, caplog) -> None:
    (own / "bad.toml").write_text(BAD)
    one = Hub(Settings(data_dir=own.parent, reserve_mb=0), NoWorkers, NoBroker)
    one.start()
    one.stop()
    assert PLACE in caplog.text and str(own / "bad.toml") in caplog.text


def test_a_session_is_opened_with_a_hub_s_own_protocol(running: Hub) -> None:
    leader = leader_of(running)
    assert [one["id"] for one in leader.get("/api/protocols").json()] == [*SHIPPED, "small"]
    (problem,) = leader.get("/api/problems").json()
    assert PLACE in problem["what"]
    body = {"room": "r1", "protocol": "small", "seats": {"1": "k1"}}
    answer = leader.post("/api/sessions", json=body)
    assert answer.status_code == 200, answer.text
    assert running.course(answer.json()["id"]).protocol.id == "small"
