"""How the configuration's mistakes are told: near enough to mend, in the right language, nothing secret repeated."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from bridge.cli import main
from bridge.config import ConfigMistakes, load
from bridge.config.sentences import SENTENCES

PHONE = """
phones:
  - name: accueil
    service_name: sms-ab12345-1
    application_key: AK
    application_secret: top-secret-one
    consumer_key: top-secret-two
"""


def mistakes(tmp_path: Path, text: str) -> dict[str, str]:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigMistakes) as told:
        load(path)
    return {mistake.path: mistake.text for mistake in told.value.mistakes}


def test_an_unknown_key_is_compared_with_those_of_its_own_section(tmp_path: Path) -> None:
    told = mistakes(tmp_path, "language: en" + PHONE + "    prefixx: a\nphonse: 1\n")
    assert told["phones[0].prefixx"] == "is not a known key; did you mean prefix?"
    assert told["phonse"] == "is not a known key; did you mean phones?"


def test_a_file_that_is_not_yaml_is_told_in_the_language_that_it_asks_for(tmp_path: Path) -> None:
    path = str(tmp_path / "config.yaml")
    assert mistakes(tmp_path, "language: fr\nphones: [}\n") == {path: SENTENCES["fr"]["not_yaml"].format(2)}
    assert mistakes(tmp_path, "language: 'en'\nphones: [}\n") == {path: SENTENCES["en"]["not_yaml"].format(2)}


def test_a_database_s_port_is_a_number_and_its_password_is_not_repeated(tmp_path: Path) -> None:
    text = "language: en" + PHONE + "database: postgresql://me:top-secret-three@localhost:port/x\n"
    assert mistakes(tmp_path, text) == {"database": SENTENCES["en"]["database"]}


def test_both_languages_have_the_same_sentences() -> None:
    assert SENTENCES["en"].keys() == SENTENCES["fr"].keys()


def test_the_operations_room_need_not_send_anything(tmp_path: Path) -> None:
    text = "language: en" + PHONE + "browser: {url: http://127.0.0.1:9002, token: t-0123456789}\n"
    (tmp_path / "config.yaml").write_text(text + "operations_room: web:ops\n")
    assert str(load(tmp_path / "config.yaml").operations_room) == "web:ops"


def test_a_variable_with_one_underscore_too_few_is_not_ignored_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIDGE_TELEGRAM_TOKEN", "7:top-secret-three")
    told = mistakes(tmp_path, "language: en" + PHONE)
    assert told == {"BRIDGE_TELEGRAM_TOKEN": SENTENCES["en"]["one_underscore"].format("BRIDGE_TELEGRAM__TOKEN")}
    named = "language: en" + PHONE + "telegram: {token: {env: BRIDGE_TELEGRAM_TOKEN}}\n"
    (tmp_path / "config.yaml").write_text(named)
    telegram = load(tmp_path / "config.yaml").telegram
    assert telegram is not None
    assert telegram.token.get_secret_value() == "7:top-secret-three"


@pytest.mark.parametrize(("session", "begins"), [("fr_FR.UTF-8", "ne peut être lu"), ("C.UTF-8", "cannot be read")])
def test_without_a_file_the_session_s_language_is_spoken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, session: str, begins: str
) -> None:
    monkeypatch.setenv("LC_ALL", session)
    with pytest.raises(ConfigMistakes) as told:
        load(tmp_path / "config.yaml")
    assert begins in str(told.value)


def test_only_setup_does_without_a_consumer_key(tmp_path: Path) -> None:
    for key in ("consumer_key: null", "consumer_key: {env: NOT_THERE}", ""):
        text = "language: en" + PHONE.replace("consumer_key: top-secret-two", key)
        assert list(mistakes(tmp_path, text)) == ["phones[0].consumer_key"]
        assert load(tmp_path / "config.yaml", keys_needed=False).phones[0].consumer_key is None


EVERYTHING_WRONG = """
language: en
langue: fr
http: {port: eighty}
timezone: Europe/Parys
phones:
  - name: accueil
    service_name: sms-ab12345-1
    application_key: AK
    application_secret: {env: NOWHERE_SET}
    consumer_key: {file: /not/to/be/read}
    sender: AB
    poll_every: soon
  - {name: accueil, service_name: sms-1, application_key: AK, application_secret: top-secret, consumer_key: top-secret}
browser: {url: http://127.0.0.1:9002, token: t-0123456789}
rooms:
  - {room: "web:one", phone: accueil, to: ["0612345678"]}
  - {room: "web:one", phone: nobody, to: ["0612345678"]}
"""


def test_all_that_is_wrong_is_told_in_one_run_by_path_without_a_secret_and_with_exit_2(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(EVERYTHING_WRONG)
    for command in (["run"], ["check"], ["setup"], ["send", "0612345678", "Hello"]):
        told = CliRunner().invoke(main, [*command, "-c", str(path)])
        assert told.exit_code == 2
        paths = {line.partition(": ")[0] for line in told.stderr.splitlines()}
        wrong = {
            "http.port",
            "timezone",
            "phones[0].sender",
            "phones[0].poll_every",
            "langue",
            "phones[0].application_secret",
            "phones[0].consumer_key",
            "phones[1].name",
            "rooms[1].phone",
            "rooms[1].room",
        }
        assert paths == wrong - ({"phones[0].consumer_key"} if command == ["setup"] else set())
        assert "top-secret" not in told.output + told.stderr
        assert "0612345678" not in told.stderr


def test_a_room_s_phone_that_is_not_there_is_told_with_all_else_that_is_wrong_with_the_room(tmp_path: Path) -> None:
    room = "rooms: [{room: 'web:one', phone: nobody, to: ['12'], hold: soon}]\n"
    browser = "browser: {url: http://127.0.0.1:9002, token: t-0123456789}\n"
    told = mistakes(tmp_path, "language: en" + PHONE + browser + room)
    assert set(told) == {"rooms[0].phone", "rooms[0].to[0].number", "rooms[0].hold"}


def test_a_consumer_key_that_cannot_be_read_leads_to_setup(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("")
    told = mistakes(tmp_path, "language: en" + PHONE.replace("top-secret-two", "{file: key}"))
    assert told == {"phones[0].consumer_key": "the file key is empty (for a new key: bridge setup)"}


MATRIX = {"homeserver": "https://m.example.org", "user": "'@sms:example.org'", "access_token": "t", "device_id": "D"}


def with_matrix(**changes: str | None) -> str:
    """The least, and a section `matrix` with these keys changed; None: left out."""
    keys = {key: value for key, value in (MATRIX | changes).items() if value is not None}
    section = ", ".join(f"{key}: {value}" for key, value in keys.items())
    return f"language: en{PHONE}matrix: {{{section}}}\n"


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"access_token": None}, "matrix", "no_login"),
        ({"password": "top-secret-three"}, "matrix.password", "two_logins"),
        ({"device_id": None}, "matrix.device_id", "no_device"),
        ({"user": "sms:example.org"}, "matrix.user", "matrix_user"),
        ({"user": "'@sms'"}, "matrix.user", "matrix_user"),
        ({"homeserver": "m.example.org"}, "matrix.homeserver", "homeserver"),
        ({"homeserver": "https://m.example.org/_matrix/client"}, "matrix.homeserver", "homeserver"),
        ({"homeserver": "'https://app.example.org/#/home'"}, "matrix.homeserver", "homeserver"),
    ],
)
def test_what_is_wrong_with_matrix_is_told_once_and_with_the_way_to_mend_it(
    tmp_path: Path, changes: dict[str, str | None], path: str, code: str
) -> None:
    assert mistakes(tmp_path, with_matrix(**changes)) == {path: SENTENCES["en"][code]}


@pytest.mark.parametrize(
    "written", ["#reception:example.org", "matrix:#reception:example.org", "https://matrix.to/#/!abc:example.org"]
)
def test_a_rooms_public_name_is_told_apart_from_its_address(tmp_path: Path, written: str) -> None:
    room = f"rooms: [{{room: '{written}', phone: accueil, to: []}}]\n"
    assert mistakes(tmp_path, with_matrix() + room) == {"rooms[0].room": SENTENCES["en"]["room_alias"]}


def test_a_token_that_cannot_be_read_is_not_taken_for_none(tmp_path: Path) -> None:
    told = mistakes(tmp_path, with_matrix(access_token="{env: NOWHERE_SET}"))
    assert told == {"matrix.access_token": SENTENCES["en"]["env_missing"].format("NOWHERE_SET")}


def test_a_homeserver_below_a_path_is_taken(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(with_matrix(homeserver="https://example.org/chat/"))
    assert load(tmp_path / "config.yaml").matrix is not None
