"""The operations room learns what needs an operator, never a patient's words."""

from bridge.delivery.context import Deliveries
from bridge.domain.ids import RoomAddress
from bridge.ports.rows import NewPost, Params
from bridge.ports.store import Tx


async def tell_operations(tx: Tx, deliveries: Deliveries, kind: str, subject: str, params: Params) -> None:
    """Post a notice there once. Without an operations room it stands in the logs and figures alone."""
    deliveries.figures.notice(kind)
    if not deliveries.operations:
        return
    address = RoomAddress.parse(deliveries.operations)
    room = (await tx.rooms.at({address})).get(address)
    if room is not None:
        await tx.posts.add([NewPost(kind, subject, room.id, params)])
        tx.ring("posts")
