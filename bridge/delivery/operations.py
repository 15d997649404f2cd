"""The operations room learns what needs an operator, never a patient's words."""

from bridge.delivery.context import Deliveries
from bridge.ports.rows import Params
from bridge.ports.store import Tx


async def tell_operations(tx: Tx, deliveries: Deliveries, kind: str, subject: str, params: Params) -> None:
    """Post a notice there once. Without an operations room it stands in the logs and figures alone."""
    deliveries.figures.notice(kind)
    await tx.operations.tell(kind, subject, dict(params))
