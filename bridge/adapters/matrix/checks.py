"""What `check` finds out about the account and its rooms. Each finding is a wording key and its parameters.

It opens no keys of the device: a bridge beside it holds them. The fingerprint is the one that the server shows.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bridge.adapters.matrix.account_keys import AccountKeys, Shown
from bridge.adapters.matrix.addresses import room_id_of
from bridge.adapters.matrix.connection import Connection
from bridge.adapters.matrix.crypto import fingerprint
from bridge.adapters.matrix.failures import Refused
from bridge.adapters.matrix.levels import is_maker, level_of, needed_for
from bridge.adapters.matrix.reading import at
from bridge.adapters.matrix.session import Session
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Temporary
from bridge.domain.ids import RoomAddress
from bridge.ports.phone import Finding


async def check_all(connection: Connection, rooms: Mapping[RoomAddress, bool]) -> list[Finding]:
    """The account first; when it cannot be asked about, nothing else can."""
    try:
        token = connection.login.known
        if token is None:
            return await _not_logged_in(connection)
        connection.calls.token = connection.calls.token or token
        found, session = await _account(connection)
    except (Temporary, Permanent, OutcomeUnknown) as failure:
        if isinstance(failure, Temporary) and failure.reason is Reason.KEYS:
            return [Finding("error", "check_matrix_token_refused", {})]
        return [Finding("error", "check_matrix_unreachable", {"homeserver": connection.settings.homeserver})]
    if any(one.level == "error" for one in found):
        return found
    return found + await _rooms(connection, session, rooms)


async def _not_logged_in(connection: Connection) -> list[Finding]:
    """Only `run` logs in: a device more would stay behind."""
    told = await connection.calls("GET", "login")
    flows = told.get("flows")
    kinds = {at(one, "type") for one in flows} if isinstance(flows, list) else set()
    user = {"user": connection.settings.user}
    if "m.login.password" not in kinds:
        return [Finding("error", "check_matrix_no_password", user)]
    return [Finding("warning", "check_matrix_not_logged_in", user)]


async def _account(connection: Connection) -> tuple[list[Finding], Session]:
    settings = connection.settings
    told = await connection.calls("GET", "account", "whoami")
    user, device = str(told.get("user_id", "")), str(told.get("device_id") or settings.device_id or "")
    session = Session(user, device, "")
    named = {"user": user, "device": device}
    if user != settings.user:
        return [Finding("error", "check_matrix_other_user", named | {"configured": settings.user})], session
    if settings.access_token is not None and settings.device_id not in (None, device):
        return [Finding("error", "check_matrix_other_device", named | {"configured": settings.device_id})], session
    limits = Finding("ok", "check_matrix_limits", {"user": user})
    if not settings.encryption:
        return [Finding("ok", "check_matrix_account", named), limits], session
    key = await fingerprint(connection.calls, session)
    store = {"store": str(settings.store)}
    if key is None:
        return [Finding("ok", "check_matrix_account", named), Finding("ok", "check_matrix_no_keys", store)], session
    if await connection.keys_lost() or not (settings.store / f"{user}_{device}.db").exists():
        return [Finding("error", "check_matrix_keys_lost", named | store)], session
    signed = await _signed(connection, session, named | {"fingerprint": key})
    return [*signed, Finding("ok", "check_matrix_backup", store), limits], session


async def _signed(connection: Connection, session: Session, named: dict[str, str]) -> list[Finding]:
    """Whether the account has signed the device; if not, whether the bridge does or somebody must."""
    shown = await Shown.asked(connection.calls, session)
    if shown.signed:
        return [Finding("ok", "check_matrix_device", named)]
    try:
        ours = shown.may_be_signed_with(AccountKeys.kept(connection.settings.store, session.user))
    except (OSError, ValueError):
        ours = False
    key = "check_matrix_not_signed_yet" if ours else "check_matrix_unsigned"
    return [Finding("ok", "check_matrix_account", named), Finding("warning", key, named)]


async def _rooms(connection: Connection, session: Session, rooms: Iterable[RoomAddress]) -> list[Finding]:
    joined: Collection[object]
    try:
        joined = await connection.joined_rooms()
    except Permanent:
        joined = ()  # who may not ask is in none
    except (Temporary, OutcomeUnknown):
        return [Finding("warning", "check_matrix_room_unknown", {"room": str(room)}) for room in rooms]
    return [one for room in rooms for one in await _room(connection, session, room, joined)]


async def _room(
    connection: Connection, session: Session, room: RoomAddress, joined: Collection[object]
) -> list[Finding]:
    named = {"room": str(room)}
    try:
        room_id = room_id_of(room)
        if room_id not in joined:
            return [Finding("error", "check_matrix_not_in_room", named | {"user": session.user})]
        found = await _Standing.asked(connection, session.user, room_id, named)
    except Permanent:
        return [Finding("error", "check_matrix_not_in_room", named | {"user": session.user})]
    except (Temporary, OutcomeUnknown):
        return [Finding("warning", "check_matrix_room_unknown", named)]
    return found.findings(connection.settings.encryption)


@dataclass(frozen=True, slots=True)
class _Standing:
    """We in one room, as its state tells."""

    named: dict[str, str]
    state: dict[str, Mapping[str, Any]]
    user: str
    maker: bool

    @classmethod
    async def asked(cls, connection: Connection, user: str, room_id: str, named: dict[str, str]) -> "_Standing":
        """Raises what a call raises."""
        state: dict[str, Mapping[str, Any]] = {}
        for name in ("name", "power_levels", "join_rules", "encryption", "tombstone"):
            try:
                state[name] = await connection.calls("GET", "rooms", room_id, "state", f"m.room.{name}")
            except Refused as refused:
                if not refused.nothing_there:
                    raise
                state[name] = {}
        titled = named | {"title": str(state["name"].get("name") or room_id)}
        return cls(titled, state, user, await is_maker(connection.calls, room_id, user))

    def _may(self, event_type: str, *, state: bool = False) -> bool:
        levels = self.state["power_levels"]
        return self.maker or level_of(levels, self.user) >= needed_for(levels, event_type, state=state)

    def findings(self, encryption: bool) -> list[Finding]:
        """What is amiss, the worst first."""
        encrypted = bool(self.state["encryption"].get("algorithm"))
        found = []
        if not self._may("m.room.encrypted" if encrypted else "m.room.message"):
            found.append(Finding("error", "check_matrix_muted", self.named))
        if encrypted and not encryption:
            found.append(Finding("error", "check_matrix_sealed", self.named))
        if not found:
            key = "check_matrix_room_encrypted" if encrypted else "check_matrix_room"
            found.append(Finding("ok", key, self.named))
        if to := self.state["tombstone"].get("replacement_room"):
            found.append(Finding("warning", "check_matrix_moved", self.named | {"to": f"matrix:{to}"}))
        if self.state["join_rules"].get("join_rule") == "public":
            found.append(Finding("warning", "check_matrix_public", self.named))
        if not self._may("m.room.pinned_events", state=True):
            found.append(Finding("warning", "check_matrix_no_pin", self.named))
        if not self._may("m.reaction"):
            found.append(Finding("ok", "check_matrix_no_reactions", self.named))
        return found
