"""One life of the demonstration, from a blank start: OVH, chat and bridge, and what became of each message."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from bridge.domain.commands import Retry, Sms
from bridge.domain.composing import words_that_leave
from bridge.domain.numbers import E164, national
from bridge.domain.plain_text import plain_text
from bridge.sandbox.chat import ChatServer, Entry, Mark
from bridge.sandbox.demo.cast import CAST, PLACES, PREFIX, SENDER, TEAM, Character, Place
from bridge.sandbox.demo.child import Bridge
from bridge.sandbox.demo.ledger import Ledger, Written
from bridge.sandbox.demo.settings import Wiring, free_port, write_configuration
from bridge.sandbox.demo.traffic import Traffic
from bridge.sandbox.ovh import (
    AcceptedPost,
    Change,
    Happened,
    IncomingSms,
    Push,
    SeenRequest,
    SimulatedOvh,
    SmsAccount,
)
from bridge.sandbox.page.actions import Language
from bridge.sandbox.page.stage import Coach, Counters

ARRIVES_AFTER = 0.1  # seconds: an SMS is on the telephone within a second of the click
REPORTED_AFTER = 1.5  # seconds from then on: so that "on its way" is seen
FAILS_AFTER = 10.0  # seconds that a telephone may stay off
ANSWERS_AFTER = 0.05  # seconds that OVH takes
FORGOTTEN_AFTER = timedelta(seconds=10)
KEPT = 2000  # requests that the simulated OVH remembers

_FAILED = frozenset({2, 16})  # DLR ids of OVH: failed, error


class Scene:
    """An async context manager: entered, the bridge is ready. `folder` is empty, and this scene's own."""

    def __init__(self, folder: Path, language: Language, changed: Callable[[], None]) -> None:
        self._folder = folder
        self._changed = changed
        self._stack = AsyncExitStack()
        self._account = SmsAccount(credits=500.0)
        self.language = language
        self.chat = ChatServer()
        self.ovh = SimulatedOvh(
            (self._account,),
            delivery_after=ARRIVES_AFTER,
            reported_after=REPORTED_AFTER,
            fails_after=FAILS_AFTER,
            latency=ANSWERS_AFTER,
            keep=KEPT,
        )
        self.ledger = Ledger(self._mark_of)
        self.traffic = Traffic()
        self.coach: Coach = {"send": False, "arrive": False, "answer": False, "off": False, "cut": False}
        self.off = False
        """The power is cut now."""
        self.off_seconds = 0.0
        self.replies: dict[int, IncomingSms] = {}
        self.bridge: Bridge

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.ovh)
            await stack.enter_async_context(self.chat)
            for one in CAST:
                self.ovh.telephone(one.number)
                self.ovh.books().short_numbers[one.number] = SENDER
            for place in PLACES:
                self.chat.add_room(place.address.address, place.fr, TEAM)
            self._wiring = Wiring(
                self.chat.url, self.chat.bot_token, self.ovh.url, self._account, http_port=free_port()
            )
            config = write_configuration(self._folder, self._wiring, self.language)
            self.bridge = Bridge(config, self._wiring.bridge_url)
            stack.push_async_callback(self.bridge.kill)
            stack.callback(self.ovh.subscribe(self._ovh_changed))
            stack.callback(self.chat.subscribe(self._chat_changed))
            await self.bridge.start()
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def speak(self, language: Language) -> None:
        """The bridge starts again with another language: what it posts from now on is in that one."""
        self.language = language
        await self.bridge.stop()
        write_configuration(self._folder, self._wiring, language)
        await self.bridge.start()

    # What is known of a message

    def say(self, place: Place, person: str, text: str, reply_to: str | None) -> Entry:
        """A person types; what will have to leave is written into the ledger. Raises as ChatServer.say."""
        entry = self.chat.say(place.address.address, person, text, reply_to)
        words = words_that_leave(text)
        if isinstance(words, Retry):
            self._repeats(self._meant(entry))
        numbers = (words.who,) if isinstance(words, Sms) else self._receivers(place, reply_to)
        if numbers and (leaving := _leaving(text)) is not None:
            self.ledger.write(Written(entry.id, self.chat.log.last, entry.at, {leaving}, numbers))
            if any(not self.ovh.telephone(number).on for number in numbers):
                self.coach["off"] = True
        self._changed()
        return entry

    def edit(self, entry_id: str, text: str) -> None:
        """The author changes what was typed: what has not left yet may leave with the new text."""
        self.chat.edit(entry_id, text)
        row = self.ledger.rows.get(entry_id)
        if row is not None and (leaving := _leaving(text)) is not None:
            row.texts.add(leaving)

    def press(self, entry: Entry, data: str, person: str) -> None:
        """A button is pressed: whoever did not get the SMS may get it once more."""
        self.chat.press(entry.id, data, person)
        if data.startswith(("retry:", "resend:")):
            self._repeats(self.ledger.rows.get(entry.reply_to or ""))

    def _repeats(self, row: Written | None) -> None:
        """Somebody asked for this message again: whoever has not got it may get it once more."""
        if row is not None:
            books = self.ovh.books()
            delivered = {number for ovh_id, number in row.ids.items() if books.outgoing[ovh_id].receipt == 1}
            self.ledger.may_repeat(row.entry, [n for n in row.receivers if row.sent[n] and n not in delivered])

    def _meant(self, command: Entry) -> Written | None:
        """What a command is about: the message replied to, or that of the post replied to; else the author's latest."""
        rows = self.ledger.rows
        if command.reply_to is not None:
            return rows.get(command.reply_to) or rows.get(self.chat.entry(command.reply_to).reply_to or "")
        entries = (self.chat.entry(entry_id) for entry_id in reversed(rows))
        own = (one for one in entries if (one.person, one.room) == (command.person, command.room))
        return next((rows[one.id] for one in own), None)

    def newest(self) -> Written | None:
        """The message that was typed last, of those that send."""
        return next(reversed(self.ledger.rows.values()), None)

    def whose_answer(self, entry: Entry) -> Character | None:
        """Whose SMS a post repeats, None when it is none."""
        if entry.kind != "post":
            return None
        said = plain_text(entry.text)
        for one in CAST:
            if national(one.number) in said and any(
                plain_text(sms.text) in said for sms in self.ovh.telephone(one.number).written if not sms.lost
            ):
                return one
        return None

    def answers_to(self, row: Written) -> list[Entry]:
        """What was posted as an answer to this message."""
        room = self.chat.entry(row.entry).room
        return [one for one in self.chat.entries(room) if one.reply_to == row.entry and self.whose_answer(one)]

    def counters(self) -> Counters:
        """Written, sent, lost, doubled."""
        outgoing = self.ovh.books().outgoing
        return self.ledger.counters(lambda ovh_id: outgoing[ovh_id].receipt in _FAILED, self._forgotten)

    def _forgotten(self, row: Written) -> bool:
        if row.confirmed_at is None or not self.bridge.up:
            return False
        return datetime.now(UTC) - max(row.confirmed_at, self.bridge.since) > FORGOTTEN_AFTER

    def _mark_of(self, entry_id: str) -> Mark | None:
        return self.chat.entry(entry_id).mark

    def _receivers(self, place: Place, reply_to: str | None) -> tuple[E164, ...]:
        """Whom words typed here go to: a reply goes to whose answer it replies to, or to nobody."""
        if reply_to is None:
            return tuple(one.number for one in place.receivers)
        one = self.whose_answer(self.chat.entry(reply_to))
        return () if one is None else (one.number,)

    # What is heard

    def _ovh_changed(self, change: Change) -> None:
        match change.subject:
            case SeenRequest() as seen if change.what is Happened.REQUEST:
                self.traffic.asked(seen)
                self._asked(seen)
            case AcceptedPost() as post:
                outgoing = self.ovh.books().outgoing
                sms = [(ovh_id, outgoing[ovh_id].receiver) for ovh_id in post.ids]
                self.ledger.accepted(post.text, post.tag, sms)
                self.coach["send"] = True
            case Push() as push if change.what is Happened.PUSH:
                self.traffic.pushed(push)
            case IncomingSms() as reply if change.what is Happened.REPLY:
                self.replies[reply.id] = reply
            case _:
                pass
        self._changed()

    def _asked(self, seen: SeenRequest) -> None:
        if seen.method == "POST" and seen.path.endswith("/jobs") and isinstance(seen.body, dict):
            text, tag, receivers = (seen.body.get(key) for key in ("message", "tag", "receivers"))
            if isinstance(text, str) and isinstance(tag, str) and isinstance(receivers, list):
                self.ledger.asked(text, tag, receivers)

    def _chat_changed(self) -> None:
        self.ledger.confirm(self.chat.confirmed, datetime.now(UTC))
        for row in self.ledger.rows.values():
            mark = self._mark_of(row.entry)
            if mark is not None and mark.status == "delivered":
                self.coach["arrive"] = True
        if not self.coach["answer"]:
            self.coach["answer"] = any(self.answers_to(row) for row in self.ledger.rows.values())
        self._changed()


def _leaving(text: str) -> str | None:
    """The SMS that a typed text becomes, None when it is a note or a command that writes to nobody."""
    words = words_that_leave(text)
    words = words.text if isinstance(words, Sms) else words
    return plain_text(PREFIX + words) if isinstance(words, str) and words else None
