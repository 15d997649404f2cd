"""The composition root, the only file that knows everybody: resources on one exit stack, loops in one task group."""

import asyncio
import os
import secrets
import signal
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import structlog

from bridge.adapters.browser.platform import BrowserPlatform
from bridge.adapters.database.migrate import WrongRevision
from bridge.adapters.database.ownership import own
from bridge.adapters.database.store import open_store
from bridge.adapters.ovh.news import report
from bridge.adapters.ovh.opening import PhoneSettings, open_phones
from bridge.adapters.ovh.signer import Keys
from bridge.config import Config, account_key, file_phones, file_rooms, opening_database, opening_port
from bridge.delivery.context import Deliveries
from bridge.delivery.depths import measure, measure_for_ever
from bridge.delivery.expiry import sweep_for_ever
from bridge.delivery.lanes import workers
from bridge.delivery.observing import observer
from bridge.delivery.pace import Paces
from bridge.delivery.reconciliation import adopt_orphans
from bridge.delivery.waiting_replies import place_waiting
from bridge.domain.ids import AccountId, OvhId
from bridge.domain.patience import Patience
from bridge.domain.slugs import slug
from bridge.domain.sms import new_tag
from bridge.intake.chat import ChatIntake, ChatRules
from bridge.intake.phone import PhoneIntake
from bridge.intake.polling import Poller
from bridge.logs import Redactor
from bridge.metrics import Figures
from bridge.ports.callbacks import Readiness, Secrets
from bridge.ports.chat import ChatPlatform
from bridge.ports.clock import Clock, SystemClock
from bridge.ports.doorbell import Doorbell
from bridge.ports.phone import CallbackUrls
from bridge.ports.probe import Probe, killing_probe
from bridge.ports.rows import Account
from bridge.ports.store import Store, Tx
from bridge.web.health import Health
from bridge.web.ovh import OvhCallbacks
from bridge.web.server import serve

log = structlog.get_logger(__name__)

GRACE = 40.0
"""Seconds that calls under way are given at a stop: longer than OVH's read time-out."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line adds. `probe_point`: where this process kills itself, for crash tests."""

    patience: Patience
    register: bool = False
    probe_point: str | None = None


async def run_bridge(config: Config, options: Options, redactor: Redactor) -> None:
    """Run until SIGINT or SIGTERM; a second one ends at once.

    Raises AlreadyRunning before any other I/O, ConfigMistakes for a database or a port that cannot be had.
    """
    stopping = asyncio.Event()
    async with AsyncExitStack() as resources:
        with opening_database(config, WrongRevision):
            await resources.enter_async_context(own(config.database))
        _stop_on_signals(stopping)
        bridge = await assemble(config, options, redactor, resources, SystemClock())
        await bridge.run(stopping)


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
            if self.urls:
                intake.append(tasks.create_task(self._register(), name="register"))
            running = [tasks.create_task(worker.run(), name=worker.lane.name) for worker in lanes]
            self.started.set()
            log.info("bridge.ready")
            await stopping.wait()
            log.info("bridge.stopping")
            for task in intake:
                task.cancel()
            for worker in lanes:
                worker.stop()
            await asyncio.wait(running, timeout=GRACE)
            for task in running:
                task.cancel()

    async def _listen(self, name: str) -> None:
        cursor = await self.deliveries.store.read(lambda tx: tx.events.cursor(name))
        await self.deliveries.platforms[name].listen(self.sinks[name], cursor)

    async def _register(self) -> None:
        """Tell OVH where to call. Polling finds everything meanwhile, so a failure is only told."""
        for account, urls in self.urls.items():
            try:
                await self.deliveries.account_phones[account].register(urls)
            except Exception:
                log.exception("callbacks.not_registered", account=account)


async def assemble(
    config: Config, options: Options, redactor: Redactor, resources: AsyncExitStack, clock: Clock
) -> Bridge:
    """Open every resource on the stack and put the bridge together; nothing runs before `Bridge.run`."""
    bell, started = Doorbell(), asyncio.Event()
    probe = killing_probe(options.probe_point)
    with opening_database(config, WrongRevision):
        store: Store = await resources.enter_async_context(
            open_store(config.database, clock=clock, ring=bell.ring, probe=probe)
        )
    await store.write(lambda tx: tx.rooms.put_file(file_phones(config), file_rooms(config)))
    accounts = await store.read(lambda tx: tx.accounts.all())
    for account in accounts:
        redactor.add(account.secret, account.old_secret or "")  # the old one opens doors for a day yet
    deliveries = await _deliveries(config, options, resources, clock, store, accounts, probe)
    routes = [*_callbacks(deliveries).routes(), *_health(deliveries, started).routes()]
    with opening_port(config):
        port = await resources.enter_async_context(serve(config.http.host, config.http.port, routes))
    log.info("web.listening", port=port)
    sinks = {name: _sink(config, platform, deliveries) for name, platform in deliveries.platforms.items()}
    pollers = tuple(_poller(config, one, deliveries) for one in accounts)
    urls = _callback_urls(config, accounts, deliveries, port) if options.register else {}
    return Bridge(deliveries, bell, sinks, pollers, urls, started)


async def _deliveries(
    config: Config,
    options: Options,
    resources: AsyncExitStack,
    clock: Clock,
    store: Store,
    accounts: list[Account],
    probe: Probe,
) -> Deliveries:
    figures = Figures()
    names = {one.key: await store.read(partial(_first_phone, one)) for one in accounts}
    paces = Paces(clock, {one.key: one.id for one in accounts})
    phones = await resources.enter_async_context(
        open_phones(_phone_settings(config), clock=clock, observe=observer(figures, paces, names), turn=paces.turn)
    )
    return Deliveries(
        store=store,
        clock=clock,
        phones=phones,
        account_phones={one.id: phones[names[one.key]] for one in accounts},
        platforms=await _platforms(config, options.patience, clock, resources),
        figures=figures,
        patience=replace(options.patience, reconcile_after=config.reconcile_after),
        owner=secrets.token_hex(8),
        paces=paces,
        operations=str(config.operations_room or ""),
        callbacks=config.public_url is not None,
        probe=probe,
    )


async def _first_phone(account: Account, tx: Tx) -> str:
    return await tx.accounts.phone_of(account.id)


def _phone_settings(config: Config) -> list[PhoneSettings]:
    return [
        PhoneSettings(
            phone.name,
            account_key(phone),
            *phone.account,
            Keys(
                phone.application_key,
                phone.application_secret.get_secret_value(),
                phone.consumer_key.get_secret_value(),
            ),
            phone.sender,
            phone.no_stop_clause,
        )
        for phone in config.phones
    ]


async def _platforms(
    config: Config, patience: Patience, clock: Clock, resources: AsyncExitStack
) -> dict[str, ChatPlatform]:
    platforms: dict[str, ChatPlatform] = {}
    if config.browser is not None:
        token = config.browser.token.get_secret_value()
        browser = BrowserPlatform(str(config.browser.url), token, clock, marks_after=patience.marks_after)
        platforms[browser.name] = await resources.enter_async_context(browser)
    return platforms


def _sink(config: Config, platform: ChatPlatform, deliveries: Deliveries) -> ChatIntake:
    rules = ChatRules(
        new_tag=partial(new_tag, secrets.token_bytes),
        operators=frozenset(config.operators),
        marks_after=platform.marks_after,
    )
    return ChatIntake(platform.name, deliveries.store, deliveries.clock, rules, deliveries.figures, deliveries.probe)


def _poller(config: Config, account: Account, deliveries: Deliveries) -> Poller:
    every = min(
        (one.poll_every for one in config.phones if account_key(one) == account.key), default=timedelta(minutes=1)
    )
    return Poller(
        account.id,
        deliveries.account_phones[account.id],
        every,
        deliveries.store,
        deliveries.clock,
        deliveries.figures,
        deliveries.probe,
    )


def _callbacks(deliveries: Deliveries) -> OvhCallbacks:
    intake = PhoneIntake(deliveries.store, deliveries.clock, deliveries.probe)

    async def find(slug: str) -> Secrets | None:
        account = await deliveries.store.read(lambda tx: tx.accounts.by_slug(slug))
        if account is None:
            return None
        return Secrets(account.id, account.secret, account.old_secret, account.old_until)

    async def accept_report(account: AccountId, sms: OvhId, dlr: int, ptt: int) -> None:
        await intake.accept_reports(account, [report(sms, dlr, ptt)])
        deliveries.figures.report_in(deliveries.account_phones[account].name, "pushed")

    return OvhCallbacks(
        find, accept_report, intake.hint_reply, intake.hint_stop, deliveries.figures.refused_callback, deliveries.clock
    )


def _health(deliveries: Deliveries, started: asyncio.Event) -> Health:
    async def ready() -> Readiness:
        accounts = await measure(deliveries)
        await deliveries.store.write(lambda tx: tx.events.cursor(""))  # takes the write lock: readable is not enough
        return Readiness(migrated=True, writable=True, started=started.is_set(), details={"phones": accounts})

    # A loop that dies takes the process with it, so a process that answers is alive.
    return Health(lambda: True, ready, deliveries.figures.render)


def _callback_urls(
    config: Config, accounts: list[Account], deliveries: Deliveries, port: int
) -> dict[AccountId, CallbackUrls]:
    """One set of URLs an account, under its first phone's name."""
    base = str(config.public_url or f"http://127.0.0.1:{port}").rstrip("/")
    phones = deliveries.account_phones
    return {one.id: CallbackUrls.under(f"{base}/ovh/{slug(phones[one.id].name)}/{one.secret}") for one in accounts}


def _stop_on_signals(stopping: asyncio.Event) -> None:
    def stop() -> None:
        if stopping.is_set():
            os._exit(1)  # asked twice: at once
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
