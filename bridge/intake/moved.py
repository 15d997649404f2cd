"""What happens to rooms themselves: the bot is removed or muted, may write again, the room has a new address."""

from bridge.domain.events import BotMuted, BotRemoved, BotRestored, ChatEvent, RoomMoved
from bridge.domain.ids import RoomAddress
from bridge.domain.rooms import Room
from bridge.domain.states import RoomState
from bridge.intake.first_message import greet
from bridge.ports.rows import NewPost
from bridge.ports.store import Tx


async def take_room_event(tx: Tx, event: ChatEvent) -> None:
    """Suspend, mute, restore or move a room. Invitations are kept as seen, and nothing follows."""
    match event:
        case BotRemoved(room=address, why=why):
            told = "sealed" if why == "sealed" else RoomState.SUSPENDED.value
            await _shut(tx, event.event_id, address, RoomState.SUSPENDED, told)
        case BotMuted(room=address, why=why):
            await _shut(tx, event.event_id, address, RoomState.MUTED, why)
        case BotRestored(room=address):
            await restore(tx, address)
        case RoomMoved(room=address, to=new):
            await _move(tx, event.event_id, address, new)
        case _:
            return


async def _shut(tx: Tx, event_id: str, address: RoomAddress, to: RoomState, told: str) -> None:
    """Nothing can be shown there any more: answers meant for it go by the next rule, or wait."""
    rooms = await _set_state(tx, address, to)
    if not rooms:
        return
    for room in rooms:
        await tx.replies.withdraw(room.id)
    await tx.operations.tell("ops_room_shut", f"event:{event_id}", {"room": str(address), "state": told})
    tx.ring("posts", "replies")


async def restore(tx: Tx, address: RoomAddress) -> None:
    """What waited for the room is posted; what no room could be shown meanwhile may be for this one."""
    rooms = await _set_state(tx, address, RoomState.ACTIVE)
    for room in rooms:
        await tx.marks.touch_room(room.id)
    for account in {room.account_id for room in rooms}:
        await tx.replies.route_again(account)
    await tx.operations.back(address)
    tx.ring("posts", "marks", "replies")


async def _move(tx: Tx, event_id: str, old: RoomAddress, new: RoomAddress) -> None:
    """The room has its rows at the new address, and is told so once."""
    room = await tx.rooms.move(old, new)
    if room is not None:
        await tx.posts.add([NewPost("moved", f"event:{event_id}", room, {})])
        await greet(tx, (await tx.rooms.by_id({room})).values())
        await tx.operations.tell("ops_room_moved", f"event:{event_id}", {"room": str(old), "to": str(new)})
    tx.ring("posts")


async def _set_state(tx: Tx, address: RoomAddress, state: RoomState) -> list[Room]:
    """Tells which rooms changed: a forum's topics share its fate. A room that no phone is for stays so.

    A room that is elsewhere by now is not concerned: what it left behind may go.
    """
    found = {room.id: room for at, room in (await tx.rooms.at({address}, within=True)).items() if room.address == at}
    changed = [room for room in found.values() if room.state is not state]
    for room in changed:
        await tx.rooms.set_state(room.id, state)
    return changed
