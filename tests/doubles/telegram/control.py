"""What people do, over HTTP: for demonstrations, benches and children that tests start.

Everything is JSON below /control/ on the port of the API. Chats, people, messages and topics are named by id.

    POST /control/people        {"first_name", "last_name"?, "bot"?}                     the person
    POST /control/chats         {"type", "title"?, "members"?, "forum"?, "bot"?, "person"?}  the chat
    POST /control/types         {"chat", "by", "text", "reply_to"?, "topic"?, "kind"?, "forwarded"?}  the message
    POST /control/edits         {"chat", "message", "text"}                              the message
    POST /control/deletes       {"chat", "message"}
    POST /control/reacts        {"chat", "by", "message", "emoji"}
    POST /control/presses       {"chat", "by", "message", "data"}                        {"id"}
    POST /control/topics        {"chat", "by", "name"}                                   {"id"}
    POST /control/bot           {"chat", "by", "becomes"}   added, kicked, promoted, demoted, muted
    POST /control/moves         {"chat", "by"}              a group becomes a supergroup   the new chat
    POST /control/faults        {"fault", "on"?, "times"?, "chat"?, …}   a Fault by name; the rest are its arguments
    POST /control/clear         {}                          no more faults; what hangs goes on
    POST /control/revoke        {"revoked"?}                the token opens nothing
    GET  /control/messages?chat=ID                          what stands there, oldest first
    GET  /control/calls                                     every call, without the token
    GET  /control/state                                     bot, people, chats, what waits, whether a poll waits
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.doubles.telegram.chats import Message, Topic
from tests.doubles.telegram.faults import Fault
from tests.doubles.telegram.levers import Room
from tests.doubles.telegram.people import User

if TYPE_CHECKING:
    from tests.doubles.telegram.double import TelegramDouble

PREFIX = "/control/"


class Wrong(Exception):
    """What was asked for cannot be done; the text says why."""


class Asked:
    """What a request says, and what it names."""

    def __init__(self, telegram: "TelegramDouble", given: dict[str, Any]) -> None:
        self.telegram = telegram
        self.given = given

    def need(self, name: str, kind: type | tuple[type, ...] = str) -> Any:
        value = self.given.get(name)
        if not isinstance(value, kind):
            raise Wrong(f"`{name}` is missing or of the wrong kind")
        return value

    def room(self) -> Room:
        room = self.telegram.world.chats.get(self.need("chat", int))
        if not isinstance(room, Room):
            raise Wrong("no such chat")
        return room

    def person(self, name: str = "by") -> User:
        return self.user(self.need(name, int))

    def user(self, number: object) -> User:
        user = self.telegram.world.users.get(number) if isinstance(number, int) else None
        if user is None:
            raise Wrong("no such person")
        return user

    def message(self, name: str = "message") -> Message:
        message = self.room().find(self.need(name, int))
        if message is None:
            raise Wrong("no such message")
        return message

    def topic(self) -> Topic | None:
        if self.given.get("topic") is None:
            return None
        topic = self.room().topics.get(self.need("topic", int))
        if topic is None:
            raise Wrong("no such topic")
        return topic


async def respond(telegram: "TelegramDouble", request: web.BaseRequest) -> web.Response:
    """One request, to its end."""
    act = ACTS.get((request.method, request.path.removeprefix(PREFIX)))
    if act is None:
        return _answer(404, {"error": "no such control"})
    try:
        return _answer(200, act(Asked(telegram, await _given(request))))
    except (Wrong, ValueError, TypeError) as wrong:
        return _answer(400, {"error": str(wrong)})


async def _given(request: web.BaseRequest) -> dict[str, Any]:
    if request.method == "GET":
        return {name: int(value) for name, value in request.query.items()}
    given = json.loads(await request.read() or b"{}")
    if not isinstance(given, dict):
        raise Wrong("expected an object")
    return given


def _answer(status: int, value: object) -> web.Response:
    return web.json_response(value, status=status)


# What people do


def _people(asked: Asked) -> object:
    last = asked.given.get("last_name")
    return asked.telegram.person(asked.need("first_name"), last, bot=bool(asked.given.get("bot"))).json()


def _chats(asked: Asked) -> object:
    telegram, kind = asked.telegram, asked.need("type")
    if kind == "private":
        return telegram.private(asked.person("person")).json()
    if kind not in ("group", "supergroup"):
        raise Wrong("`type` is private, group or supergroup")
    members = [asked.user(number) for number in asked.given.get("members", [])]
    more: dict[str, Any] = {"bot": asked.given.get("bot", "administrator")}
    if kind == "group":
        return telegram.group(asked.need("title"), members, **more).json()
    forum = bool(asked.given.get("forum"))
    return telegram.supergroup(asked.need("title"), members, forum=forum, **more).json()


def _types(asked: Asked) -> object:
    reply_to = asked.message("reply_to") if asked.given.get("reply_to") is not None else None
    return (
        asked.room()
        .types(
            asked.person(),
            asked.given.get("text", ""),
            reply_to=reply_to,
            topic=asked.topic(),
            kind=asked.given.get("kind", "text"),
            forwarded=bool(asked.given.get("forwarded")),
        )
        .json()
    )


def _edits(asked: Asked) -> object:
    message = asked.message()
    asked.room().edits(message, asked.need("text"))
    return message.json()


def _deletes(asked: Asked) -> object:
    asked.room().deletes(asked.message())
    return {}


def _reacts(asked: Asked) -> object:
    asked.room().reacts(asked.person(), asked.message(), *asked.need("emoji", list))
    return {}


def _presses(asked: Asked) -> object:
    return {"id": asked.room().presses(asked.person(), asked.message(), asked.need("data")).id}


def _topics(asked: Asked) -> object:
    return {"id": asked.room().opens_topic(asked.person(), asked.need("name")).id}


def _bot(asked: Asked) -> object:
    room, by = asked.room(), asked.person()
    done: dict[str, Callable[[User], None]] = {
        "added": room.adds_bot,
        "kicked": room.kicks_bot,
        "promoted": room.promotes_bot,
        "demoted": room.demotes_bot,
        "muted": room.mutes_bot,
    }
    if (becomes := asked.need("becomes")) not in done:
        raise Wrong(f"`becomes` is one of {', '.join(done)}")
    done[becomes](by)
    return {}


def _moves(asked: Asked) -> object:
    return asked.room().becomes_supergroup(asked.person()).json()


# What goes wrong


def _faults(asked: Asked) -> object:
    given = dict(asked.given)
    name, on, times = given.pop("fault", None), given.pop("on", "sendMessage"), given.pop("times", 1)
    chat = asked.room() if given.pop("chat", None) is not None else None
    if name not in FAULTS:
        raise Wrong(f"`fault` is one of {', '.join(FAULTS)}")
    asked.telegram.script(getattr(Fault, name)(**given), on, times, chat=chat)
    return {}


def _clear(asked: Asked) -> object:
    asked.telegram.clear_faults()
    return {}


def _revoke(asked: Asked) -> object:
    asked.telegram.revoke_token(revoked=bool(asked.given.get("revoked", True)))
    return {}


# What is there


def _messages(asked: Asked) -> object:
    return [_shown(message) for message in asked.room().messages]


def _shown(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "by": message.sender.first_name,
        "by_bot": message.sender.is_bot,
        "text": message.text,
        "service": message.service,
        "reply_to": message.reply_to.id if message.reply_to else None,
        "topic": message.topic.id if message.topic else None,
        "buttons": [list(pair) for pair in zip(message.buttons, message.data, strict=True)],
        "reactions": message.reactions,
        "pinned": message.pinned,
        "edited": message.edit_date is not None,
    }


def _calls(asked: Asked) -> object:
    return [
        {
            "at": call.at.isoformat(),
            "method": call.method,
            "args": dict(call.args),
            "status": call.status,
            "fault": call.fault,
            "description": call.description,
        }
        for call in asked.telegram.calls
    ]


def _state(asked: Asked) -> object:
    telegram = asked.telegram
    return {
        "bot": telegram.bot.json(),
        "people": [user.json() for user in telegram.world.users.values()],
        "chats": [chat.json() for chat in telegram.world.chats.values()],
        "waiting": len(telegram.updates.waiting),
        "polled": telegram.polled,
        "hanging": telegram.hanging,
    }


FAULTS = (
    "rate_limited",
    "unauthorized",
    "conflict",
    "refuses",
    "broken",
    "html",
    "reset",
    "hang",
    "cut_short",
    "garbage",
)
ACTS: dict[tuple[str, str], Callable[[Asked], object]] = {
    ("POST", "people"): _people,
    ("POST", "chats"): _chats,
    ("POST", "types"): _types,
    ("POST", "edits"): _edits,
    ("POST", "deletes"): _deletes,
    ("POST", "reacts"): _reacts,
    ("POST", "presses"): _presses,
    ("POST", "topics"): _topics,
    ("POST", "bot"): _bot,
    ("POST", "moves"): _moves,
    ("POST", "faults"): _faults,
    ("POST", "clear"): _clear,
    ("POST", "revoke"): _revoke,
    ("GET", "messages"): _messages,
    ("GET", "calls"): _calls,
    ("GET", "state"): _state,
}
