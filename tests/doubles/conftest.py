"""The Bot API double, someone who calls it, and somebody to write to."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from telegram import Bot

from tests.clock import LeapingClock
from tests.doubles.telegram import Room, TelegramDouble, User


class Api:
    """Calls the double as any client would, in JSON."""

    def __init__(self, telegram: TelegramDouble, session: aiohttp.ClientSession) -> None:
        self.telegram = telegram
        self.session = session

    async def __call__(self, method: str, **args: Any) -> dict[str, Any]:
        """The whole answer."""
        url = f"{self.telegram.url}/bot{self.telegram.token}/{method}"
        async with self.session.post(url, json=args) as response:
            body: dict[str, Any] = await response.json()
            assert response.status == (200 if body["ok"] else body["error_code"])
            return body

    async def result(self, method: str, **args: Any) -> Any:
        """What it gives back."""
        body = await self(method, **args)
        assert body["ok"], body
        return body["result"]

    async def refusal(self, method: str, **args: Any) -> str:
        """Why it is refused."""
        body = await self(method, **args)
        assert not body["ok"], body
        return str(body["description"])

    async def updates(self, **args: Any) -> list[dict[str, Any]]:
        """What waits, without waiting for more."""
        got: list[dict[str, Any]] = await self.result("getUpdates", **args)
        return got

    async def kinds(self) -> list[str]:
        """The kinds of what waits; messages by what is in them."""
        return [_kind(update) for update in await self.updates()]


def _kind(update: dict[str, Any]) -> str:
    [kind] = update.keys() - {"update_id"}
    if kind != "message":
        return kind
    around = {"message_id", "from", "chat", "date", "message_thread_id", "is_topic_message", "reply_to_message"}
    return str(min(update[kind].keys() - around - {"sender_chat", "entities", "reply_markup"}))


@pytest.fixture
def clock() -> LeapingClock:
    return LeapingClock()


@pytest.fixture
async def telegram(clock: LeapingClock) -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble(clock=clock) as telegram:
        yield telegram


@pytest.fixture
async def api(telegram: TelegramDouble) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as session:
        yield Api(telegram, session)


@pytest.fixture
async def bot(telegram: TelegramDouble) -> AsyncIterator[Bot]:
    """The library that the bridge uses, with its own HTTP client."""
    async with Bot(telegram.token, base_url=f"{telegram.url}/bot") as bot:
        yield bot


@pytest.fixture
def claire(telegram: TelegramDouble) -> User:
    return telegram.person("Claire", "Durand", language_code="fr")


@pytest.fixture
def room(telegram: TelegramDouble, claire: User) -> Room:
    """A supergroup of Claire's with the bot as administrator."""
    return telegram.supergroup("Accueil", [claire])


@pytest.fixture
def forum(telegram: TelegramDouble, claire: User) -> Room:
    return telegram.supergroup("Guichet", [claire], forum=True)
