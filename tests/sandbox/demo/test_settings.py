import json
import socket
import stat
from pathlib import Path

from bridge.config import load, secrets_of
from bridge.sandbox.demo.settings import Wiring, listen_near, write_configuration
from bridge.sandbox.ovh import SmsAccount

WIRING = Wiring("http://127.0.0.1:9002", "chat-token", "http://127.0.0.1:9001/1.0", SmsAccount(), 9003)


def test_the_configuration_that_is_written_loads_and_says_what_the_demonstration_needs(tmp_path: Path) -> None:
    config = load(write_configuration(tmp_path, WIRING, "en"))

    assert config.browser is not None
    assert config.public_url == "http://127.0.0.1:9003"
    assert (config.language, config.http.port) == ("en", 9003)
    assert {(str(room.room), tuple(to.name for to in room.to)) for room in config.rooms} == {
        ("web:reception", ("Mrs Durand",)),
        ("web:everyone", ("Mrs Durand", "Mr Petit", "Ms Diallo")),
    }
    assert all(room.hold.total_seconds() == 0 for room in config.rooms)
    assert [phone.poll_every.total_seconds() for phone in config.phones] == [1]
    assert "chat-token" in secrets_of(config)


def test_the_database_lies_in_the_folder_of_the_configuration(tmp_path: Path) -> None:
    config = load(write_configuration(tmp_path, WIRING, "fr"))

    assert str(tmp_path) in config.database


def test_only_its_owner_reads_the_configuration_also_when_it_is_written_again(tmp_path: Path) -> None:
    write_configuration(tmp_path, WIRING, "fr")
    path = write_configuration(tmp_path, WIRING, "en")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["language"] == "en"


def test_the_next_port_is_taken_where_the_wanted_one_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        wanted = taken.getsockname()[1]
        with listen_near(wanted) as listening:
            port = listening.getsockname()[1]

    assert wanted < port < wanted + 50
