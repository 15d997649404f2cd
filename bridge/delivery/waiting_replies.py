"""Answers that no room claimed go to the desk once the configuration names one."""

from dataclasses import replace

from bridge.delivery.context import Deliveries
from bridge.delivery.operations import tell_operations
from bridge.delivery.replies import desk_of, stranger
from bridge.domain.ids import AccountId
from bridge.domain.numbers import mask
from bridge.domain.states import ReplyState
from bridge.ports.rows import FetchedReply
from bridge.ports.store import Tx

PAGE = 200


async def place_waiting(deliveries: Deliveries) -> int:
    """At start, after the configuration was read: tells how many answers found their desk."""
    placed = 0
    for account in deliveries.account_phones:
        while count := await deliveries.store.write(lambda tx, one=account: _place(tx, deliveries, one)):  # type: ignore[misc]
            placed += count
    return placed


async def _place(tx: Tx, deliveries: Deliveries, account: AccountId) -> int:
    waiting = await tx.replies.waiting(account, PAGE)
    desk = await desk_of(tx, account)
    if desk is None:
        for reply in waiting:
            await _tell(tx, deliveries, account, reply)
        return 0
    for reply in waiting:
        await tx.posts.add([stranger(reply.id, reply.number or reply.sender_text, reply.text, desk)])
        await tx.replies.put(replace(reply, state=ReplyState.ROUTED, room_id=desk.id))
    tx.ring("posts")
    return len(waiting)


async def _tell(tx: Tx, deliveries: Deliveries, account: AccountId, reply: FetchedReply) -> None:
    phone = await tx.accounts.phone_of(account)
    params = {"phone": phone, "number": mask(reply.number or reply.sender_text)}
    await tell_operations(tx, deliveries, "ops_reply_waits", f"reply:{reply.id}", params)
