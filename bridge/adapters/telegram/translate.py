"""Telegram's updates in our words, one by one: what cannot be read is kept aside and blocks no other."""

import hashlib
import json
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from telegram import CallbackQuery, Chat, ChatMemberRestricted, ChatMemberUpdated, Message, Update, User
from telegram.warnings import PTBDeprecationWarning

from bridge.adapters.telegram.addresses import PLATFORM, Place
from bridge.adapters.telegram.content import Words, kind_of, reply_to, said_by, words_of
from bridge.domain.events import (
    BotMuted,
    BotRemoved,
    BotRestored,
    ChatEvent,
    Edited,
    Pressed,
    RoomMoved,
    Typed,
    Unreadable,
)
from bridge.domain.ids import ChatRef, Person, RoomAddress
from bridge.domain.wellformed import well_formed

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of updates that are asked for."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself, as getMe tells."""

    id: int
    username: str
    reads_all: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """What one poll brought, in order. `ids` of its updates; `queries`: pressed buttons that wait for an answer."""

    events: tuple[ChatEvent, ...] = ()
    ids: tuple[int, ...] = ()
    queries: tuple[str, ...] = ()


def batch_of(updates: Iterable[object], me: Me, now: datetime) -> Batch:
    """Read a poll's answer. `now` (UTC) is when buttons were pressed, for which Telegram tells no time."""
    events: list[ChatEvent] = []
    ids: list[int] = []
    queries: list[str] = []
    for raw in updates:
        update_id = _update_id(raw)
        if update_id is not None:
            ids.append(update_id)
        try:
            events += events_of(raw, me, now)
        except Exception as error:  # whatever the library or we stumble over, only this one is not read
            events.append(_unreadable(raw, update_id, error))
        if (query := _query_id(raw)) is not None:
            queries.append(query)
    return Batch(tuple(events), tuple(ids), tuple(queries))


def events_of(raw: object, me: Me, now: datetime) -> list[ChatEvent]:
    """One update. Raises anything at all when it cannot be read."""
    update_id = _update_id(raw)
    if not isinstance(raw, dict) or update_id is None:
        raise TypeError("no update")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBDeprecationWarning)  # it warns of durations that nobody reads here
        update = Update.de_json(raw)
    event: ChatEvent | None = None
    event_id = f"update:{update_id}"
    if update.message is not None:
        event = _written(event_id, update.message, me)
    elif update.edited_message is not None:
        event = _edited(event_id, update.edited_message, me)
    elif update.callback_query is not None:
        event = _pressed(event_id, update.callback_query, now)
    elif update.my_chat_member is not None:
        event = _membership(event_id, update.my_chat_member)
    return [] if event is None else [event]


def moved(old: int, new: int) -> RoomMoved:
    """A group became a supergroup: told by a refused call and by two messages, and one event all the same."""
    return RoomMoved(f"moved:{old}:{new}", Place(old).room, Place(new).room)


def _written(event_id: str, message: Message, me: Me) -> ChatEvent | None:
    if message.migrate_to_chat_id:
        return moved(message.chat.id, message.migrate_to_chat_id)
    if message.migrate_from_chat_id:
        return moved(message.migrate_from_chat_id, message.chat.id)
    if message.forum_topic_reopened is not None and message.from_user and message.from_user.id != me.id:
        return BotRestored(event_id, _room_of(message))  # whoever did it: another bot opens topics in the morning
    person = _author(message)
    if person is None:
        return None
    kind = kind_of(message)
    if kind is None:
        return None
    words = words_of(message, me.username)
    if words is Words.FOR_ANOTHER_BOT:
        return None
    return Typed(
        event_id=event_id,
        ref=_ref_of(message),
        person=person,
        text=words if kind == "text" else "",
        wrote_at=message.date,
        reply_to=reply_to(message),
        kind=kind,
        forwarded=message.forward_origin is not None,
        commons=bool(message.chat.is_forum) and not message.is_topic_message,
        ours=said_by(me.id, message),
    )


def _edited(event_id: str, message: Message, me: Me) -> ChatEvent | None:
    """A text that may have changed: Telegram also tells when nothing visible did. Captions never left."""
    person = _author(message)
    if person is None or kind_of(message) != "text":
        return None
    words = words_of(message, me.username)
    if words is Words.FOR_ANOTHER_BOT:
        return None
    return Edited(event_id, _ref_of(message), person, words, message.edit_date or message.date)


def _author(message: Message) -> Person | None:
    """Who wrote. None for what is nobody's of the team: other bots, ourselves, channels and their posts."""
    if message.chat.type == Chat.CHANNEL or message.is_automatic_forward:
        return None
    if message.sender_chat is not None:
        if message.sender_chat.id != message.chat.id:
            return None  # a channel that writes as itself, or a person in its name
        return _anonymous(message.chat, message.author_signature)
    if message.from_user is None or message.from_user.is_bot:
        return None
    return _person(message.from_user)


def _person(user: User) -> Person:
    return Person(PLATFORM, str(_whole(user.id)), well_formed(user.full_name))


def _anonymous(chat: Chat, signature: str | None = None) -> Person:
    """An administrator who stays anonymous writes as the group itself."""
    return Person(PLATFORM, str(_whole(chat.id)), well_formed(signature or chat.title or ""))


def _pressed(event_id: str, query: CallbackQuery, now: datetime) -> ChatEvent | None:
    """A button under a post of ours. Of a message that is no longer accessible the topic is not told."""
    message = query.message
    if message is None or query.data is None:
        return None
    if isinstance(message, Message):
        ref = _ref_of(message)
    else:
        ref = ChatRef(Place(_whole(message.chat.id)).room, str(_whole(message.message_id)))
    person = _anonymous(message.chat) if query.from_user.is_bot else _person(query.from_user)
    return Pressed(event_id, ref, person, well_formed(query.data), now)


def _membership(event_id: str, change: ChatMemberUpdated) -> ChatEvent | None:
    """How the bot itself stands to a chat now, and a person to the bot: who blocks it has kicked it."""
    if change.chat.type == Chat.CHANNEL:
        return None
    room = Place(_whole(change.chat.id)).room
    member = change.new_chat_member
    if member.status in (member.LEFT, member.BANNED):
        return BotRemoved(event_id, room)
    if isinstance(member, ChatMemberRestricted):
        if not member.is_member:
            return BotRemoved(event_id, room)
        if not member.can_send_messages:
            return BotMuted(event_id, room)
    return BotRestored(event_id, room)


def _room_of(message: Message) -> RoomAddress:
    """A topic of a forum is a room of its own; replies in other supergroups bear a thread's id too, and are none."""
    in_topic = message.is_topic_message and message.chat.type == Chat.SUPERGROUP
    thread = _whole(message.message_thread_id) if in_topic else None
    return Place(_whole(message.chat.id), thread).room


def _ref_of(message: Message) -> ChatRef:
    return ChatRef(_room_of(message), str(_whole(message.message_id)))


def _whole(value: object) -> int:
    """The library takes ids as they come."""
    if type(value) is not int:
        raise TypeError("an id is not a whole number")
    return value


def _update_id(raw: object) -> int | None:
    value = raw.get("update_id") if isinstance(raw, Mapping) else None
    return value if type(value) is int else None


def _query_id(raw: object) -> str | None:
    query = raw.get("callback_query") if isinstance(raw, Mapping) else None
    value = query.get("id") if isinstance(query, Mapping) else None
    return value if isinstance(value, str) else None


def _unreadable(raw: object, update_id: int | None, error: Exception) -> Unreadable:
    """Kept as it came. What is wrong is told by the error's type: its words may repeat what somebody wrote."""
    written = json.dumps(raw, sort_keys=True)
    digest = hashlib.sha256(written.encode()).hexdigest()[:32]
    event_id = f"unreadable:{digest}" if update_id is None else f"update:{update_id}"
    kinds = sorted(raw.keys() - {"update_id"}) if isinstance(raw, Mapping) else []
    what = f"{', '.join(map(str, kinds)) or 'update'} ({type(error).__name__})"
    return Unreadable(event_id, _place_told(raw, kinds), well_formed(what[:100]), written)


def _place_told(raw: object, kinds: list[str]) -> RoomAddress | None:
    """The chat that it names, where that much can be read."""
    match raw:
        case Mapping() if kinds:
            inner = raw[kinds[0]]
            inner = inner.get("message", inner) if isinstance(inner, Mapping) else inner
            chat = inner.get("chat") if isinstance(inner, Mapping) else None
            chat_id = chat.get("id") if isinstance(chat, Mapping) else None
            return Place(chat_id).room if type(chat_id) is int else None
        case _:
            return None
