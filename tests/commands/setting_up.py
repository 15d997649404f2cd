"""`bridge setup` with a real database and a simulated OVH, and a person who answers yes or no."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bridge.adapters.database.store import open_store
from bridge.adapters.ovh.client import OvhAccount
from bridge.adapters.ovh.phone import OvhPhone
from bridge.adapters.ovh.signer import Keys
from bridge.commands.setup import ToSetUp, rotating, setup
from bridge.commands.terminal import Terminal
from bridge.ports.phone import CallbackUrls, RegisteredUrls
from bridge.ports.rows import Account
from bridge.ports.store import Store
from bridge.sandbox.ovh import SimulatedOvh, SmsAccount
from tests.clock import LeapingClock
from tests.contract.store.world import file_phone

ROOT = "https://sms.example.org/ovh/accueil"
GOOD = Keys("application-key", "application-secret", "consumer-key")
NO_KEY = Keys("application-key", "application-secret")


@dataclass(slots=True)
class Desk:
    """What the command is given and what it says. `yes`: what the person answers; `agrees`: at OVH's page."""

    ovh: SimulatedOvh
    store: Store
    clock: LeapingClock
    phone: OvhPhone
    yes: bool = True
    agrees: str | None = "ok"
    public: bool = True
    started: bool = True
    said: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    language: str = "en"
    _visits: list[asyncio.Task[None]] = field(default_factory=list)

    async def account(self) -> Account:
        [found] = await self.store.read(lambda tx: tx.accounts.all())
        return found

    async def to_set_up(self) -> ToSetUp:
        urls = (lambda secret: CallbackUrls.under(f"{ROOT}/{secret}")) if self.public else None
        return ToSetUp(await self.account() if self.started else None, self.phone, self.phone, urls)

    async def run(self, *, yes: bool = False, rotate: bool = False) -> int:
        """The command once, from the rows as they stand now. `said` begins anew."""
        self.said.clear()
        terminal = Terminal(self.language, "Europe/Paris", self._echo)  # type: ignore[arg-type]
        fresh = rotating(self.store, self.clock) if rotate else None
        code = await setup(terminal, [await self.to_set_up()], ask=self._ask, yes=yes, rotate=fresh)
        await self._over()
        return code

    async def _over(self) -> None:
        """The visit is over with the command, even where it waits for a look that did not come."""
        for visit in self._visits:
            visit.cancel()
        for outcome in await asyncio.gather(*self._visits, return_exceptions=True):
            assert outcome is None or isinstance(outcome, asyncio.CancelledError), outcome
        self._visits.clear()

    def _ask(self, question: str) -> bool:
        self.questions.append(question)
        return self.yes

    def _echo(self, line: str) -> None:
        self.said.append(line)
        if "credentialToken=" in line and self.agrees is not None:
            self._visits.append(asyncio.create_task(self._visit(line.strip())))

    async def _visit(self, page: str) -> None:
        """The owner opens the page while the command waits for the next look."""
        async with aiohttp.ClientSession() as session, session.get(f"{page}&{self.agrees}") as shown:
            assert shown.status == 200
        await self.clock.until_asleep()
        self.clock.leap(600 if self.agrees == "refuse" else 2)

    @property
    def text(self) -> str:
        return "\n".join(self.said)

    async def registered_is_ours(self) -> bool:
        account = await self.account()
        ours = CallbackUrls.under(f"{ROOT}/{account.secret}")
        return await self.phone.callbacks() == RegisteredUrls(ours.report, ours.reply, ours.stop)


@asynccontextmanager
async def desk(folder: Path, keys: Keys = GOOD, account: SmsAccount | None = None) -> AsyncIterator[Desk]:
    clock = LeapingClock()
    async with (
        SimulatedOvh([account or SmsAccount()], clock=clock.now) as ovh,
        open_store(f"sqlite:///{folder / 'bridge.db'}", clock=clock, ring=lambda lane: None) as store,
    ):
        await store.write(lambda tx: tx.rooms.put_file([file_phone()], []))
        opened = OvhAccount(ovh.url, "sms-ab12345-1", keys, clock=clock, timeout=(2.0, 5.0))
        try:
            yield Desk(ovh, store, clock, OvhPhone("accueil", opened))
        finally:
            await opened.aclose(grace=0.5)
