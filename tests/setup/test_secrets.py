"""Secrets: made once, at random, for their owner alone; Mosquitto takes the hashes."""

import os
import shutil
import stat
import subprocess

import pytest

from firmware import wire
from hub.boxes import BOXES
from hub.setup.broker import FILE, RIGHTS, keep_rights
from hub.setup.secrets import OWNERS, PASSWORDS, RANDOM, hashed, keep, make, read


def test_what_is_made_once_stays(tmp_path):
    made = make(tmp_path)
    before = {name: read(tmp_path, name) for name in made}
    assert set(RANDOM) < set(made) and make(tmp_path) == []
    assert {name: read(tmp_path, name) for name in made} == before
    assert len(set(before.values())) == len(before), "no two alike"
    assert all(len(before[name]) >= 32 for name in RANDOM)


def test_they_are_for_their_owner_alone(tmp_path):
    make(tmp_path)
    keep(tmp_path, "hub/influx_token", "a token")
    for path in tmp_path.rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path
    assert {path.name for path in tmp_path.iterdir()} == set(OWNERS)
    assert not list(tmp_path.rglob("*.part"))


def test_a_second_start_makes_what_a_first_one_did_not_get_to(tmp_path):
    make(tmp_path)
    os.remove(tmp_path / "grafana/admin_password")
    assert make(tmp_path) == ["grafana/admin_password"]


def user(line):
    return line.partition(":")[0]


def test_the_brokers_file_follows_a_password_that_was_made_anew(tmp_path):
    """And keeps the other, and users that somebody has added."""
    make(tmp_path)
    own = "guest:" + hashed("word")
    keep(tmp_path, PASSWORDS, read(tmp_path, PASSWORDS) + "\n" + own + "\n")
    before = read(tmp_path, PASSWORDS).splitlines()
    os.remove(tmp_path / "hub/kits_password")
    assert make(tmp_path) == ["hub/kits_password", PASSWORDS] and make(tmp_path) == []
    after = read(tmp_path, PASSWORDS).splitlines()
    assert [user(line) for line in after if line not in before] == ["kit"]
    assert list(map(user, after)) == list(map(user, before))


@pytest.mark.parametrize("spoilt", ["", "hub", "kit:$7$101$$", "kit:$7$101$?$?"])
def test_a_file_of_the_broker_that_fits_no_password_is_written_anew(tmp_path, spoilt):
    make(tmp_path)
    (tmp_path / PASSWORDS).write_text(spoilt)
    assert make(tmp_path) == [PASSWORDS] and make(tmp_path) == []


def test_an_upgrade_makes_the_broker_know_a_new_user_and_leaves_the_others(tmp_path):
    make(tmp_path)
    hashes = read(tmp_path, PASSWORDS).splitlines()
    keep(tmp_path, PASSWORDS, "\n".join(line for line in hashes if not line.startswith("box:")))
    (tmp_path / "hub/box_password").unlink()
    assert make(tmp_path) == ["hub/box_password", PASSWORDS]
    after = read(tmp_path, PASSWORDS).splitlines()
    assert after[:2] == hashes[:2] and after[2].startswith("box:") and len(after) == 3


@pytest.mark.skipif(shutil.which("mosquitto_passwd") is None, reason="mosquitto is not installed")
def test_the_hash_is_one_that_mosquitto_itself_makes(tmp_path):
    """Same form as its own tool's: algorithm, rounds, lengths of salt and digest."""
    file = tmp_path / "passwords"
    subprocess.run(["mosquitto_passwd", "-b", "-c", str(file), "hub", "word"], check=True)
    theirs, ours = file.read_text().strip().partition(":")[2].split("$"), hashed("word").split("$")
    assert [len(part) for part in ours] == [len(part) for part in theirs]
    assert ours[1:3] == theirs[1:3]


def test_the_rights_of_the_broker_are_written_anew_where_they_are_others(tmp_path):
    """They are no secret: an upgrade may change them. For the broker alone, as its passwords."""
    make(tmp_path)
    assert keep_rights(tmp_path) == [FILE] and keep_rights(tmp_path) == []
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    (tmp_path / FILE).write_text("topic readwrite #")
    assert keep_rights(tmp_path) == [FILE] and "topic readwrite #" not in read(tmp_path, FILE)


def test_the_rights_are_of_the_topics_that_kits_and_hub_use():
    allowed = {tuple(line.split()[1:]) for line in RIGHTS.splitlines()
               if line.startswith(("topic", "pattern"))}
    kit = {(right, wire.topic("+", "+", "%c", stream))
           for right, stream in (("write", "data"), ("write", "about"), ("read", "ack"))}
    hub = {(right, wire.topic("+", "+", "+", stream))
           for right, stream in (("read", "data"), ("read", "about"), ("write", "ack"))}
    box = {("deny", wire.topic("+", "+", name, "ack").removesuffix("ack") + "#") for name in BOXES}
    assert allowed == kit | hub | box
