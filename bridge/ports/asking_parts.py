"""The parts of a transaction that commands and alarms ask for. SQL stays in adapters/database."""

from datetime import datetime
from typing import Protocol

from bridge.domain.ids import MessageId, Person, RoomAddress, RoomId
from bridge.domain.rooms import Language
from bridge.ports.rows import Guest, Link, Params
from bridge.ports.sending import Message, Standing


class Guests(Protocol):
    """Places that no phone is for: rooms not linked yet, private chats with the bot."""

    async def place(self, address: RoomAddress, language: Language, timezone: str) -> RoomId:
        """The row through which that place is answered, made if there is none. A linked room keeps its own."""
        ...

    async def code(self, room: RoomId, fresh: str, now: datetime, until: datetime) -> str:
        """The code that links this room: `fresh`, good until then, unless an earlier one is still good."""
        ...

    async def by_code(self, code: str, now: datetime) -> Guest | None:
        """The place that shows this code, if the code is still good."""
        ...

    async def phones(self) -> list[str]:
        """The names of the phones in the configuration, in its order."""
        ...

    async def link(self, room: RoomId, link: Link) -> None:
        """From now on words typed there leave. Its code is used up."""
        ...

    async def unlinked(self, platform: str) -> list[RoomId]:
        """The platform's places that were linked once, and are no more."""
        ...

    async def unlink(self, room: RoomId) -> bool:
        """No phone is for it any more. False for a room of the configuration, which stays as it is."""
        ...


class Asked(Protocol):
    """What a person asks about with a command."""

    async def latest(self, room: RoomId, person: Person) -> Message | None:
        """What this person wrote last in this room that sends."""
        ...

    async def standing(self, message: MessageId) -> list[Standing]:
        """Each receiver of a message as it stands, in the order of the list; superseded SMS left out."""
        ...

    async def answers(self, room: RoomId) -> list[Params]:
        """What the latest answers shown in this room are worded with, each with its `kind`: some hundreds back."""
        ...


class Operations(Protocol):
    """The operations room."""

    async def at(self, address: RoomAddress | None, language: Language, timezone: str) -> None:
        """Where it is from now on, None: nowhere. A place that no phone is for will do."""
        ...

    async def back(self, address: RoomAddress) -> None:
        """The bot may write there, or within it: alarms that could not be told where no phone is for are told now."""
        ...

    async def tell(self, kind: str, subject: str, params: dict[str, object]) -> bool:
        """Post a notice there once. False without such a room: then it stands in logs and figures alone."""
        ...
