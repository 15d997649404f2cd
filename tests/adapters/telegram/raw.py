"""Updates as Telegram writes them, for what no lever of the double brings about."""

from datetime import UTC, datetime
from typing import Any

from bridge.adapters.telegram.translate import Me, batch_of
from bridge.domain.events import ChatEvent

ME = Me(700000001, "relais_bot")
NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
WROTE = 1_795_000_000  # seconds since 1970
GROUP = {"id": -100123, "type": "supergroup", "title": "Accueil"}
FORUM = {"id": -100124, "type": "supergroup", "title": "Guichet", "is_forum": True}
PRIVATE = {"id": 7, "type": "private", "first_name": "Claire"}
CLAIRE = {"id": 7, "is_bot": False, "first_name": "Claire", "last_name": "Petit"}
BOT = {"id": ME.id, "is_bot": True, "first_name": "Relais", "username": ME.username}
OTHER_BOT = {"id": 9, "is_bot": True, "first_name": "Autre", "username": "autre_bot"}
CHANNEL = {"id": -100777, "type": "channel", "title": "Annonces"}


def message(**fields: Any) -> dict[str, Any]:
    """A message of Claire's in the group; a field given as None is left out."""
    whole = {"message_id": 5, "date": WROTE, "chat": GROUP, "from": CLAIRE} | fields
    return {name: value for name, value in whole.items() if value is not None}


def events(*updates: Any) -> list[ChatEvent]:
    return list(batch_of(updates, ME, NOW).events)


def said(**fields: Any) -> list[ChatEvent]:
    """What one message becomes."""
    return events({"update_id": 41, "message": message(**fields)})


def one(**fields: Any) -> Any:
    """The same, where it becomes exactly one event."""
    [event] = said(**fields)
    return event
