"""What an operator's commands are given: phones, platforms and the database, beside a living `run`."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

from bridge.adapters.database.migrate import NotMigrated, WrongRevision
from bridge.adapters.database.store import open_store
from bridge.adapters.ovh.opening import open_phones
from bridge.adapters.ovh.phone import OvhPhone
from bridge.app.memory import StoredRooms
from bridge.app.resources import callback_urls, open_platforms, phone_settings
from bridge.commands.check import Checked, CheckedRoom, check
from bridge.commands.setup import Ask, ToSetUp, rotating, setup
from bridge.commands.terminal import Terminal
from bridge.config import Config, account_key, file_rooms, opening_database
from bridge.domain.ids import AccountId
from bridge.domain.patience import Patience
from bridge.domain.rooms import Room
from bridge.logs import Redactor
from bridge.ports.clock import Clock, SystemClock
from bridge.ports.phone import CallbackUrls, Finding
from bridge.ports.rows import Account
from bridge.ports.store import Store, Tx
from bridge.web.reach import answers, reach

_SQLITE = "sqlite:///"


async def run_check(config: Config, redactor: Redactor, echo: Callable[[str], None]) -> int:
    """Look at everything and tell it. Gives the exit code."""
    clock = SystemClock()
    async with AsyncExitStack() as resources:
        store, found = await existing_store(config, clock, resources)
        accounts = await _accounts(store) if store else []
        for account in accounts:
            redactor.add(account.secret, account.old_secret or "")
        running = await answers(config.http.host, config.http.port)
        checked = Checked(
            bridge=[*found, *await _waiting(store), _running(running)],
            phones=await resources.enter_async_context(quiet_phones(config, clock)),
            urls=_urls(config, accounts),
            platforms=await open_platforms(
                config, Patience(), clock, resources, memory=StoredRooms(store), hide=redactor.add
            ),
            rooms=await _rooms(config, store),
            operations=config.operations_room,
            reach=reach if running else None,
            polled=config.public_url is None,
        )
        return await check(Terminal(config.language, str(config.timezone), echo), checked)


async def run_setup(
    config: Config, redactor: Redactor, echo: Callable[[str], None], ask: Ask, *, yes: bool, rotate: bool
) -> int:
    """Tell OVH where to call, get the keys that are missing. Gives the exit code."""
    clock = SystemClock()
    async with AsyncExitStack() as resources:
        store, found = await existing_store(config, clock, resources)
        accounts = {one.key: one for one in (await _accounts(store) if store else [])}
        for account in accounts.values():
            redactor.add(account.secret, account.old_secret or "")
        terminal = Terminal(config.language, str(config.timezone), echo)
        for finding in found:
            if finding.level != "ok":
                terminal.finding(finding)
        phones = await resources.enter_async_context(quiet_phones(config, clock))
        first = {account_key(one): phones[one.name] for one in reversed(config.phones)}
        to_set_up = [
            ToSetUp(
                accounts.get(key),
                phone,
                phone,
                None if config.public_url is None else partial(callback_urls, config.public_url, phone.name),
            )
            for key, phone in reversed(first.items())
        ]
        turn = rotating(store, clock) if rotate and store else None
        return await setup(terminal, to_set_up, ask=ask, yes=yes, rotate=turn)


async def existing_store(
    config: Config, clock: Clock, resources: AsyncExitStack, ring: Callable[[str], None] = lambda lane: None
) -> tuple[Store | None, list[Finding]]:
    """The database as it stands; None where there is none yet or it waits to be brought up to date.

    Only `run` and `demo` make one or migrate. `ring` is told of each commit, by lane. Raises ConfigMistakes for one
    that cannot be opened.
    """
    if _not_made_yet(config.database):
        return None, [Finding("warning", "check_database_new", {})]
    try:
        with opening_database(config, WrongRevision):
            opened = open_store(config.database, clock=clock, ring=ring, migrate=False)
            return await resources.enter_async_context(opened), [Finding("ok", "check_database", {})]
    except Exception as error:
        if isinstance(error.__cause__, NotMigrated):
            return None, [Finding("warning", "check_database_old", {})]
        raise


def _not_made_yet(database: str) -> bool:
    return database.startswith(_SQLITE) and not Path(database.removeprefix(_SQLITE)).exists()


@asynccontextmanager
async def quiet_phones(config: Config, clock: Clock) -> AsyncIterator[dict[str, OvhPhone]]:
    """The phones, for a few calls that no figure counts and no pace slows."""

    async def at_once(account: str) -> None:
        return None

    async with open_phones(phone_settings(config), clock=clock, observe=lambda *told: None, turn=at_once) as phones:
        yield phones


async def _accounts(store: Store) -> list[Account]:
    return await store.read(lambda tx: tx.accounts.all())


def _urls(config: Config, accounts: list[Account]) -> dict[str, CallbackUrls | None]:
    """One set an account, under its first phone's name; none where OVH cannot reach the bridge."""
    by_key = {one.key: one for one in accounts}
    of_account: dict[str, CallbackUrls] = {}
    for phone in config.phones if config.public_url is not None else ():
        key = account_key(phone)
        if key in by_key and key not in of_account:
            of_account[key] = callback_urls(str(config.public_url), phone.name, by_key[key].secret)
    return {phone.name: of_account.get(account_key(phone)) for phone in config.phones}


def _running(running: bool) -> Finding:
    return Finding("ok" if running else "warning", "check_running" if running else "check_not_running", {})


async def _rooms(config: Config, store: Store | None) -> list[CheckedRoom]:
    """Those of the file, then those that operators linked from a chat."""
    rooms = [CheckedRoom(one.address, one.phone, one.receivers, one.sends) for one in file_rooms(config)]

    async def linked(tx: Tx) -> list[Room]:
        known = {room.id for room in (await tx.rooms.at([one.address for one in rooms])).values()}
        platforms = {"telegram": config.telegram, "matrix": config.matrix, "web": config.browser}
        on = [room for name, section in platforms.items() if section for room in await tx.rooms.on(name)]
        return [room for room in on if room.id not in known]

    more = await store.read(linked) if store else []
    return rooms + [CheckedRoom(room.address, room.phone, room.receivers, room.sends) for room in more]


async def _waiting(store: Store | None) -> list[Finding]:
    """Accounts that post nothing for now, answers that no room claims: somebody should know."""
    if store is None:
        return []
    found = [
        Finding("warning", "ops_paused", {"phone": phone, "reason": one.pause.value})
        for one in await _accounts(store)
        if one.pause is not None
        for phone in [await store.read(partial(_phone_of, account=one.id))]
    ]
    for account, count in (await store.read(lambda tx: tx.dues.unrouted())).items():
        phone = await store.read(partial(_phone_of, account=account))
        found.append(Finding("warning", "check_unrouted", {"phone": phone, "count": count}))
    return found


async def _phone_of(tx: Tx, account: AccountId) -> str:
    return await tx.accounts.phone_of(account)
