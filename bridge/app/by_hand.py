"""`bridge send` and `bridge check --send`: what they are given, put together."""

import asyncio
import os
import secrets
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bridge.adapters.database.lock import AlreadyRunning
from bridge.adapters.database.migrate import WrongRevision
from bridge.adapters.database.ownership import own
from bridge.adapters.database.store import open_store
from bridge.adapters.ovh.opening import open_phones
from bridge.app.operator import existing_store
from bridge.app.resources import phone_settings
from bridge.commands.following import Sending
from bridge.commands.prove import prove
from bridge.commands.send import chosen_phone, read_number, send
from bridge.commands.terminal import Terminal
from bridge.config import Config, file_phones, opening_database
from bridge.delivery.alone import driving
from bridge.delivery.context import Deliveries
from bridge.delivery.observing import observer
from bridge.delivery.pace import Paces
from bridge.domain.ids import AccountId, MessageId
from bridge.domain.numbers import E164
from bridge.domain.patience import Patience
from bridge.domain.sms import new_tag
from bridge.intake.by_hand import take_by_hand
from bridge.intake.writing import Drafting
from bridge.metrics import Figures
from bridge.ports.by_hand import ByHand, Unwritten
from bridge.ports.clock import Clock, SystemClock
from bridge.ports.doorbell import Doorbell
from bridge.ports.phone import Phone
from bridge.ports.rows import FilePhone
from bridge.ports.store import Store


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: a number in any usual form, and a phone, which may be left out where there is only one.

    `anyway`: contact details in the text that OVH may refuse are to be tried.
    """

    number: str
    phone: str | None = None
    anyway: bool = False


@dataclass(frozen=True, slots=True)
class Means:
    """What a command works with. `echo` writes a line for the person at the terminal."""

    echo: Callable[[str], None]
    clock: Clock = field(default_factory=SystemClock)
    patience: Patience = field(default_factory=Patience)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What was typed, understood."""

    phone: FilePhone
    number: E164


async def run_send(config: Config, typed: Typed, text: str, means: Means) -> int:
    """Send one SMS. Gives the exit code: 0 accepted, 1 not, 2 no such phone.

    Raises ConfigMistakes for a database that cannot be opened.
    """
    terminal = Terminal(config.language, str(config.timezone), means.echo)
    chosen = _chosen(config, terminal, typed)
    if isinstance(chosen, int):
        return chosen
    bell = Doorbell()
    async with AsyncExitStack() as resources:
        store, _ = await existing_store(config, means.clock, resources, bell.ring)
        if store is None:
            terminal.say("send_no_database")
            return 1
        hands = _Hands(config, terminal, _Place(store, config.database, bell), means)
        sending, _ = await hands.open(chosen.phone, resources)
        _stop_on_signals(sending)
        return await send(sending, ByHand(chosen.phone, chosen.number, text, typed.anyway))


async def run_proof(config: Config, typed: Typed, means: Means) -> int:
    """Prove a phone by an SMS, its report and its answer. Gives the exit code: 0 all seen, 1 not, 2 no such phone.

    Before the first `bridge run` there is no database: then one of its own is made, and gone at the end.
    Raises ConfigMistakes for a database that cannot be opened.
    """
    terminal = Terminal(config.language, str(config.timezone), means.echo)
    chosen = _chosen(config, terminal, typed)
    if isinstance(chosen, int):
        return chosen
    bell = Doorbell()
    async with AsyncExitStack() as resources:
        store, found = await existing_store(config, means.clock, resources, bell.ring)
        place = _Place(store, config.database, bell) if store is not None else None
        if place is None and any(one.key == "check_database_new" for one in found):
            place = await _place_of_its_own(chosen.phone, bell, means.clock, resources)
        if place is None:
            terminal.say("send_no_database")
            return 1
        sending, phone = await _Hands(config, terminal, place, means).open(chosen.phone, resources)
        _stop_on_signals(sending)
        return await prove(sending, phone, chosen.phone, chosen.number)


def _chosen(config: Config, terminal: Terminal, typed: Typed) -> _Chosen | int:
    """The phone and the number; an exit code, and told, where one of them is none."""
    phones = {phone.name: phone for phone in file_phones(config)}
    name = chosen_phone(terminal, list(phones), typed.phone)
    if name is None:
        return 2
    number = read_number(terminal, typed.number)
    return 1 if number is None else _Chosen(phones[name], number)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where it is written down. `bell` rings with its commits."""

    store: Store
    url: str
    bell: Doorbell


async def _place_of_its_own(phone: FilePhone, bell: Doorbell, clock: Clock, resources: AsyncExitStack) -> _Place:
    """A database that nobody else knows, for as long as `resources`."""
    folder = resources.enter_context(TemporaryDirectory(prefix="bridge-check-"))
    url = f"sqlite:///{Path(folder) / 'proof.db'}"
    store = await resources.enter_async_context(open_store(url, clock=clock, ring=bell.ring))
    await store.write(lambda tx: tx.rooms.put_file([phone], []))
    return _Place(store, url, bell)


@dataclass(frozen=True, slots=True)
class _Hands:
    """What sends by hand."""

    config: Config
    terminal: Terminal
    place: _Place
    means: Means

    async def open(self, phone: FilePhone, resources: AsyncExitStack) -> tuple[Sending, Phone]:
        """Everything that this one phone needs."""
        accounts = {one.key: one.id for one in await self.place.store.read(lambda tx: tx.accounts.all())}
        account = accounts.get(phone.account, AccountId(0))  # not in the tables: then nothing is written nor driven
        paces, figures = Paces(self.means.clock, {phone.account: account}), Figures()
        observe = observer(figures, paces, {phone.account: phone.name})
        settings = [one for one in phone_settings(self.config) if one.name == phone.name]
        phones = await resources.enter_async_context(
            open_phones(settings, clock=self.means.clock, observe=observe, turn=paces.turn)
        )
        deliveries = Deliveries(
            store=self.place.store,
            clock=self.means.clock,
            phones=phones,
            account_phones={account: phones[phone.name]},
            platforms={},
            figures=figures,
            patience=replace(self.means.patience, reconcile_after=self.config.reconcile_after),
            owner=secrets.token_hex(8),
            paces=paces,
        )
        return self._sending(deliveries), phones[phone.name]

    def _sending(self, deliveries: Deliveries) -> Sending:
        return Sending(
            terminal=self.terminal,
            store=self.place.store,
            clock=self.means.clock,
            write=self._write,
            own=self._own,
            drive=partial(driving, deliveries, self.place.bell),
            news=self.place.bell.of("marks"),
            stopping=asyncio.Event(),
        )

    async def _write(self, what: ByHand, alone: bool) -> MessageId | Unwritten:
        config = self.config
        drafting = Drafting(
            self.means.clock.now(), partial(new_tag, secrets.token_bytes), self.means.patience.marks_after
        )
        with opening_database(config, WrongRevision):  # it may be for reading only, or busy for long
            return await self.place.store.write(
                lambda tx: take_by_hand(tx, what, drafting, config.language, str(config.timezone), alone=alone)
            )

    async def _own(self, ours: AsyncExitStack) -> bool:
        try:
            with opening_database(self.config, WrongRevision):  # its lock may be another user's
                await ours.enter_async_context(own(self.place.url))
        except AlreadyRunning:
            return False
        return True


def _stop_on_signals(sending: Sending) -> None:
    """Ctrl-C: what has not left is taken back, a call under way is awaited. A second one ends at once."""

    def stop() -> None:
        if sending.stopping.is_set():
            os._exit(1)
        sending.stopping.set()
        sending.news.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
