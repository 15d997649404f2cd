"""The configuration: what it gives, and that every mistake is told at once, without any secret."""

import json
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bridge.config import ConfigMistakes, RoomConfig, load, secrets_of
from bridge.config.sentences import SENTENCES
from bridge.domain.ids import RoomAddress

PHONE = """
phones:
  - name: accueil
    service_name: sms-ab12345-1
    application_key: AK
    application_secret: top-secret-one
    consumer_key: top-secret-two
"""
BROWSER = "browser: {url: http://127.0.0.1:9002, token: t-0123456789}\n"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("BRIDGE_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(tmp_path: Path, text: str) -> dict[str, str]:
    with pytest.raises(ConfigMistakes) as told:
        load(written(tmp_path, text))
    return {mistake.path: mistake.text for mistake in told.value.mistakes}


def test_one_phone_is_enough_and_everything_else_has_its_default(tmp_path: Path) -> None:
    config = load(written(tmp_path, PHONE))
    assert config.database == f"sqlite:///{tmp_path}/data/bridge.db"
    assert (config.language, config.timezone, config.logs) == ("fr", ZoneInfo("Europe/Paris"), "console")
    assert (config.http.host, config.http.port, config.http.password) == ("127.0.0.1", 8080, None)
    assert config.reconcile_after == tuple(timedelta(seconds=s) for s in (35, 90, 180, 600))
    [phone] = config.phones
    assert phone.account == ("ovh-eu", "sms-ab12345-1")
    assert (phone.poll_every, phone.expires_after) == (timedelta(seconds=60), timedelta(hours=12))
    assert (phone.sender, phone.prefix, phone.plain_text, phone.on_uncertain) == (None, None, True, "resend")


def test_a_full_configuration_is_parsed_into_our_own_types(tmp_path: Path) -> None:
    config = load(
        written(
            tmp_path,
            PHONE
            + BROWSER
            + "http: {port: 0, trusted_proxies: [10.0.0.0/8]}\n"
            + "reconcile_after: [1, 2, 3, 4]\n"
            + "rooms:\n"
            + "  - {room: 'web:a', phone: accueil, to: [0612345670], hold: 0, timezone: Indian/Reunion}\n"
            + "  - room: 'web:b'\n    phone: accueil\n"
            + "    to: [+33612345678, {name: Mme Durand, number: 06 98 76 54 32}]\n"
            + "  - {room: 'web:desk', phone: accueil, to: []}\n",
        )
    )
    line, several, desk = config.rooms
    assert line.room == RoomAddress("web", "a")
    assert (line.to[0].number, line.to[0].name) == ("+33612345670", None)  # not the octal number YAML sees
    assert (line.hold, line.timezone) == (timedelta(0), ZoneInfo("Indian/Reunion"))
    assert [(one.name, one.number) for one in several.to] == [
        (None, "+33612345678"),
        ("Mme Durand", "+33698765432"),
    ]
    assert (desk.is_desk, several.is_desk) == (True, False)
    assert config.http.trusted_proxies == (ip_network("10.0.0.0/8"),)
    assert config.reconcile_after[0] == timedelta(seconds=1)


def test_the_tree_is_frozen(tmp_path: Path) -> None:
    config = load(written(tmp_path, PHONE))
    with pytest.raises(ValueError, match="frozen"):
        config.language = "en"  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        config.phones[0].name = "other"  # type: ignore[misc]


def test_the_environment_wins_over_secret_files_and_these_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_text("7:from-file\n")
    text = PHONE + "telegram: {token: {file: token}}\nhttp: {port: 8000, host: 0.0.0.0}\n"
    assert load(written(tmp_path, text)).telegram.token.get_secret_value() == "7:from-file"  # type: ignore[union-attr]
    monkeypatch.setenv("BRIDGE_TELEGRAM__TOKEN", "7:from-environment")
    monkeypatch.setenv("BRIDGE_HTTP__PORT", "8001")
    (tmp_path / "token").unlink()  # what is overridden need not exist
    config = load(written(tmp_path, text))
    assert config.telegram is not None
    assert config.telegram.token.get_secret_value() == "7:from-environment"
    assert (config.http.host, config.http.port) == ("0.0.0.0", 8001)


def test_secrets_come_from_variables_and_files_beside_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_OVH_SECRET", "from-variable")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "key").write_text("from-file\n")
    text = PHONE.replace("top-secret-one", "{env: MY_OVH_SECRET}").replace("top-secret-two", "{file: secrets/key}")
    path = written(tmp_path, text)
    monkeypatch.chdir("/")
    [phone] = load(path).phones
    assert phone.application_secret.get_secret_value() == "from-variable"
    assert phone.consumer_key.get_secret_value() == "from-file"


def test_no_secret_shows_in_a_repr_but_all_are_listed_for_redaction(tmp_path: Path) -> None:
    text = PHONE + "database: postgresql://bridge:pass%2Fword@db/bridge\nhttp: {password: hunter22}\n"
    config = load(written(tmp_path, text))
    hidden = {"top-secret-one", "top-secret-two", "hunter22", "pass/word", "pass%2Fword"}
    assert set(secrets_of(config)) == hidden
    assert not [secret for secret in hidden if secret in repr(config)]


def test_the_path_is_the_one_given_else_the_variable_else_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, language in (("given", "en"), ("named", "fr"), ("config", "en")):
        (tmp_path / f"{name}.yaml").write_text(PHONE.replace("accueil", name) + f"language: {language}\n")
    assert load().phones[0].name == "config"
    monkeypatch.setenv("BRIDGE_CONFIG", str(tmp_path / "named.yaml"))
    assert load().phones[0].name == "named"
    assert load(tmp_path / "given.yaml").phones[0].name == "given"


def test_all_mistakes_are_told_at_once_types_and_cross_checks_with_their_paths(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path,
        PHONE
        + "language: en\ntimezone: Europe/Pariss\nlogs: loud\npubic_url: x\nhttp: {port: 99999, host: ''}\n"
        + "reconcile_after: [5, 5]\noperators: ['ann']\n"
        + "rooms:\n"
        + "  - {room: 'web:a', phone: nobody, to: [12]}\n"
        + "  - {room: 'web:b', phone: nobody, to: []}\n"
        + "  - {room: 'nowhere', phone: accueil}\n",
    )
    assert told == {
        "rooms[0].phone": SENTENCES["en"]["no_such_phone"],
        "timezone": "must be a time zone such as Europe/Paris",
        "logs": "must be one of: console, json",
        "pubic_url": "is not a known key; did you mean public_url?",
        "http.port": "must be at most 65535",
        "http.host": "must not be empty, nor begin or end with a blank",
        "reconcile_after": SENTENCES["en"]["rising"],
        "operators[0]": SENTENCES["en"]["person_address"],
        "rooms[0].to[0].number": SENTENCES["en"]["number"],
        "rooms[1].phone": SENTENCES["en"]["no_such_phone"],
        "rooms[1].room": "needs the section `browser`, which is not there",
        "rooms[2].room": SENTENCES["en"]["room_address"],
        "rooms[2].to": SENTENCES["en"]["missing"],
    }


def test_phones_of_one_account_carry_the_same_keys_and_one_desk(tmp_path: Path) -> None:
    second = PHONE.replace("phones:\n", "").replace("name: accueil", "name: soir").replace("two", "else")
    text = "language: en\n" + PHONE + second + BROWSER
    rooms = "rooms:\n  - {room: 'web:a', phone: accueil, to: []}\n  - {room: 'web:b', phone: soir, to: []}\n"
    told = mistakes(tmp_path, text + rooms)
    assert told == {
        "phones[1].consumer_key": SENTENCES["en"]["other_keys"].format("phones[0].consumer_key"),
        "rooms[1].to": "is a second desk on one OVH account; the first is rooms[0]",
    }


def test_names_and_rooms_stand_once(tmp_path: Path) -> None:
    twice = PHONE + PHONE.replace("phones:\n", "    was: [accueil]\n") + BROWSER
    rooms = "rooms:\n" + "  - {room: 'web:a', phone: accueil, to: ['0612345678']}\n" * 2
    told = mistakes(tmp_path, "language: en\n" + twice + rooms)
    assert told == {
        "phones[1].name": "another phone already has this name",
        "phones[0].was[0]": "another phone has or had this name",
        "rooms[1].room": "is the same room as rooms[0]",
    }


@pytest.mark.parametrize(
    ("key", "value", "path", "code"),
    [
        ("poll_every", "0.5", "phones[0].poll_every", "one_second"),
        ("poll_every", "soon", "phones[0].poll_every", "duration"),
        ("expires_after", "12 moons", "phones[0].expires_after", "duration"),
        ("on_uncertain", "pray", "phones[0].on_uncertain", "choice"),
        ("endpoint", "ovh-moon", "phones[0].endpoint", "endpoint"),
        ("plain_text", "perhaps", "phones[0].plain_text", "bool"),
        ("sender", "ab", "phones[0].sender", "too_short"),
    ],
)
def test_a_phone_s_values_are_checked(tmp_path: Path, key: str, value: str, path: str, code: str) -> None:
    told = mistakes(tmp_path, f"language: en{PHONE}    {key}: {value}\n")
    assert list(told) == [path]
    assert told[path].startswith(SENTENCES["en"][code].partition("{")[0])


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("1.5", 1.5), ("15min", 900), ("12h", 43200), ("2d", 172800), ("2 j", 172800)],
)
def test_durations_are_seconds_or_carry_their_unit(text: str, seconds: float) -> None:
    room = RoomConfig.model_validate({"room": "web:a", "phone": "p", "to": [], "hold": text})
    assert room.hold == timedelta(seconds=seconds)


def test_mistakes_speak_the_file_s_language_or_english_without_a_readable_file(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "language: fr\n") == {"phones": SENTENCES["fr"]["missing"]}
    assert mistakes(tmp_path, "language: en\n") == {"phones": SENTENCES["en"]["missing"]}
    assert mistakes(tmp_path, "language: de\n")["phones"] == SENTENCES["en"]["missing"]
    with pytest.raises(ConfigMistakes, match=r"nothing\.yaml: cannot be read \(No such file or directory\)"):
        load(tmp_path / "nothing.yaml")


def test_both_languages_have_the_same_sentences_with_the_same_gaps() -> None:
    english, french = SENTENCES["en"], SENTENCES["fr"]
    assert {code: text.count("{}") for code, text in english.items()} == {
        code: text.count("{}") for code, text in french.items()
    }


@pytest.mark.parametrize(
    "text",
    [
        "telegram: {token: *S3CRET}\n",
        "telegram: {token: !S3CRET x}\n",
        "telegram: {token: S3CRET\n",
        "telegram: [S3CRET]\n",
        "telegram: {token: [S3CRET]}\n",
        "telegram: {token: {env: A, file: S3CRET}}\n",
        "http: {port: S3CRET, password: {x: S3CRET}}\n",
        "database: postgres:S3CRET@db\n",
        "phones: S3CRET\n",
        "phones: [{name: a, application_secret: {S3CRET: 1}}]\n",
        "logs: S3CRET\n",
        "rooms: [{room: S3CRET, to: [S3CRET]}]\n",
        "S3CRET\n",
        "? [S3CRET]\n: 1\n",
    ],
)
def test_no_secret_is_repeated_in_a_mistake(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigMistakes) as told:
        load(written(tmp_path, text))
    assert told.value.mistakes
    assert "S3CRET" not in str(told.value)
    assert told.value.__cause__ is None


def test_a_missing_variable_or_file_is_told_once_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPTY", "")
    text = "language: en\n" + PHONE.replace("top-secret-one", "{env: NOT_SET}").replace(
        "top-secret-two", "{env: EMPTY}"
    )
    told = mistakes(tmp_path, text + "http: {password: {file: no/such}}\n")
    assert told == {
        "phones[0].application_secret": SENTENCES["en"]["env_missing"].format("NOT_SET"),
        "phones[0].consumer_key": SENTENCES["en"]["env_empty"].format("EMPTY") + SENTENCES["en"]["or_setup"],
        "http.password": SENTENCES["en"]["file_unreadable"].format("no/such"),
    }


def test_a_key_that_stands_twice_is_a_mistake_not_a_silent_choice(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "logs: json\nlogs: console\n") == {"logs": "stands twice in the file"}


def test_lists_come_from_the_environment_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_RECONCILE_AFTER", json.dumps([2, 4]))
    assert load(written(tmp_path, PHONE)).reconcile_after == (timedelta(seconds=2), timedelta(seconds=4))
    monkeypatch.setenv("BRIDGE_RECONCILE_AFTER", "2, 4")
    assert "reconcile_after" in mistakes(tmp_path, PHONE)


MATRIX = "matrix: {homeserver: 'https://m.example.org', user: '@sms:example.org', access_token: t, device_id: D}\n"


def test_matrix_needs_something_that_lets_it_in(tmp_path: Path) -> None:
    room = "rooms: [{room: 'matrix:!a:example.org', phone: accueil, to: []}]\n"
    assert mistakes(tmp_path, "language: en" + PHONE + room) == {
        "rooms[0].room": SENTENCES["en"]["platform_off"].format("matrix")
    }
    assert load(written(tmp_path, PHONE + MATRIX + room)).matrix is not None
    alone = MATRIX.replace(", access_token: t, device_id: D", "")
    assert mistakes(tmp_path, "language: en" + PHONE + alone) == {"matrix": SENTENCES["en"]["no_login"]}
    assert load(written(tmp_path, PHONE + alone.replace("}", ", password: p}"))).matrix is not None
