"""What `check` finds out about the bot and its rooms. Each finding is a wording key and its parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bridge.adapters.telegram.addresses import Place, place_of
from bridge.adapters.telegram.calls import Calls
from bridge.adapters.telegram.failures import Moved
from bridge.adapters.telegram.marks import SIGNS
from bridge.adapters.telegram.polling import me_of
from bridge.adapters.telegram.translate import Me
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Refusal, Temporary
from bridge.domain.ids import RoomAddress
from bridge.ports.phone import Finding


async def check_all(calls: Calls, rooms: Mapping[RoomAddress, bool]) -> list[Finding]:
    """The bot first; when it cannot be asked about, nothing else can."""
    try:
        me = me_of(await calls("getMe"))
        found = [Finding("ok", "check_telegram_bot", {"bot": f"@{me.username}"})]
        found += await _webhook(calls)
    except (Temporary, Permanent, OutcomeUnknown, Moved) as failure:
        if isinstance(failure, Temporary) and failure.reason is Reason.KEYS:
            return [Finding("error", "check_telegram_token_refused", {})]
        return [Finding("error", "check_telegram_unreachable", {})]
    for room, hears_all in rooms.items():
        found += await _room(calls, me, room, hears_all)
    return found


async def _webhook(calls: Calls) -> list[Finding]:
    """Its address is not told: it may hold another program's secret."""
    told = await calls("getWebhookInfo")
    address = told.get("url") if isinstance(told, Mapping) else None
    return [Finding("warning", "check_telegram_other_program", {})] if address else []


async def _room(calls: Calls, me: Me, room: RoomAddress, hears_all: bool) -> list[Finding]:
    named = {"room": str(room)}
    try:
        place = place_of(room)
        chat = _record(await calls("getChat", {"chat_id": place.chat}))
        if chat.get("type") == "private":
            return [Finding("ok", "check_telegram_room", {**named, "title": str(chat.get("first_name", ""))})]
        if chat.get("type") == "channel":
            return [Finding("error", "check_telegram_channel", named)]
        member = _record(await calls("getChatMember", {"chat_id": place.chat, "user_id": me.id}))
        standing = _Standing(named | {"title": str(chat.get("title", ""))}, chat, member, place.thread is None)
        absent = [Finding("error", "check_telegram_not_in_room", named)]
        found = standing.findings(me, hears_all) if standing.there else absent
        if standing.there and place.thread is not None and not await _topic_is_there(calls, place, chat):
            found.append(Finding("error", "check_telegram_topic_gone", standing.named))
    except Moved as moved:
        return [Finding("error", "check_telegram_moved", {**named, "to": str(Place(moved.to).room)})]
    except Permanent as refused:
        gone = refused.reason is Refusal.ROOM_GONE
        return [Finding("error", "check_telegram_not_in_room" if gone else "check_telegram_room_unknown", named)]
    except (Temporary, OutcomeUnknown):
        return [Finding("warning", "check_telegram_room_unknown", named)]
    if any(one.level == "error" for one in found):
        return found
    return [Finding("ok", "check_telegram_room", standing.named), *found]


@dataclass(frozen=True, slots=True)
class _Standing:
    """The bot in one group, as getChat and getChatMember tell; `whole`: not in one topic of it."""

    named: dict[str, str]
    chat: Mapping[str, Any]
    member: Mapping[str, Any]
    whole: bool

    @property
    def there(self) -> bool:
        status = self.member.get("status")
        return status in ("creator", "administrator", "member") or self.member.get("is_member") is True

    @property
    def is_administrator(self) -> bool:
        return self.member.get("status") in ("creator", "administrator")

    def may(self, right: str) -> bool:
        """An administrator by its own rights, a member by the group's, a restricted one by both. Not told: yes."""
        if self.member.get("status") == "creator":
            return True
        if self.is_administrator:
            return self.member.get(right, True) is True
        permissions = self.chat.get("permissions")
        permitted = permissions.get(right, True) if isinstance(permissions, Mapping) else True
        own = self.member.get(right, True) if self.member.get("status") == "restricted" else True
        return permitted is True and own is True

    def findings(self, me: Me, hears_all: bool) -> list[Finding]:
        """What is amiss, the worst first. Commands and replies to the bot reach it in privacy mode too."""
        bot = self.named | {"bot": f"@{me.username}"}
        found = []
        if not self.may("can_send_messages"):
            found.append(Finding("error", "check_telegram_muted", self.named))
        if hears_all and not (me.reads_all or self.is_administrator):
            found.append(Finding("error", "check_telegram_privacy", bot))
        if username := self.chat.get("username"):
            found.append(Finding("warning", "check_telegram_public", self.named | {"username": f"@{username}"}))
        if not self.may("can_pin_messages"):
            found.append(Finding("warning", "check_telegram_no_pin", self.named))
        if self.chat.get("is_forum") and self.whole and hears_all:
            found.append(Finding("warning", "check_telegram_general", self.named))
        if not self._may_react():
            found.append(Finding("ok", "check_telegram_no_reactions", self.named))
        return found

    def _may_react(self) -> bool:
        available = self.chat.get("available_reactions")
        told = available if isinstance(available, list) else ()
        free = None if available is None else {one.get("emoji") for one in told if isinstance(one, Mapping)}
        enough = free is None or set(filter(None, SIGNS.values())) <= free
        return enough and self.may("can_react_to_messages")


async def _topic_is_there(calls: Calls, place: Place, chat: Mapping[str, Any]) -> bool:
    """Typing is the one thing that can be done in a topic without leaving a trace."""
    if not chat.get("is_forum"):
        return False
    params = {"chat_id": place.chat, "message_thread_id": place.thread, "action": "typing"}
    try:
        await calls("sendChatAction", params)
    except Permanent as refused:
        return refused.reason is not Refusal.ROOM_GONE
    return True


def _record(told: object) -> Mapping[str, Any]:
    """Raises OutcomeUnknown when the answer is none."""
    if not isinstance(told, Mapping):
        raise OutcomeUnknown(Reason.SERVER)
    return told
