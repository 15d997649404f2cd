"""Showing a mark: which of reaction and line, what is called for it, and what is remembered of it."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from bridge.adapters.telegram import sending
from bridge.adapters.telegram.addresses import Place, message_id_of, place_of
from bridge.adapters.telegram.marks import SIGNS, Shown
from bridge.domain.failures import OutcomeUnknown, Permanent, Refusal
from bridge.domain.wellformed import well_formed
from bridge.ports.chat import Mark
from bridge.ports.clock import Clock

log = structlog.get_logger(__name__)

ASKED_AGAIN = 3600.0  # seconds after which a chat that forbade reactions is tried once more

Call = Callable[[str, dict[str, Any]], Awaitable[Any]]


class Marking:
    """Marks in all chats; it remembers, in memory only, where reactions are forbidden."""

    def __init__(self, call: Call, clock: Clock) -> None:
        self._call = call
        self._clock = clock
        self._forbidden: dict[int, float] = {}

    async def show(self, mark: Mark, shown: Shown | None) -> Shown:
        """What the message bears afterwards. Raises what the call raised, where trying again may help or tells more."""
        place, on = place_of(mark.on.room), message_id_of(mark.on.id)
        if on is None:
            raise Permanent(Refusal.OTHER, "no message of Telegram's")
        sign = SIGNS[mark.status]
        if shown is not None and shown.sign == sign:
            return shown
        if shown is not None and shown.editable and await self._rewrite(place, shown.line, mark.word):
            return Shown(sign, shown.line)
        if self._may_react(place.chat) and await self._react(place, on, sign):
            return Shown(sign)
        if not sign:
            return Shown(sign)
        return await self._write(place, on, sign, mark.word)

    def _may_react(self, chat: int) -> bool:
        since = self._forbidden.get(chat)
        if since is not None and self._clock.monotonic() - since >= ASKED_AGAIN:
            del self._forbidden[chat]
            since = None
        return since is None

    async def _react(self, place: Place, on: int, sign: str) -> bool:
        """Whether the chat lets us. Setting the same again is harmless; no sign takes ours away."""
        reaction = [{"type": "emoji", "emoji": sign}] if sign else []
        try:
            await self._call("setMessageReaction", {"chat_id": place.chat, "message_id": on, "reaction": reaction})
        except Permanent as refused:
            if not forbids_reactions(refused):
                raise
            log.info("telegram.no_reactions", chat=place.chat, why=refused.detail)
            self._forbidden[place.chat] = self._clock.monotonic()
            return False
        return True

    async def _rewrite(self, place: Place, line: str, word: str) -> bool:
        """Whether the line is still there to be edited."""
        params = {"chat_id": place.chat, "message_id": int(line), "text": well_formed(word)}
        try:
            await self._call("editMessageText", params)
        except Permanent as refused:
            if refused.reason is not Refusal.OTHER:
                raise
            return is_unchanged(refused)
        return True

    async def _write(self, place: Place, on: int, sign: str, word: str) -> Shown:
        """A line below the message. One that may stand there is not posted again; the next status has its own."""
        params = sending.message(place, well_formed(word))
        params["reply_parameters"] = {"message_id": on}  # without its message it would say nothing
        try:
            posted = await self._call("sendMessage", params)
            return Shown(sign, str(sending.id_of(posted)))
        except OutcomeUnknown:
            return Shown.somewhere(sign)


def forbids_reactions(refused: Permanent) -> bool:
    """Whether it is the chat that has none, or not this one, or not from us."""
    return refused.reason is Refusal.MAY_NOT_WRITE or refused.detail.lower().startswith("reaction")


def is_unchanged(refused: Permanent) -> bool:
    """An edit that would change nothing is refused, and is a success."""
    return refused.detail.lower().startswith("message is not modified")
