"""What a scenario is: a row's id, a setting, and what happens."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.relay import Relay
from tests.relay_setting import Setting

Play = Callable[[Relay], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One row of docs/reliability.md, played. `id` is the row's."""

    id: str
    setting: Setting
    play: Play


def scenario(setting: Setting = Setting()) -> Callable[[Play], Scenario]:  # noqa: B008 - frozen
    """Make a scenario of an async function: its name, with dashes, is the row's id."""

    def make(play: Play) -> Scenario:
        return Scenario(play.__name__.replace("_", "-"), setting, play)

    return make
