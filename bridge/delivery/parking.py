"""A row whose work broke five times is set aside: the others go on, and the operations room is told."""

from bridge.delivery.context import Deliveries
from bridge.delivery.operations import tell_operations
from bridge.ports.store import Tx

TOLD = "ops_parked"


async def tell_parked(tx: Tx, deliveries: Deliveries, lane: str, row: object, shown: str | None = None) -> None:
    """Say once which row of which lane it is; `shown` is what people may read of it, else the row itself."""
    deliveries.figures.parked(lane)
    params = {"lane": lane, "row": shown or str(row)}
    await tell_operations(tx, deliveries, TOLD, f"{lane}:{row}", params)
