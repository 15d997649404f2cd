"""A lean Bot API, with who types, in a process of its own: `python -m bench.telegram_process ROOMS`.

It gives each update until it is confirmed, a hundred at most, and answers every call at once: no limit of 30 messages
a second, no look into what it is given. What tests need, the double in tests/ has, and pays for: it takes a third as
many calls. Their answers are the same in shape, which tests/test_bench_telegram.py holds against the Bot API.
"""

import asyncio
import json
import sys
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bench.control import obey
from bench.people import People, Watch
from bench.setting import chat_id

TOKEN = "700000001:AAbench_it-opens-nothing-else"  # opens this process alone
ME = {"id": 700000001, "is_bot": True, "first_name": "Relais", "username": "relais_bot"}
CLAIRE = {"id": 5_000_000_001, "is_bot": False, "first_name": "Claire", "language_code": "fr"}
REACHED = frozenset("✍🕊👍")
"""Reactions that say: OVH has it. The usual script's is 👍."""
LIMIT = 100
HOST = "127.0.0.1"

_NO = (
    *("supports_inline_queries", "can_connect_to_business", "has_main_web_app", "has_topics_enabled"),
    *("allows_users_to_create_topics", "can_manage_bots", "supports_join_request_queries"),
)
_RIGHTS = (
    *("can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members"),
    *("can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories"),
    *("can_delete_stories", "can_send_welcome_messages", "can_pin_messages", "can_manage_topics"),
)
_NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)

Given = Mapping[str, Any]


class BotApi:
    """One bot in many supergroups. It listens at `url` once `open`."""

    def __init__(self) -> None:
        self.url = ""
        self.watch = Watch()
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._some = asyncio.Event()
        self._numbers: dict[int, int] = {}
        self._next = 869_000_001
        self._runner: web.ServerRunner | None = None
        self._methods: dict[str, Callable[[Given], Any]] = {
            "getMe": lambda _: ME | {"can_join_groups": True, "can_read_all_group_messages": True} | _no(*_NO),
            "getWebhookInfo": lambda _: {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
            "getChat": lambda given: chat(int(given["chat_id"])) | _more_of_a_chat(),
            "getChatMember": lambda _: {"user": ME, "status": "administrator", **_rights()},
            "sendMessage": self._send,
            "setMessageReaction": self._react,
        }

    async def open(self) -> None:
        self._runner = web.ServerRunner(web.Server(self._respond, access_log=None))
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, 0)
        await site.start()
        self.url = f"http://{HOST}:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def type(self, room: str, text: str) -> datetime:
        """Claire writes; the update waits until it is confirmed."""
        at = datetime.now(UTC)
        self.watch.wrote()
        message = self._message(chat_id(room), CLAIRE, text, at)
        update = {"update_id": self._next, "message": message}
        self._waiting.append((self._next, json.dumps(update).encode()))
        self._next += 1
        self._some.set()
        return at

    async def answer(self, method: str, given: Given) -> bytes:
        """What Telegram says to a call, as JSON. All but the methods named above only say true."""
        if method == "getUpdates":
            updates = await self._get(int(given.get("offset") or 0), float(given.get("timeout") or 0))
            return b'{"ok":true,"result":[' + b",".join(updates) + b"]}"
        tell = self._methods.get(method)
        return json.dumps({"ok": True, "result": True if tell is None else tell(given)}).encode()

    async def _respond(self, request: web.BaseRequest) -> web.StreamResponse:
        found = request.path.removeprefix(f"/bot{TOKEN}/")
        if found == request.path:
            refused = b'{"ok":false,"error_code":401,"description":"Unauthorized"}'
            return web.Response(status=401, body=refused, content_type="application/json")
        body = await self.answer(found, _read(await request.read()))
        return web.Response(body=body, content_type="application/json")

    async def _get(self, offset: int, timeout: float) -> list[bytes]:
        while self._waiting and self._waiting[0][0] < offset:
            self._waiting.popleft()
        if not self._waiting and timeout > 0:
            self._some.clear()
            try:
                async with asyncio.timeout(timeout):
                    await self._some.wait()
            except TimeoutError:
                return []
        return [body for (_, body), _ in zip(self._waiting, range(LIMIT), strict=False)]

    def _message(self, chat_number: int, sender: Given, text: str, at: datetime) -> dict[str, Any]:
        number = self._numbers[chat_number] = self._numbers.get(chat_number, 0) + 1
        told = {"message_id": number, "from": sender, "chat": chat(chat_number), "date": int(at.timestamp())}
        return told | {"text": text}

    def _send(self, given: Given) -> dict[str, Any]:
        return self._message(int(given["chat_id"]), ME, str(given["text"]), datetime.now(UTC))

    def _react(self, given: Given) -> bool:
        reaction = given.get("reaction") or []
        listed = json.loads(reaction) if isinstance(reaction, str) else reaction
        reached = any(one["emoji"] in REACHED for one in listed)
        self.watch.marked(f"{given['chat_id']}/{given['message_id']}", reached)
        return True


def chat(number: int) -> dict[str, Any]:
    """As messages bear it."""
    return {"id": number, "type": "supergroup", "title": f"Room {-number % 1000}"}


def _more_of_a_chat() -> dict[str, Any]:
    permissions = _no("can_edit_tag") | dict.fromkeys(("can_send_messages", "can_react_to_messages"), True)
    told = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}
    return told | {"permissions": permissions}


def _rights() -> dict[str, bool]:
    return dict.fromkeys(_RIGHTS, True) | {"can_be_edited": False, "is_anonymous": False}


def _no(*names: str) -> dict[str, bool]:
    return dict.fromkeys(names, False)


def _read(body: bytes) -> Given:
    """The bridge sends JSON, the library's own transport a form."""
    if body[:1] == b"{":
        given: dict[str, Any] = json.loads(body)
        return given
    return dict(parse_qsl(body.decode()))


async def main() -> None:
    api = BotApi()
    await api.open()
    people = People(api.watch, api.type, int(sys.argv[1]))
    await obey({"url": api.url, "token": TOKEN}, people.commands)
    await api.close()


if __name__ == "__main__":
    asyncio.run(main())
