"""Threads: an answer to what was written in one is given there, where whoever wrote it looks."""

from collections import OrderedDict

from bridge.adapters.matrix.addresses import is_event_id
from bridge.adapters.matrix.connection import Connection
from bridge.adapters.matrix.failures import may_be_its_own
from bridge.adapters.matrix.reading import at
from bridge.domain.failures import OutcomeUnknown, Permanent, Temporary

_KEPT = 2000


class Threads:
    """Remembers, in memory, which thread a message is in; what it does not know it asks the server."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: OrderedDict[str, str | None] = OrderedDict()

    async def of(self, room_id: str, event_id: str | None) -> str | None:
        """The message on which that thread hangs, None outside of threads. Raises Temporary where nothing can be asked.

        The relation is never encrypted. A message that cannot be had is in no thread: what answers it goes beside the
        thread rather than never, and is refused by itself where the whole server is away.
        """
        if not is_event_id(event_id):
            return None
        if event_id not in self._known:
            await self._connection.ready()
            try:
                told = await self._connection.calls("GET", "rooms", room_id, "event", event_id)
            except Permanent:
                return None
            except (Temporary, OutcomeUnknown) as failure:
                if not may_be_its_own(failure):
                    raise
                return None
            relation = at(told, "content", "m.relates_to")
            root = at(relation, "event_id") if at(relation, "rel_type") == "m.thread" else None
            self._known[event_id] = root if is_event_id(root) else None
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return self._known[event_id]
