"""The bridge while it runs: loops in one task group, and how they end."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import get_args

import structlog

from bridge.delivery.context import Deliveries
from bridge.delivery.depths import measure_for_ever
from bridge.delivery.expiry import sweep_for_ever
from bridge.delivery.lanes import workers
from bridge.delivery.operations import tell_operations
from bridge.delivery.reconciliation import adopt_orphans
from bridge.delivery.waiting_replies import place_waiting
from bridge.delivery.worker import wind_down
from bridge.domain.ids import AccountId
from bridge.domain.rooms import Language
from bridge.intake.chat import ChatIntake
from bridge.intake.first_message import greet_all
from bridge.intake.polling import Poller
from bridge.ports.chat import MenuEntry
from bridge.ports.doorbell import Doorbell
from bridge.ports.phone import CallbackUrls, Finding
from bridge.ports.store import Tx
from bridge.wording import menu

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Bridge:
    """Everything that runs. `urls`: where OVH is told to call, by account, when it is told at start."""

    deliveries: Deliveries
    bell: Doorbell
    sinks: Mapping[str, ChatIntake]
    pollers: tuple[Poller, ...]
    urls: Mapping[AccountId, CallbackUrls]
    started: asyncio.Event

    async def run(self, stopping: asyncio.Event) -> None:
        """Take in, deliver, poll. A loop that dies takes the process down; a stop closes intake first."""
        await adopt_orphans(self.deliveries)
        await self.deliveries.store.write(lambda tx: tx.dues.release(self.deliveries.clock.now()))
        await place_waiting(self.deliveries)
        lanes = workers(self.deliveries, self.bell)
        async with asyncio.TaskGroup() as tasks:
            intake = [
                tasks.create_task(self._listen(name), name=f"{name}.listen") for name in self.deliveries.platforms
            ]
            intake += [
                tasks.create_task(one.poll_for_ever(stopping), name=f"{one.account}.poll") for one in self.pollers
            ]
            for loop in (sweep_for_ever, measure_for_ever):
                intake.append(tasks.create_task(loop(self.deliveries, stopping), name=loop.__name__))
            intake += [
                tasks.create_task(self._look_around(name), name=f"{name}.look_around")
                for name in self.deliveries.platforms
            ]
            if self.urls:
                intake.append(tasks.create_task(self._register(), name="register"))
            running = [tasks.create_task(worker.run(), name=worker.lane.name) for worker in lanes]
            self.started.set()
            log.info("bridge.ready")
            await stopping.wait()
            log.info("bridge.stopping")
            for task in intake:
                task.cancel()
            await wind_down(lanes, running)

    async def _listen(self, name: str) -> None:
        cursor = await self.deliveries.store.read(lambda tx: tx.events.cursor(name))
        await self.deliveries.platforms[name].listen(self.sinks[name], cursor)

    async def _look_around(self, name: str) -> None:
        """Say in each room to whom words go there, fill the menu in, and look whether the bot may do its work.

        What keeps it from that is told to an operator, once a day.
        """
        platform = self.deliveries.platforms[name]
        await self.deliveries.store.write(partial(greet_all, platform=name))
        await platform.offer({language: _menu(language) for language in get_args(Language)})
        rooms = await self.deliveries.store.read(lambda tx: tx.rooms.on(name))
        for finding in await platform.check({room.address: room.hears_all for room in rooms}):
            if finding.level == "ok":
                continue
            log.warning("chat.finding", platform=name, finding=finding.key, room=finding.params.get("room"))
            if finding.level == "error":
                await self.deliveries.store.write(partial(self._tell, finding=finding))

    async def _tell(self, tx: Tx, finding: Finding) -> None:
        about = ":".join(str(value) for value in finding.params.values())
        subject = f"{self.deliveries.clock.now():%Y-%m-%d}:{about}"
        await tell_operations(tx, self.deliveries, finding.key, subject, finding.params)

    async def _register(self) -> None:
        """Tell OVH where to call. Polling finds everything meanwhile, so a failure is only told."""
        for account, urls in self.urls.items():
            try:
                await self.deliveries.account_phones[account].register(urls)
            except Exception:
                log.exception("callbacks.not_registered", account=account)


def _menu(language: Language) -> list[MenuEntry]:
    return [MenuEntry(word, does) for word, does in menu(language).items()]
