"""The bridge put together: every resource on one exit stack, nothing running yet."""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import structlog

from bridge.adapters.database.migrate import WrongRevision
from bridge.adapters.database.store import open_store
from bridge.adapters.ovh.news import report
from bridge.adapters.ovh.opening import open_phones
from bridge.app.memory import StoredRooms
from bridge.app.resources import callback_urls, open_platforms, phone_settings
from bridge.app.running import Bridge
from bridge.config import Config, account_key, file_phones, file_rooms, opening_database, opening_port
from bridge.delivery.context import Deliveries
from bridge.delivery.depths import measure
from bridge.delivery.observing import observer
from bridge.delivery.pace import Paces
from bridge.domain.ids import AccountId, OvhId
from bridge.domain.patience import Patience
from bridge.domain.sms import new_tag
from bridge.intake.chat import ChatIntake, ChatRules
from bridge.intake.phone import PhoneIntake
from bridge.intake.polling import Poller
from bridge.logs import Redactor
from bridge.metrics import Figures
from bridge.ports.callbacks import Readiness, Secrets
from bridge.ports.chat import ChatPlatform
from bridge.ports.clock import Clock
from bridge.ports.doorbell import Doorbell
from bridge.ports.probe import Probe, killing_probe
from bridge.ports.rows import Account
from bridge.ports.store import Store, Tx
from bridge.web.health import Health
from bridge.web.ovh import OvhCallbacks
from bridge.web.server import serve

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line adds. `probe_point`: where this process kills itself, for crash tests."""

    patience: Patience
    register: bool = False
    probe_point: str | None = None


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
    await store.write(lambda tx: _put(tx, config))
    accounts = await store.read(lambda tx: tx.accounts.all())
    for account in accounts:
        redactor.add(account.secret, account.old_secret or "")  # the old one opens doors for a day yet
    deliveries = await _deliveries(config, options, resources, clock, store, accounts, probe, redactor.add)
    routes = [*_callbacks(deliveries).routes(), *_health(deliveries, started).routes()]
    with opening_port(config):
        port = await resources.enter_async_context(serve(config.http.host, config.http.port, routes))
    log.info("web.listening", port=port)
    sinks = {name: _sink(config, platform, deliveries) for name, platform in deliveries.platforms.items()}
    pollers = tuple(_poller(config, one, deliveries) for one in accounts)
    base = str(config.public_url or f"http://127.0.0.1:{port}")
    phones = deliveries.account_phones
    urls = (
        {one.id: callback_urls(base, phones[one.id].name, one.secret) for one in accounts} if options.register else {}
    )
    return Bridge(deliveries, bell, sinks, pollers, urls, started)


async def _put(tx: Tx, config: Config) -> None:
    """Make the tables say what the configuration says."""
    await tx.rooms.put_file(file_phones(config), file_rooms(config))
    await tx.operations.at(config.operations_room, config.language, str(config.timezone))


async def _deliveries(
    config: Config,
    options: Options,
    resources: AsyncExitStack,
    clock: Clock,
    store: Store,
    accounts: list[Account],
    probe: Probe,
    hide: Callable[[str], None],
) -> Deliveries:
    figures = Figures()
    names = {one.key: await store.read(partial(_first_phone, one)) for one in accounts}
    paces = Paces(clock, {one.key: one.id for one in accounts})
    phones = await resources.enter_async_context(
        open_phones(phone_settings(config), clock=clock, observe=observer(figures, paces, names), turn=paces.turn)
    )
    return Deliveries(
        store=store,
        clock=clock,
        phones=phones,
        account_phones={one.id: phones[names[one.key]] for one in accounts},
        platforms=await open_platforms(
            config, options.patience, clock, resources, probe, memory=StoredRooms(store), hide=hide
        ),
        figures=figures,
        patience=replace(options.patience, reconcile_after=config.reconcile_after),
        owner=secrets.token_hex(8),
        paces=paces,
        callbacks=config.public_url is not None,
        probe=probe,
    )


async def _first_phone(account: Account, tx: Tx) -> str:
    return await tx.accounts.phone_of(account.id)


def _sink(config: Config, platform: ChatPlatform, deliveries: Deliveries) -> ChatIntake:
    rules = ChatRules(
        new_tag=partial(new_tag, secrets.token_bytes),
        operators=frozenset(config.operators),
        marks_after=platform.marks_after,
        private=platform.private,
        language=config.language,
        timezone=str(config.timezone),
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
        chats = {name: platform.trouble or "ok" for name, platform in deliveries.platforms.items()}
        await deliveries.store.write(lambda tx: tx.events.cursor(""))  # takes the write lock: readable is not enough
        return Readiness(
            migrated=True, writable=True, started=started.is_set(), details={"phones": accounts, "chats": chats}
        )

    # A loop that dies takes the process with it, so a process that answers is alive.
    return Health(lambda: True, ready, deliveries.figures.render)
