"""Answers of which only the id is known are fetched from the signed API, routed and queued for their room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.delivery.context import Deliveries
from bridge.delivery.operations import tell_operations
from bridge.delivery.worker import record_each
from bridge.domain.after_post import Broken
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Temporary
from bridge.domain.ids import AccountId, MessageId, ReplyId, RoomId
from bridge.domain.numbers import E164, mask
from bridge.domain.optout import is_stop
from bridge.domain.retry import FIRST, MOST, delay
from bridge.domain.rooms import Room
from bridge.domain.routing import ANSWER_WINDOW, room_for
from bridge.domain.sms import Reply, is_ours
from bridge.domain.states import ReplyState, RoomState
from bridge.ports.by_hand import CONSOLE, PROOF
from bridge.ports.rows import FetchedReply, NamedReply, NewPost
from bridge.ports.sending import SentSms
from bridge.ports.store import Tx

TRIES = 5
"""How often an id that the signed API does not know is asked for before it is dropped as forged."""

IN_ORDER = timedelta(seconds=5)
"""How long an answer that was fetched waits for earlier ones still being fetched: a room reads them in order."""

Fetched = Reply | None | Temporary | Permanent
Done = tuple[NamedReply, Fetched | Broken]


@dataclass(frozen=True, slots=True)
class Arrived:
    """An answer with the row it was claimed as."""

    row: NamedReply
    reply: Reply


class ReplyLane:
    """Fetch, route, queue the post: each answer once."""

    name = "replies"
    limit = 16

    def __init__(self, deliveries: Deliveries) -> None:
        self._d = deliveries
        self._asked: dict[ReplyId, tuple[AccountId, datetime]] = {}
        self._kept: list[Done] = []

    async def claim(self, free: int) -> Sequence[NamedReply]:
        """Ids whose answers are to be fetched."""
        if self._kept:
            await self.record(())
        now = self._d.clock.now()
        until = now + self._d.patience.lease
        rows = await self._d.store.write(lambda tx: tx.replies.claim(now, until, free))
        self._asked.update((row.id, (row.account_id, now)) for row in rows)
        if rows:
            self._d.probe("reply.claimed")
        return rows

    async def call(self, row: NamedReply) -> Fetched:
        """Ask the signed API: what a callback said is never believed. What waited for a room was fetched before."""
        if row.state is ReplyState.WAITING:
            return await self._stored(row)
        phone = self._d.account_phones[row.account_id]
        try:
            return await phone.reply(row.ovh_id)
        except (Temporary, Permanent) as failure:
            return failure
        except OutcomeUnknown as failure:
            return Temporary(failure.reason)

    async def _stored(self, row: NamedReply) -> Fetched:
        kept = await self._d.store.read(lambda tx: tx.replies.stored(row.id))
        if kept is None:
            return None
        return Reply(row.ovh_id, kept.number, kept.sender_text, kept.text, kept.tag, kept.received_at)

    async def record(self, done: Sequence[Done]) -> None:
        """Store each where it goes, in their order; one that cannot be read blocks no other."""
        ready = self._in_order(done, self._d.clock.now())
        if ready:
            self._d.probe("reply.before_record")
            await record_each(self._put, ready)  # here: some were kept, and the worker knows nothing of them
            self._d.probe("reply.recorded")

    async def _put(self, ready: Sequence[Done]) -> None:
        now = self._d.clock.now()

        async def work(tx: Tx) -> None:
            for row, fetched in ready:
                await self._take(tx, row, fetched, now)

        await self._d.store.write(work)

    def _in_order(self, done: Sequence[Done], now: datetime) -> list[Done]:
        """What may be recorded: an answer whose elders are still being fetched is kept a few seconds for them."""
        for row, _ in done:
            self._asked.pop(row.id, None)
        kept, self._kept = [*self._kept, *done], []
        ready: list[Done] = []
        for row, fetched in kept:
            elders = [
                since for one, (account, since) in self._asked.items() if one < row.id and account == row.account_id
            ]
            waits = any(now - since < IN_ORDER for since in elders)
            (self._kept if waits else ready).append((row, fetched))
        return sorted(ready, key=_when)

    async def _take(self, tx: Tx, row: NamedReply, fetched: Fetched | Broken, now: datetime) -> None:
        match fetched:
            case Reply():
                await self._route(tx, Arrived(row, fetched), now)
            case None if row.tries + 1 >= TRIES:
                await tx.replies.later(row.id, ReplyState.DROPPED, None, unknown=True)
            case None:
                again = now + delay(row.tries + 1, key=row.id)
                await tx.replies.later(row.id, row.state, again, unknown=True)
            case Permanent() | Broken():
                again = now + _longer(row, now, timedelta(minutes=5), timedelta(hours=1))
                state = ReplyState.WAITING if row.state is ReplyState.WAITING else ReplyState.UNREADABLE
                await tx.replies.later(row.id, state, again)
                await self._tell_unreadable(tx, row, now)
            case Temporary(reason=Reason.RATE):
                self._d.paces.limited(row.account_id, fetched.retry_after)
                await tx.replies.later(row.id, row.state, now + (fetched.retry_after or FIRST))
            case Temporary():
                await tx.replies.later(row.id, row.state, now + _longer(row, now, FIRST, MOST))

    async def _route(self, tx: Tx, arrived: Arrived, now: datetime) -> None:
        """By tag, then by the latest SMS within 48 h, then to the desk; else it waits. Never shown to others."""
        account, reply = arrived.row.account_id, arrived.reply
        fresh = arrived.row.state is not ReplyState.WAITING
        came = now if fresh else arrived.row.named_at
        tagged = (await tx.sms.by_tags(account, {reply.tag})).get(reply.tag, []) if reply.tag else []
        tagged = [sent for sent in tagged if sent.number == reply.sender]
        newest = await tx.sms.newest_to(account, reply.sender, came - ANSWER_WINDOW, came) if reply.sender else []
        if any(_of_a_proof(one) for one in tagged):
            await self._keep(tx, arrived, tagged[0].room_id, None)
            return
        sent = room_for(tagged, newest)
        elsewhere = sent is not None and sent not in tagged and (bool(tagged) or is_ours(reply.tag))
        desk = None if sent else await desk_of(tx, account)
        room_id = sent.room_id if sent else desk.id if desk else None
        await self._keep(tx, arrived, room_id, sent.message_id if sent and not elsewhere else None)
        if sent:
            await tx.posts.add([_answer(arrived, sent, elsewhere=elsewhere)])
        elif desk:
            await tx.posts.add([stranger(arrived.row.id, reply.sender or reply.sender_text, reply.text, desk)])
        else:
            await self._tell_waiting(tx, arrived)
        if fresh:
            if reply.sender is not None and is_stop(reply.text):
                await stop_number(tx, account, reply.sender, "reply", now)
            self._d.figures.reply_in(await tx.accounts.phone_of(account))
        tx.ring("posts", "marks")

    async def _keep(self, tx: Tx, arrived: Arrived, room: RoomId | None, message: MessageId | None) -> None:
        """Store it with where it went; None: it waits."""
        state = ReplyState.ROUTED if room is not None else ReplyState.WAITING
        reply = arrived.reply
        told = (reply.sender, reply.sender_text, reply.text, reply.tag, reply.received_at)
        await tx.replies.put(FetchedReply(arrived.row.id, state, *told, room, message))

    async def _tell_waiting(self, tx: Tx, arrived: Arrived) -> None:
        phone = await tx.accounts.phone_of(arrived.row.account_id)
        number = mask(arrived.reply.sender or arrived.reply.sender_text)
        params = {"phone": phone, "number": number}
        await tell_operations(tx, self._d, "ops_reply_waits", f"reply:{arrived.row.id}", params)

    async def _tell_unreadable(self, tx: Tx, row: NamedReply, now: datetime) -> None:
        """Once an hour and account, however many cannot be read."""
        subject = f"unreadable:{row.account_id}:{now:%Y-%m-%dT%H}"
        desk = await desk_of(tx, row.account_id)
        if desk is not None:
            await tx.posts.add([NewPost("unreadable_reply", subject, desk.id, {})])
            tx.ring("posts")
        await tell_operations(tx, self._d, "unreadable_reply", subject, {})

    async def next_due(self) -> datetime | None:
        """When an answer is to be fetched next."""
        return await self._d.store.read(lambda tx: tx.dues.next_due(self.name))


def _longer(row: NamedReply, now: datetime, least: timedelta, most: timedelta) -> timedelta:
    """A quarter of the time already waited: a back-off that needs no counter."""
    return min(max(least, (now - row.named_at) / 4), most)


def _when(done: Done) -> tuple[datetime, ReplyId]:
    row, fetched = done
    return (fetched.received_at if isinstance(fetched, Reply) else row.named_at, row.id)


def _answer(arrived: Arrived, sent: SentSms, *, elsewhere: bool) -> NewPost:
    """Under the message that it answers. One to an SMS from `elsewhere` (by hand, another room, before a backup was
    taken back) stands by itself and says so: under any other message it would answer what was never asked.
    """
    params: dict[str, object] = {"name": sent.name, "number": arrived.reply.sender, "text": arrived.reply.text}
    if elsewhere:
        params["elsewhere"] = True
    under = None if elsewhere else sent.ref.id
    return NewPost("reply", f"reply:{arrived.row.id}", sent.room_id, params, reply_to=under)


def _of_a_proof(sent: SentSms) -> bool:
    return sent.ref.room.platform == CONSOLE and sent.ref.id.startswith(PROOF)


def stranger(reply: ReplyId, number: str, text: str, desk: Room) -> NewPost:
    """An answer that no room claims, for the desk."""
    return NewPost("stranger", f"reply:{reply}", desk.id, {"number": number, "text": text})


async def desk_of(tx: Tx, account: AccountId) -> Room | None:
    """Where the account's unclaimed answers land, None without such a room."""
    rooms = await tx.rooms.of_account(account)
    return next((room for room in rooms if room.is_desk and room.state is RoomState.ACTIVE), None)


async def stop_number(tx: Tx, account: AccountId, number: E164, source: str, now: datetime) -> None:
    """No room of the account writes to this number any more; the rooms that wrote to it last learn why."""
    if not await tx.optouts.add(account, number, source, now):
        return
    await tx.marks.touch(await tx.sms.stop(account, {number}), now)
    told = set()
    for sent in await tx.sms.newest_to(account, number, now - ANSWER_WINDOW, now):
        if sent.room_id in told or not sent.room_active:
            continue
        told.add(sent.room_id)
        params = {"name": sent.name, "number": number}
        subject = f"stop:{account}:{number}:{now.isoformat()}"
        await tx.posts.add([NewPost("stop_came", subject, sent.room_id, params, reply_to=sent.ref.id)])
    tx.ring("posts", "marks")
