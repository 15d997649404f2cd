"""`bridge check --send NUMBER`: a phone proven from end to end: SMS, report, answer."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bridge.commands.following import Following, Sending, tell_end
from bridge.domain.failures import OutcomeUnknown, Permanent, Temporary
from bridge.domain.ids import AccountId, MessageId, OvhId
from bridge.domain.numbers import E164
from bridge.domain.sms import Reply
from bridge.domain.states import JobState, SmsState
from bridge.ports.by_hand import ByHand
from bridge.ports.phone import Phone
from bridge.ports.rows import FilePhone

WITHIN = timedelta(minutes=10)
"""How long the whole proof may take, and after how long its SMS leaves no more."""

ASK_EVERY = 3.0
"""Seconds between two questions for the answer."""

_OVERLAP = timedelta(minutes=1)
"""How far before OVH's own time answers are listed from: its dates have whole seconds."""

_FAILED = frozenset({SmsState.UNDELIVERED, SmsState.REFUSED, SmsState.STOPPED, SmsState.EXPIRED})


async def prove(sending: Sending, phone: Phone, file_phone: FilePhone, number: E164) -> int:
    """Send an SMS that asks for an answer, and tell each step with its time as it comes.

    Gives the exit code: 0 when all was seen that this phone can do, 1 when not, or not within ten minutes. The answer
    is only read: a bridge that runs takes it in its own way. An SMS under a sender's name cannot be answered.
    """
    text = sending.terminal.words("prove_text" if phone.can.receive else "prove_text_no_answer", phone=phone.name)
    rules = replace(file_phone.rules, expires_after=min(WITHIN, file_phone.rules.expires_after))
    proof = _Proof(sending, phone, ByHand(replace(file_phone, rules=rules), number, text, anyway=True, proof=True))
    try:
        await proof.prepare()
    except (Temporary, Permanent, OutcomeUnknown):
        sending.terminal.say("prove_no_ovh", phone=phone.name)
        return 1
    return await proof.run()


@dataclass(slots=True)
class _Seen:
    """What was seen of it so far. `failures`: questions in a row that OVH did not answer."""

    state: SmsState = SmsState.ACCEPTED
    answer: Reply | None = None
    failures: int = 0


class _Proof:
    def __init__(self, sending: Sending, phone: Phone, what: ByHand) -> None:
        self._s = sending
        self._phone = phone
        self._what = what
        self._began = sending.clock.now()
        self._since = self._began
        self._known: set[OvhId] = set()
        self._seen = _Seen()

    async def prepare(self) -> None:
        """Learn which answers there are already. Raises what OVH answers: then nothing is sent."""
        self._since = (await self._phone.account()).at - _OVERLAP
        if self._phone.can.receive:
            _, ids = await self._phone.reply_ids(self._since)
            self._known.update(ids)

    async def run(self) -> int:
        self._tell("prove_begins", phone=self._phone.name, number=self._what.number)
        async with AsyncExitStack() as ours:
            following = Following(self._s, self._what, ours)
            message = await following.write()
            if message is None:
                return 1
            job = await following.until_settled(message)
            if job.state is JobState.ACCEPTED:
                self._tell("prove_accepted")
                await self._watch(message)
        if job.state is not JobState.ACCEPTED:
            await tell_end(self._s, message, self._what.number)
            return 1
        return await self._conclude(message)

    async def _watch(self, message: MessageId) -> None:
        """Until all was seen, or it failed, or the time is over."""
        account = (await self._s.store.read(lambda tx: tx.messages.by_id({message})))[message].account_id
        if self._phone.can.receive:
            self._tell("prove_answer_now")
        while not self._s.stopping.is_set() and self._s.clock.now() - self._began < WITHIN:
            self._s.news.clear()
            await self._look_at_report(message)
            if self._phone.can.receive and self._seen.answer is None:
                await self._look_for_answer(message, account)
            if self._is_over():
                return
            await self._s.clock.wait(self._s.news, ASK_EVERY)

    def _is_over(self) -> bool:
        answered = self._seen.answer is not None or not self._phone.can.receive
        return self._seen.state in _FAILED or (self._seen.state is SmsState.DELIVERED and answered)

    async def _look_at_report(self, message: MessageId) -> None:
        (stand,) = await self._s.store.read(lambda tx: tx.asked.standing(message))
        if stand.sms is self._seen.state:
            return
        self._seen.state = stand.sms
        match stand.sms:
            case SmsState.IN_NETWORK | SmsState.BUFFERED | SmsState.DELIVERED:
                self._tell(f"prove_{stand.sms.value}")
            case state if state in _FAILED:
                failure = {"number": stand.number, "cause": stand.cause or "unknown"}
                self._tell("failed", failures=[failure], more=0, retry=False)

    async def _look_for_answer(self, message: MessageId, account: AccountId) -> None:
        """Answers listed since are read, not written down. What OVH does not answer is asked again."""
        try:
            _, ids = await self._phone.reply_ids(self._since)
            for reply_id in ids:
                if reply_id not in self._known:
                    await self._read(reply_id, message, account)
        except (Temporary, Permanent, OutcomeUnknown):
            self._seen.failures += 1
            if self._seen.failures == 3:
                self._tell("prove_cannot_read")
        else:
            self._seen.failures = 0

    async def _read(self, reply_id: OvhId, message: MessageId, account: AccountId) -> None:
        try:
            reply = await self._phone.reply(reply_id)
        except Permanent:  # it is there, and cannot be read: not for us to mend
            self._known.add(reply_id)
            return
        if reply is None:
            return  # listed before it can be read
        self._known.add(reply_id)
        if await self._is_ours(reply, message, account):
            self._seen.answer = reply
            self._tell("prove_answered", text=reply.text)

    async def _is_ours(self, reply: Reply, message: MessageId, account: AccountId) -> bool:
        """By its tag; where OVH tells none, by who wrote."""
        if not reply.tag:
            return reply.sender == self._what.number
        tagged = await self._s.store.read(lambda tx: tx.sms.by_tags(account, {reply.tag}))
        return any(sent.message_id == message for sent in tagged.get(reply.tag, ()))

    async def _conclude(self, message: MessageId) -> int:
        arrived, answered = self._seen.state is SmsState.DELIVERED, self._seen.answer is not None
        if self._seen.state in _FAILED:
            return 1
        if arrived and (answered or not self._phone.can.receive):
            self._tell("prove_well" if answered else "prove_well_no_answer", phone=self._phone.name)
            return 0
        if self._s.stopping.is_set():
            self._tell("prove_stopped")
        elif arrived:
            self._tell("prove_no_answer", number=self._what.number)
        elif answered:
            self._tell("prove_no_report")
        else:
            self._tell("prove_nothing", number=self._what.number)
        return 1

    def _tell(self, kind: str, **params: object) -> None:
        """A line with the time of day, and how long it is since the beginning."""
        terminal, now = self._s.terminal, self._s.clock.now()
        time = f"{_local(now, terminal.timezone):%H:%M:%S} (+{(now - self._began).total_seconds():.0f} s)"
        terminal.echo(f"{time}  {terminal.words(kind, **params)}")


def _local(moment: datetime, timezone: str) -> datetime:
    return moment.astimezone(ZoneInfo(timezone))
