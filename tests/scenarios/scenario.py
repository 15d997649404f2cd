"""What a scenario is: a row's id, a setting, the chat it happens on, and what happens."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tests.matrix.relay import MatrixRelay
from tests.relay import Relay
from tests.relay_setting import Setting
from tests.telegram.relay import TelegramRelay
from tests.whole import Whole

Play = Callable[[Any], Awaitable[None]]
"""Given the relay of its chat."""
MakeRelay = Callable[..., Whole]
"""Given a folder, the setting, and by name what only some chats need: on Matrix `synapse`, the homeserver."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One row of docs/reliability.md, played on `relay`. `id` is the row's."""

    id: str
    setting: Setting
    play: Play
    relay: MakeRelay = Relay


def scenario(
    setting: Setting = Setting(),  # noqa: B008 - frozen
    relay: MakeRelay = Relay,
) -> Callable[[Play], Scenario]:
    """Make a scenario of an async function: its name, with dashes, is the row's id."""

    def make(play: Play) -> Scenario:
        return Scenario(play.__name__.replace("_", "-"), setting, play, relay)

    return make


def on_telegram(setting: Setting = Setting()) -> Callable[[Play], Scenario]:  # noqa: B008 - frozen
    """The same in Telegram's groups."""
    return scenario(setting, TelegramRelay)


def on_matrix(
    setting: Setting = Setting(),  # noqa: B008 - frozen
    relay: MakeRelay = MatrixRelay,
) -> Callable[[Play], Scenario]:
    """The same in Matrix's rooms, on a real homeserver."""
    return scenario(setting, relay)
