"""The OVH phone for the suite of all phones."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bridge.adapters.ovh.phone import OvhPhone
from bridge.sandbox.ovh.faults import Fault
from tests.adapters.ovh.world import DURAND, World, world


class OvhPhoneWorld:
    def __init__(self, made: World) -> None:
        self._ovh = made.ovh
        self.phone: OvhPhone = made.phone

    def accepted(self, tag: str) -> int:
        return sum(len(post.receivers) for post in self._ovh.records.accepted if post.tag == tag)

    def hang(self) -> None:
        self._ovh.script(Fault.hang(carried_out=True))

    def release(self) -> None:
        self._ovh.release()

    async def until_hanging(self) -> None:
        await self._ovh.until(lambda: self._ovh.hanging)

    def lose_the_answer(self) -> None:
        self._ovh.script(Fault.reset(carried_out=True))

    def refuse_all_numbers(self) -> None:
        self._ovh.script(Fault.refused_receivers())

    def revoke_keys(self) -> None:
        self._ovh.script(Fault.revoked(), "* *", times=None)

    def limit_rate(self, seconds: int) -> None:
        self._ovh.script(Fault.rate_limited(seconds))

    def stop_listing(self) -> None:
        self._ovh.script(Fault.broken(503), "GET outgoing*", times=None)

    async def unplug(self) -> None:
        await self._ovh.unplug()

    async def arrives(self, ovh_id: int, *, delivered: bool) -> None:
        await self._ovh.report(ovh_id, dlr=1 if delivered else 2, ptt=4 if delivered else 24)

    async def answers(self, text: str) -> int:
        answer = await self._ovh.answer(DURAND, text)
        assert answer is not None
        return answer.id

    async def stops(self) -> None:
        await self._ovh.answer(DURAND, "STOP")


@asynccontextmanager
async def ovh_phone_world() -> AsyncIterator[OvhPhoneWorld]:
    async with world() as made:
        yield OvhPhoneWorld(made)
