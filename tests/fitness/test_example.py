"""The example configuration is one that works, and shows every key."""

import re
from pathlib import Path

import pytest

from bridge.config import Config, MatrixConfig, PhoneConfig, RoomConfig, TelegramConfig, load

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.yaml"
LEAST = """
phones:
  - {name: accueil, service_name: sms-ab12345-1, application_key: a, application_secret: s, consumer_key: c}
"""


def test_the_example_loads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OVH_APPLICATION_SECRET", "secret")
    monkeypatch.setenv("OVH_CONSUMER_KEY", "key")
    monkeypatch.setenv("TELEGRAM_TOKEN", "7:token")
    monkeypatch.setenv("MATRIX_ACCESS_TOKEN", "token")
    (tmp_path / "config.yaml").write_text(EXAMPLE.read_text())
    config = load(tmp_path / "config.yaml")
    assert config.phones
    assert {len(room.to) for room in config.rooms} >= {0, 1, 2}  # a desk, a line and a list


def test_matrix_is_there_to_be_taken_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MATRIX_ACCESS_TOKEN", "token")
    example = EXAMPLE.read_text()
    section = re.search(r"^# matrix:\n(?:#   .*\n)+", example, re.MULTILINE)
    room = re.search(r"^  # - room: matrix:.*\n(?:  #   .*\n)+", example, re.MULTILINE)
    assert section
    assert room
    taken_in = re.sub(r"^# ", "", section[0], flags=re.MULTILINE)
    rooms = "rooms:\n" + re.sub(r"^  # ", "  ", room[0], flags=re.MULTILINE)
    (tmp_path / "config.yaml").write_text(LEAST + taken_in + rooms)
    config = load(tmp_path / "config.yaml")
    assert config.matrix is not None
    assert config.matrix.device_id
    assert [one.room.platform for one in config.rooms] == ["matrix"]


@pytest.mark.parametrize("section", [Config, PhoneConfig, RoomConfig, TelegramConfig, MatrixConfig])
def test_the_example_shows_every_key(section: type) -> None:
    shown = EXAMPLE.read_text()
    keys = set(section.model_fields) - {"browser"}  # type: ignore[attr-defined]  # the demonstration's own
    assert not {key for key in keys if f"{key}:" not in shown}
