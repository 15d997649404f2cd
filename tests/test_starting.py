"""What keeps the bridge from starting is told by its key and a sentence: no traceback, no secret."""

import socket
import sqlite3
import sys
from pathlib import Path
from subprocess import run
from typing import Literal

import pytest

from bridge.adapters.database.lock import owner_lock
from bridge.app import Options, run_bridge
from bridge.config import Config, ConfigMistakes, PhoneConfig
from bridge.config.sentences import SENTENCES
from bridge.domain.patience import Patience
from bridge.logs import Redactor

KEYS = {"service_name": "sms-ab12345-1", "application_key": "AK", "application_secret": "s1", "consumer_key": "s2"}


def configuration(
    database: str, port: int = 0, host: str = "127.0.0.1", language: Literal["en", "fr"] = "en"
) -> Config:
    phone = PhoneConfig.model_validate({"name": "accueil", "endpoint": "http://127.0.0.1:9/1.0", **KEYS})
    return Config.model_validate(
        {"database": database, "language": language, "http": {"host": host, "port": port}, "phones": [phone]}
    )


async def told(config: Config) -> tuple[str, str]:
    with pytest.raises(ConfigMistakes) as stopped:
        await run_bridge(config, Options(Patience()), Redactor())
    [mistake] = stopped.value.mistakes
    return mistake.path, mistake.text


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_a_port_that_another_program_has(tmp_path: Path, language: Literal["en", "fr"]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        path, text = await told(configuration(f"sqlite:///{tmp_path}/b.db", port, language=language))
    assert path == "http.port"
    assert f"127.0.0.1:{port}" in text
    assert ("is taken" if language == "en" else "est occupé") in text


async def test_an_address_that_this_machine_has_not(tmp_path: Path) -> None:
    path, text = await told(configuration(f"sqlite:///{tmp_path}/b.db", host="192.0.2.1"))
    assert path == "http.host"
    assert "192.0.2.1:0 (Cannot assign requested address)" in text


async def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path, text = await told(configuration(f"sqlite:///{tmp_path}/file/b.db", language="fr"))
    assert path == "database"
    assert f"{tmp_path}/file/b.db (un fichier porte le nom du dossier)" in text


async def test_a_database_of_a_newer_version(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "b.db") as newer:
        newer.execute("CREATE TABLE alembic_version (version_num TEXT)")
        newer.execute("INSERT INTO alembic_version VALUES ('9999')")
    newer.close()
    path, text = await told(configuration(f"sqlite:///{tmp_path}/b.db"))
    assert path == "database"
    assert "newer version of the bridge" in text


async def test_a_postgresql_that_does_not_run() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    path, text = await told(configuration(f"postgresql://me:top-secret@127.0.0.1:{port}/sms", language="fr"))
    assert path == "database"
    assert f"127.0.0.1:{port}/sms (rien ne répond à cette adresse)" in text
    assert "top-secret" not in text


async def test_postgresql_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    path, text = await told(configuration("postgresql://me@127.0.0.1/sms"))
    assert path == "database"
    assert "pip install '.[postgres]'" in text


async def test_a_postgresql_that_has_no_such_database(postgres_url: str) -> None:
    text = (await told(configuration(postgres_url.replace("?", "_is_not_there?"))))[1]
    assert "does not exist" in text


def with_matrix(folder: Path, store: Path) -> Config:
    section = {"homeserver": "http://127.0.0.1:9", "user": "@sms:example.org", "password": "top-secret"}
    tree = configuration(f"sqlite:///{folder}/b.db").model_dump() | {"matrix": {**section, "store": str(store)}}
    return Config.model_validate(tree)


async def test_a_folder_of_keys_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path, text = await told(with_matrix(tmp_path, tmp_path / "file" / "matrix"))
    assert path == "matrix.store"
    assert text == SENTENCES["en"]["keys_folder"].format(f"{tmp_path}/file/matrix (Not a directory)")


async def test_keys_that_another_bridge_uses_with_a_database_of_its_own(tmp_path: Path) -> None:
    store = tmp_path / "matrix"
    store.mkdir(mode=0o700)
    with owner_lock(store / "keys"):
        path, text = await told(with_matrix(tmp_path, store))
    assert (path, text) == ("matrix.store", SENTENCES["en"]["keys_taken"].format(store))


async def test_the_folder_of_keys_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        config = with_matrix(tmp_path, tmp_path / "data" / "matrix")
        http = config.http.model_copy(update={"port": taken.getsockname()[1]})
        assert (await told(config.model_copy(update={"http": http})))[0] == "http.port"
    assert (tmp_path / "data" / "matrix").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("database", "options", "status", "said"),
    [
        ("file/b.db", (), 1, "/file/b.db (File exists); "),
        ("file", (), 1, "/file (file is not a database); "),
        ("folder", (), 1, "/folder (unable to open database file); "),
        ("b.db", ("--register",), 2, "public_url: is missing, and --register tells OVH"),
    ],
)
def test_the_command_shows_the_sentence_alone(
    tmp_path: Path, database: str, options: tuple[str, ...], status: int, said: str
) -> None:
    (tmp_path / "file").write_text("Dear diary, " * 100)
    (tmp_path / "folder").mkdir()
    phone = ", ".join(f"{key}: {value}" for key, value in {"name": "accueil", **KEYS}.items())
    (tmp_path / "config.yaml").write_text(f"database: sqlite:///{database}\nlanguage: en\nphones: [{{{phone}}}]\n")
    command = [sys.executable, "-m", "bridge", "run", *options]
    ended = run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == status
    assert said in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
