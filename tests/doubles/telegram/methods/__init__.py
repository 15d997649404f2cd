"""The methods of the Bot API that the double knows, by name."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.doubles.telegram.args import Args
from tests.doubles.telegram.methods import receiving, rooms, sending, settings, topics
from tests.doubles.telegram.world import World

Method = Callable[[World, Args], Any | Awaitable[Any]]

METHODS: dict[str, Method] = {
    **receiving.METHODS,
    **sending.METHODS,
    **rooms.METHODS,
    **topics.METHODS,
    **settings.METHODS,
}
