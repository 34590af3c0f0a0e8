"""Settings: file, environment, what is given; errors that say what to do."""

from pathlib import Path

import pytest

from hub.settings import BUCKETS, Settings, SettingsError, load, password_of, token_of


def test_without_anything_it_is_a_hub_that_stands_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load({}) == Settings()
    assert load({}).web_host == "127.0.0.1"


def test_the_environment_wins_over_the_file_and_what_is_given_over_both(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text('site = "file"\nbroker_port = 1\nweb_port = 5\nrooms = ["a", "b"]\n')
    environ = {"STILLPOINT_CONFIG": str(path), "STILLPOINT_BROKER_PORT": "2",
               "STILLPOINT_WEB_PORT": "6", "STILLPOINT_SIMULATED": "true"}
    found = load(environ, web_port=7, data_dir=tmp_path)
    assert (found.site, found.broker_port, found.web_port) == ("file", 2, 7)
    assert found.rooms == ("a", "b") and found.simulated and found.data_dir == tmp_path


@pytest.mark.parametrize("host", ["0.0.0.0", "::1", "fe80::1%eth0", "localhost.", "höst_2.x-y"])
def test_a_machine_goes_by_its_address_or_its_name(host):
    found = load({"STILLPOINT_WEB_HOST": host, "STILLPOINT_BROKER_HOST": host})
    assert found.web_host == found.broker_host == host


def test_an_empty_address_does_not_open_the_pages_to_the_whole_network():
    """As an unset variable of a compose file leaves it."""
    with pytest.raises(SettingsError, match="web_host cannot be ''"):
        load({"STILLPOINT_WEB_HOST": ""})


def test_names_may_be_listed_by_comma():
    assert load({"STILLPOINT_ROOMS": "one, two"}).rooms == ("one", "two")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("brokr_port = 1883", "Did you mean broker_port"),
        ("zzz = 1", "The settings are"),
        ("broker_port = 70000", "from 1 to 65535"),
        ("broker_port = true", "from 1 to 65535"),
        ("site = 'Not a name'", "1-24 characters: a-z"),
        ("influx_url = 3", "it must be a text"),
        *((f"influx_url = '{url}'", "influx_url cannot be .*http://127.0.0.1:8086")
          for url in ("foo", "localhost:8086", "http://", "http://[bad", "http://a b", "ftp://a",
                      "http://a:b", "http://a:99999", "http://user:word@a", "http://höst..x")),
        ("simulated = 'perhaps'", "true or false"),
        ("web_port = ", "cannot be read"),
        ("rooms = 5", "it must be a list of names"),
        ("rooms = { a = 1 }", "it must be a list of names"),
        ("data_dir = 5", "it must be a path"),
        ("data_dir = '~nobody-of-this-name/x'", "no such user"),
        ("team_view = 'live'", "it must be after or late"),
        ("data_dir = ''", "it must be a path"),
        ('data_dir = "a\\u0000b"', "it must be a path"),
        *((f"{name} = '{host}'", f"{name} cannot be .* address or name of a machine")
          for name in ("web_host", "broker_host")
          for host in ("", " ", "mqtt://127.0.0.1", "höst..x", "a" * 64 + ".x")),
    ],
)
def test_a_wrong_setting_is_named_with_its_cure(tmp_path, text, said):
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=said):
        load({"STILLPOINT_CONFIG": str(path)})


@pytest.mark.parametrize("two", [BUCKETS[:2], BUCKETS[1:], BUCKETS[::2]])
def test_no_two_buckets_are_one(two):
    """Teams would read single people's data, or what is for good would be kept for a week."""
    with pytest.raises(SettingsError, match=f"{two[0]} and {two[1]} are both 'same'.*another name"):
        load({}, **dict.fromkeys(two, "same"))


def test_the_sessions_of_people_are_not_called_a_demos():
    """Room and Study would leave every one of them out."""
    with pytest.raises(SettingsError, match=r"site is 'demo'.*Give the site another name"):
        load({"STILLPOINT_SITE": "demo"})
    assert load({"STILLPOINT_SITE": "demo", "STILLPOINT_SIMULATED": "1"}).site == "demo"


@pytest.mark.parametrize("url", ["", "http://influxdb:8086", "https://a.b/influx/", "http://[::1]:1"])
def test_influxdb_is_at_an_address_of_the_web_or_is_not_used(url):
    assert load({}, influx_url=url).influx_url == url


@pytest.mark.parametrize("wrong", ["tök€n", "two\nlines"])
def test_a_token_that_no_request_can_hold_is_refused_and_not_shown(tmp_path, wrong):
    with pytest.raises(SettingsError, match=r"influx_token cannot be .* ASCII") as refused:
        load({"STILLPOINT_INFLUX_TOKEN": wrong})
    assert wrong not in str(refused.value) and repr(wrong) not in str(refused.value)
    (tmp_path / "token").write_text(wrong, "utf-8")
    with pytest.raises(SettingsError, match=r"token, which influx_token_file names, .* ASCII"):
        token_of(load({}, influx_token_file=str(tmp_path / "token")))


def test_a_token_may_come_later(tmp_path):
    path = tmp_path / "token"
    settings = load({}, influx_token_file=str(path))
    said = [token_of(settings)]
    for content in (b"", b"\xef\xbb\xbfkey\n"):
        path.write_bytes(content)
        said.append(token_of(settings))
    assert said == ["", "", "key"]


def test_buckets_that_are_not_used_have_no_name_at_all():
    found = load({}, influx_team_bucket="", influx_raw_bucket="")
    assert (found.influx_team_bucket, found.influx_raw_bucket) == ("", "")
    with pytest.raises(SettingsError, match="influx_bucket cannot be ''"):
        load({}, influx_bucket="")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("STILLPOINT_WEBPORT", "Did you mean STILLPOINT_WEB_PORT"),
        ("STILLPOINT_NO_SKIP", "Did you mean STILLPOINT_NO_SKIPS"),
        ("STILLPOINT_", "STILLPOINT_SITE"),
    ],
)
def test_a_variable_that_is_no_setting_is_named_with_the_one_that_was_meant(name, said):
    with pytest.raises(SettingsError, match=f"The environment sets {name}, .*{said}"):
        load({name: "1"})


def test_variables_that_are_for_others_are_left_alone():
    helpers = {"STILLPOINT_NO_SKIPS": "1", "STILLPOINT_INFLUXD2": "x", "STILLPOINT_CONTAINER": "1"}
    assert load({**helpers, "HOME": "/", "stillpoint_webport": "1"}) == Settings()


def test_a_file_that_an_editor_of_windows_has_written_is_read(tmp_path):
    """It begins with a character that nobody sees."""
    path = tmp_path / "own.toml"
    path.write_text('site = "north"\n', encoding="utf-8-sig")
    assert load({"STILLPOINT_CONFIG": str(path)}).site == "north"


def test_a_link_to_a_file_that_is_gone_is_not_passed_over(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stillpoint.toml").symlink_to("gone.toml")
    with pytest.raises(SettingsError, match=r"stillpoint\.toml leads to a file that does not"):
        load({})


def test_a_variable_that_is_no_utf_8_is_refused_where_a_broker_would_be_told_it():
    """As a terminal with another encoding hands it over."""
    with pytest.raises(SettingsError, match=r"broker_password cannot be .* text in UTF-8"):
        load({"STILLPOINT_BROKER_USER": "hub", "STILLPOINT_BROKER_PASSWORD": "p\udce4ss"})


def test_a_file_that_is_named_must_exist():
    with pytest.raises(SettingsError, match="does not exist"):
        load({"STILLPOINT_CONFIG": "/nowhere.toml"})


@pytest.mark.parametrize(
    ("content", "why"),
    [(None, "No such file"), (b"", "it is empty"), (b"p\xe4ss", "not text in UTF-8")],
)
def test_a_file_without_a_password_is_named_and_no_password_is_not_taken_for_one(
    tmp_path, content, why
):
    path = tmp_path / "password"
    if content is not None:
        path.write_bytes(content)
    settings = load({}, broker_user="hub", broker_password_file=str(path))
    with pytest.raises(SettingsError, match=f"{path}, .*broker_password_file.*{why}"):
        password_of(settings)


def test_a_password_is_read_from_the_home_folder_and_without_what_an_editor_adds(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "password").write_text("word\n", encoding="utf-8-sig")
    assert password_of(load({}, broker_user="hub", broker_password_file="~/password")) == "word"


@pytest.mark.parametrize("name", ["broker_password", "broker_password_file"])
def test_a_password_without_a_user_is_refused(name):
    """A broker is told neither."""
    with pytest.raises(SettingsError, match=r"no broker_user.*Set broker_user"):
        load({}, **{name: "x"})


@pytest.mark.parametrize("user", ["kit", "box"])
def test_a_hub_that_would_hear_nothing_as_a_kit_is_refused(user):
    with pytest.raises(SettingsError, match=r"broker_user.*passes it nothing.*the hub's own user"):
        load({}, broker_user=user)


def test_secrets_are_not_shown():
    shown = repr(Settings(broker_password="hush", influx_token="hush", data_dir=Path("x")))
    assert "hush" not in shown
