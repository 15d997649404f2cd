"""Conversations of two: known as such before anything that was said there is handed over."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from bridge.adapters.matrix import MatrixPlatform
from bridge.domain.events import BotRestored, ChatEvent, Typed
from tests.contract.matrix_world import MatrixWorld
from tests.contract.worlds import Recorder, listening
from tests.matrix.proxy import BAD_GATEWAY, Fault

DIRECTS = "/account_data/m.direct"


@dataclass
class Asking(Recorder):
    """Asks of each message, as it comes, whether its room is private."""

    platform: MatrixPlatform | None = None
    private: dict[str, bool] = field(default_factory=dict)

    async def accept(self, events: Sequence[ChatEvent], cursor: str | None) -> None:
        assert self.platform is not None
        for event in events:
            if isinstance(event, Typed):
                self.private[event.text] = self.platform.private(event.ref.room)
        await super().accept(events, cursor)

    async def until_typed(self, text: str) -> None:
        await self.until(lambda _: text in self.private)

    async def until_in(self, room: str) -> None:
        await self.until(
            lambda seen: any(isinstance(one, BotRestored) and one.room.address == room for one in seen.events)
        )


async def opened_by_claire(world: MatrixWorld) -> str:
    body = {"is_direct": True, "invite": [world.bot.user], "preset": "trusted_private_chat"}
    return str((await world.claire.call("POST", "/createRoom", body))["room_id"])


async def test_what_is_said_in_private_while_the_bot_is_away_is_private_when_it_comes(plain: MatrixWorld) -> None:
    room = await opened_by_claire(plain)
    async with plain.platform_with({plain.claire.user}) as platform:
        before = Asking(platform=platform)
        async with listening(platform, before):
            await before.until_in(room)
            await plain.claire.types(room, "Hello")
            await before.until_typed("Hello")

    await plain.claire.types(room, "!sms id")
    await plain.claire.types(plain.room.address, "for all")
    async with plain.platform_with({plain.claire.user}) as platform:
        after = Asking(platform=platform)
        async with listening(platform, after, before.cursors[-1]):
            await after.until_typed("for all")
            await after.until_typed("/id")

    assert before.private == {"Hello": True}
    assert after.private == {"/id": True, "for all": False}


async def test_a_list_that_cannot_be_had_is_waited_for(plain: MatrixWorld) -> None:
    plain.proxy.plan(DIRECTS, BAD_GATEWAY, method="GET", times=2)
    await plain.claire.types(plain.room.address, "for all")
    async with plain.platform() as platform:
        sink = Asking(platform=platform)
        async with listening(platform, sink):
            await sink.until_typed("for all")

    assert len(plain.proxy.asked(DIRECTS, "GET")) == 3
    assert [event for event in sink.events if isinstance(event, Typed)] == sink.events


@pytest.mark.parametrize("status", [403, 404])
async def test_a_homeserver_that_knows_no_such_list_keeps_nobody_from_listening(
    plain: MatrixWorld, status: int
) -> None:
    plain.proxy.plan(DIRECTS, Fault(status, '{"errcode": "M_UNRECOGNIZED"}'), method="GET", times=None)
    await plain.claire.types(plain.room.address, "for all")
    async with plain.platform() as platform:
        sink = Asking(platform=platform)
        async with listening(platform, sink):
            await sink.until_typed("for all")


async def test_a_conversation_is_private_though_it_could_not_be_listed_at_once(plain: MatrixWorld) -> None:
    room = await opened_by_claire(plain)
    plain.proxy.plan(DIRECTS, BAD_GATEWAY, method="PUT", times=2)
    async with plain.platform_with({plain.claire.user}) as platform:
        sink = Asking(platform=platform)
        async with listening(platform, sink):
            for tries in (1, 2):
                await plain.proxy.until(lambda tries=tries: len(plain.proxy.asked(DIRECTS, "PUT")) == tries)  # type: ignore[misc]
                plain.clock.passed += 3600
            await sink.until_in(room)
            await plain.claire.types(room, "Hello")
            await sink.until_typed("Hello")

    assert sink.private == {"Hello": True}
