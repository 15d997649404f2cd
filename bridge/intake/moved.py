"""What happens to rooms themselves: the bot is removed, may write again, the room has a new address."""

from bridge.domain.events import BotRemoved, BotRestored, ChatEvent, RoomMoved
from bridge.domain.ids import RoomAddress
from bridge.domain.states import RoomState
from bridge.ports.store import Tx


async def take_room_event(tx: Tx, event: ChatEvent) -> None:
    """Suspend, restore or move a room. Invitations and unreadable events are kept as seen, and nothing follows."""
    match event:
        case BotRemoved(room=address):
            await _set_state(tx, address, RoomState.SUSPENDED)
        case BotRestored(room=address):
            await _set_state(tx, address, RoomState.ACTIVE)
            tx.ring("posts", "marks")
        case RoomMoved(room=address, to=new):
            await tx.rooms.move(address, new)
            tx.ring("posts")
        case _:
            return


async def _set_state(tx: Tx, address: RoomAddress, state: RoomState) -> None:
    room = (await tx.rooms.at({address})).get(address)
    if room is not None and room.state is not state:
        await tx.rooms.set_state(room.id, state)
