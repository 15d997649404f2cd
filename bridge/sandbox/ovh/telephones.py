"""The telephones of the receivers, and the operator's network between OVH and them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bridge.sandbox.ovh import ptts
from bridge.sandbox.ovh.books import Blacklisted, Books
from bridge.sandbox.ovh.numbers import canonical, shown
from bridge.sandbox.ovh.pushes import Pushes
from bridge.sandbox.ovh.values import Change, Clock, Happened, IncomingSms, OutgoingSms, Sleep, Subscriber

# assumption: OVH knows the one word STOP, in any case, alone in the message.
_STOP_WORDS = frozenset({"STOP"})


@dataclass(frozen=True, slots=True)
class ReceivedSms:
    """What a telephone shows: the sender is a short number or a name."""

    id: int
    service_name: str
    sender: str
    text: str
    tag: str
    at: datetime
    answerable: bool


@dataclass(frozen=True, slots=True)
class WrittenSms:
    """What the person wrote back. `lost` answers never reached OVH."""

    text: str
    at: datetime
    lost: bool


@dataclass(slots=True)
class Telephone:
    """One number (E.164): on or off, existing or not, its window of 48 hours open or closed.

    `window_open` says whether an answer to the latest SMS still arrives; the next SMS opens it again.
    """

    number: str
    on: bool = True
    exists: bool = True
    window_open: bool = True
    inbox: list[ReceivedSms] = field(default_factory=list)
    written: list[WrittenSms] = field(default_factory=list)
    waiting: dict[int, OutgoingSms] = field(default_factory=dict)
    """SMS that the operator keeps until the telephone is on again."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the network is, in seconds from acceptance.

    `delivery_after` until an SMS reaches its telephone (None: only by hand), `reported_after` from then until the
    network's first report of it, `fails_after` until the network gives up on a telephone that is off. `sleep` waits.
    """

    sleep: Sleep
    delivery_after: float | None
    fails_after: float
    reported_after: float = 0.0


class Network:
    """Carries SMS to telephones and answers back to OVH."""

    def __init__(
        self,
        books_of: Callable[[str], Books],
        pushes: Pushes,
        now: Clock,
        tell: Subscriber,
        pace: Pace,
    ) -> None:
        self._books_of = books_of
        self._pushes = pushes
        self._now = now
        self._tell = tell
        self.pace = pace
        self.telephones: dict[str, Telephone] = {}

    def telephone(self, number: str) -> Telephone:
        """The telephone of a number in any usual form; one that nobody mentioned before is on and exists."""
        number = canonical(number)
        if number not in self.telephones:
            self.telephones[number] = Telephone(number)
        return self.telephones[number]

    async def carry(self, sms: OutgoingSms, delay: float) -> None:
        """The life of an accepted SMS, from OVH to its end."""
        await self.pace.sleep(delay + 60 * sms.differed)
        if sms.receipt in ptts.FINAL or sms.id not in self._books_of(sms.service_name).outgoing:
            return  # a report by hand, or a deleted job, was faster
        telephone = self.telephone(sms.receiver)
        if not telephone.exists:
            await self._first_report(sms, ptts.FAILED, 23)
        elif telephone.on:
            self._show(sms)
            await self._first_report(sms, ptts.DELIVERED, 4)
        else:
            telephone.waiting[sms.id] = sms
            # assumption: a buffered SMS is explained by ptt 1, the network retries the telephone.
            await self._first_report(sms, ptts.BUFFERED, 1)
            await self.pace.sleep(max(0.0, self.pace.fails_after - delay - self.pace.reported_after))
            if telephone.waiting.pop(sms.id, None) is not None:
                await self.settle(sms, ptts.FAILED, 24)

    async def _first_report(self, sms: OutgoingSms, receipt: int, ptt: int) -> None:
        if self.pace.reported_after:
            self._tell(Change(Happened.TELEPHONE, sms.receiver, self.telephone(sms.receiver)))
            await self.pace.sleep(self.pace.reported_after)
        if sms.receipt not in ptts.FINAL:  # else switched on meanwhile, or reported by hand
            await self.settle(sms, receipt, ptt)

    async def settle(self, sms: OutgoingSms, receipt: int, ptt: int) -> None:
        """Writes a report, shows the SMS on the telephone unless it is there already, and pushes the report."""
        books = self._books_of(sms.service_name)
        if receipt == ptts.DELIVERED and sms.delivered is None:
            self._show(sms)
        if receipt in ptts.FINAL:
            self.telephone(sms.receiver).waiting.pop(sms.id, None)
        books.settle(sms, receipt, ptt)
        self._tell(Change(Happened.REPORT, sms.receiver, sms))
        await self._pushes.report(books, sms)

    def _show(self, sms: OutgoingSms) -> None:
        telephone = self.telephone(sms.receiver)
        if any((one.service_name, one.id) == (sms.service_name, sms.id) for one in telephone.inbox):
            return
        received = ReceivedSms(sms.id, sms.service_name, sms.sender, sms.message, sms.tag, self._now(), sms.answerable)
        telephone.inbox.append(received)
        telephone.window_open = True

    async def switch_on(self, number: str) -> None:
        """On again: what the operator kept arrives now."""
        telephone = self.telephone(number)
        telephone.on = True
        waiting, telephone.waiting = list(telephone.waiting.values()), {}
        self._tell(Change(Happened.TELEPHONE, telephone.number, telephone))
        for sms in waiting:
            await self.settle(sms, ptts.DELIVERED, 4)

    async def answer(
        self, number: str, text: str, *, sender_format: str, tag: str | None, service: str | None
    ) -> IncomingSms | None:
        """The person writes back. None when the answer is lost before OVH.

        It answers the latest SMS received (of `service` where given) and bears its tag unless given another.
        """
        telephone = self.telephone(number)
        answered = next((sms for sms in reversed(telephone.inbox) if service in (None, sms.service_name)), None)
        lost = answered is not None and not (telephone.window_open and answered.answerable)
        telephone.written.append(WrittenSms(text, self._now(), lost))
        if lost:
            self._tell(Change(Happened.LOST, telephone.number, text))
            return None
        books = self._books_of(service or (answered.service_name if answered else ""))
        if tag is None:
            tag = answered.tag if answered else ""
        sms = IncomingSms(
            id=books.new_id(),
            service_name=books.account.service_name,
            sender=shown(telephone.number, sender_format),
            message=text,
            tag=tag,
            created=self._now(),
            credits=1.0,
            short_number=answered.sender if answered else books.short_number_for(telephone.number),
        )
        await self._take_in(books, telephone.number, sms, answered)
        return sms

    async def _take_in(self, books: Books, number: str, sms: IncomingSms, answered: ReceivedSms | None) -> None:
        books.incoming[sms.id] = sms
        # assumption: at zero credits answers still come in.
        books.charge(sms.credits)
        stops = sms.message.strip().upper() in _STOP_WORDS
        if stops:
            stopped = answered.id if answered else None
            books.blacklist.setdefault(number, Blacklisted(number, self._now(), stopped))
            self._tell(Change(Happened.STOP, number, sms))
        self._tell(Change(Happened.REPLY, number, sms))
        # assumption: a STOP is listed and pushed as an answer too.
        await self._pushes.reply(books, sms)
        if stops:
            await self._pushes.stop(books, number, sms.id)
