"""Posts as Telegram takes them: plain text in pieces it can hold, buttons in rows, answers to what may be gone."""

from typing import Any

from bridge.adapters.telegram.addresses import Place, message_id_of
from bridge.domain.failures import OutcomeUnknown, Reason
from bridge.domain.pieces import shortened
from bridge.domain.wellformed import well_formed
from bridge.ports.chat import Button, Post

LONGEST = 4096
"""UTF-16 units, the strictest reading of Telegram's 4096 characters."""
_ROW = 30  # characters that labels may have together to stand in one row on a telephone


def units(text: str) -> int:
    """UTF-16 units, in which Telegram counts."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def message(place: Place, text: str, reply_to: str | None = None) -> dict[str, Any]:
    """Without a parse mode, so that words stay words. An answer is shown also when its question is gone."""
    params: dict[str, Any] = {"chat_id": place.chat, "text": text}
    if place.thread is not None:
        params["message_thread_id"] = place.thread
    answered = None if reply_to is None else message_id_of(reply_to)
    if answered is not None:
        params["reply_parameters"] = {"message_id": answered, "allow_sending_without_reply": True}
    return params


def edited(place: Place, message_id: int, post: Post) -> dict[str, Any]:
    """The whole post anew; without buttons it loses those it had."""
    return {
        "chat_id": place.chat,
        "message_id": message_id,
        "text": shortened(post.text, LONGEST, units),
        **keyboard(post.buttons),
    }


def keyboard(buttons: tuple[Button, ...]) -> dict[str, Any]:
    """Short labels share a row, long ones have one each."""
    if not buttons:
        return {}
    keys = [{"text": well_formed(one.label), "callback_data": one.data} for one in buttons]
    short = sum(len(one.label) for one in buttons) <= _ROW
    return {"reply_markup": {"inline_keyboard": [keys] if short else [[key] for key in keys]}}


def id_of(posted: object) -> int:
    """Where it stands. Raises OutcomeUnknown when the answer does not say."""
    match posted:
        case {"message_id": int(message_id)}:
            return message_id
        case _:
            raise OutcomeUnknown(Reason.SERVER)
