"""What happens to rooms themselves: the bot is removed, may write again, the room has a new address."""

from bridge.domain.events import BotRemoved, BotRestored, ChatEvent, RoomMoved
from bridge.domain.ids import RoomAddress
from bridge.domain.rooms import Room
from bridge.domain.states import RoomState
from bridge.ports.store import Tx


async def take_room_event(tx: Tx, event: ChatEvent) -> None:
    """Suspend, restore or move a room. Invitations and unreadable events are kept as seen, and nothing follows."""
    match event:
        case BotRemoved(room=address):
            await _set_state(tx, address, RoomState.SUSPENDED)
        case BotRestored(room=address):
            await _restore(tx, address)
        case RoomMoved(room=address, to=new):
            await tx.rooms.move(address, new)
            tx.ring("posts")
        case _:
            return


async def _restore(tx: Tx, address: RoomAddress) -> None:
    """What waited for the room is posted; what no room could be shown meanwhile may be for this one."""
    room = await _set_state(tx, address, RoomState.ACTIVE)
    if room is not None:
        await tx.replies.route_again(room.account_id)
    tx.ring("posts", "marks", "replies")


async def _set_state(tx: Tx, address: RoomAddress, state: RoomState) -> Room | None:
    """Tells the room if it changed."""
    room = (await tx.rooms.at({address})).get(address)
    if room is None or room.state is state:
        return None
    await tx.rooms.set_state(room.id, state)
    return room
