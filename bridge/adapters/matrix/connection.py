"""One account at one homeserver: logged in once, its keys opened once, and which rooms must be encrypted."""

import asyncio
from collections.abc import Callable, Collection, Iterable

import structlog

from bridge.adapters.matrix.addresses import PLATFORM, room_of
from bridge.adapters.matrix.calls import Calls
from bridge.adapters.matrix.crypto import Crypto
from bridge.adapters.matrix.failures import Refused
from bridge.adapters.matrix.sending import BY
from bridge.adapters.matrix.session import Login, MatrixSettings, Session
from bridge.adapters.matrix.signing import Signing
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Refusal, Temporary
from bridge.ports.chat import RoomMemory
from bridge.ports.clock import Clock

log = structlog.get_logger(__name__)


class Connection:
    """What all parts of the platform share. Opens keys at first use: another process may hold them until then."""

    def __init__(
        self,
        settings: MatrixSettings,
        clock: Clock,
        memory: RoomMemory,
        timeout: float,
        hide: Callable[[str], object],
    ) -> None:
        self.settings = settings
        self.calls = Calls(settings.homeserver, clock, timeout)
        self.login = Login(settings, self.calls, clock, hide)
        self._signing = Signing(settings, self.calls, clock)
        self._memory = memory
        self._opening = asyncio.Lock()
        self._session: Session | None = None
        self._crypto: Crypto | None = None
        self._encrypted: set[str] = set()

    async def open(self) -> None:
        """Make ready; nothing is called."""
        await self.calls.open()

    async def close(self) -> None:
        """Let go of connections and keys."""
        await self.calls.close()
        if self._crypto is not None:
            self._crypto.close()
            self._crypto = None
        self._session = None

    async def ready(self) -> Crypto:
        """Logged in, with keys. Raises what a call raises; a later try begins where this one failed."""
        async with self._opening:
            if self._crypto is not None:
                return self._crypto
            if self._session is None:
                self._session = await self.login.session()
            folder = self.settings.store if self.settings.encryption else None
            crypto = Crypto(self._session, folder, self.calls)
            try:
                await crypto.open()
                await crypto.maintain()  # before anybody writes to a device of whose keys they do not know
                await self._signing.keep_up(crypto, self._session)
                self._encrypted |= {room.address for room in await self._memory.encrypted(PLATFORM)}
            except BaseException:
                crypto.close()  # the next try opens it anew
                raise
            self._crypto = crypto
            return crypto

    async def keys_lost(self) -> bool:
        """Whether our keys are known to be lost; where they are just being opened, what comes of that."""
        async with self._opening:
            return self._crypto is not None and self._crypto.lost

    @property
    def me(self) -> Session:
        """Who we are, once ready."""
        if self._session is None:
            raise RuntimeError("not logged in")
        return self._session

    async def log_in_again(self) -> None:
        """After a soft logout, at the first request too. Raises Temporary (keys) when there is no password."""
        async with self._opening:
            device = self.settings.device_id if self._session is None else self._session.device
            self._session = await self.login.again(device)

    async def keep_up(self, crypto: Crypto) -> None:
        """After each sync: our keys, and whose they are. Raises what a call raises."""
        await crypto.maintain()
        await self._signing.keep_up(crypto, self.me)

    # Which rooms must be encrypted

    async def remember(self, rooms: Iterable[str]) -> None:
        """These are encrypted, whatever the server says of them later."""
        new = set(rooms) - self._encrypted
        if new:
            await self._memory.remember_encrypted({room_of(room) for room in new})
            self._encrypted |= new

    async def moved(self, rooms: Iterable[str]) -> set[str]:
        """Those of these that are only where a room was before."""
        return {room.address for room in await self._memory.moved({room_of(one) for one in rooms})}

    async def must_encrypt(self, room_id: str) -> bool:
        """Whether nothing may go there in plain. Raises Permanent where we are not in such a room.

        A room that is not known to be encrypted is asked about each time. What the last sync said may be a minute old,
        or older while syncs fail, and a post is not worth somebody's words in the open: the request more goes for
        posts alone, which are few (reactions are never encrypted), and homeservers do not count it. What is left is
        the moment between this answer and the event: Matrix has no way of sending only where a room is plain.
        """
        crypto = await self.ready()
        if room_id not in self._encrypted and (crypto.encrypted(room_id) or await self._asked(room_id)):
            await self.remember({room_id})
        return room_id in self._encrypted

    async def _asked(self, room_id: str) -> bool:
        """The server's own word that there is no such state makes a room plain, and no other refusal does.

        A state that was emptied says that the room was encrypted once.
        """
        try:
            await self.calls("GET", "rooms", room_id, "state", "m.room.encryption")
        except Refused as refused:
            if refused.nothing_there:
                return False
            if refused.forbidden:
                raise await self.meaning(room_id, refused) from None
            raise Temporary(Reason.SERVER) from None
        return True

    @property
    def encrypted_rooms(self) -> frozenset[str]:
        """All that are remembered."""
        return frozenset(self._encrypted)

    async def put(self, room_id: str, event_type: str, content: dict[str, object], number: str) -> str:
        """Put an event into a room, encrypted where it must be; its id. The same `number` is the same event.

        Raises Temporary, Permanent, OutcomeUnknown; Permanent says whether we are out of the room, or may not write.
        """
        crypto = await self.ready()
        content = {**content, BY: self.me.user}
        if await self.must_encrypt(room_id):
            if not self.settings.encryption or not crypto.works:
                raise Permanent(Refusal.ROOM_GONE, "encrypted, and we have no keys")
            try:
                event_type, content = await crypto.encrypt(room_id, event_type, content)
            except Refused as refused:
                raise await self.meaning(room_id, refused) from None
        return await self.send(room_id, event_type, content, number, mark=False)

    async def send(self, room_id: str, event_type: str, content: dict[str, object], number: str, *, mark: bool) -> str:
        """The same for what is never encrypted (reactions), or is already."""
        try:
            told = await self.calls(
                "PUT", "rooms", room_id, "send", event_type, number, body=content, puts="mark" if mark else "post"
            )
        except Refused as refused:
            raise await self.meaning(room_id, refused) from None
        return event_id_of(told)

    async def redact(self, room_id: str, event_id: str, number: str) -> None:
        """Take an event of ours back. One that is gone already is a success."""
        try:
            await self.calls("PUT", "rooms", room_id, "redact", event_id, number, body={}, puts="mark")
        except Refused as refused:
            if not refused.nothing_there:
                raise await self.meaning(room_id, refused) from None

    async def meaning(self, room_id: str, refused: Refused) -> Permanent:
        """The server forbids alike what we have no right to and what is in a room that we are not in."""
        if not refused.forbidden:
            return refused
        there = room_id in await self.joined_rooms()
        return Permanent(Refusal.MAY_NOT_WRITE if there else Refusal.ROOM_GONE, refused.detail)

    async def joined_rooms(self) -> Collection[object]:
        """The ids of the rooms that we are in, as the server has it. Raises what a call raises."""
        told = (await self.calls("GET", "joined_rooms")).get("joined_rooms")
        return told if isinstance(told, list) else ()


def event_id_of(told: dict[str, object]) -> str:
    """Raises OutcomeUnknown when the answer does not say."""
    event_id = told.get("event_id")
    if not isinstance(event_id, str):
        raise OutcomeUnknown(Reason.SERVER)
    return event_id
