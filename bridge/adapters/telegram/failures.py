"""What Telegram's refusals and the library's exceptions mean in our words. Nothing foreign leaves this adapter."""

from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Refusal, Temporary

Failure = Temporary | Permanent | OutcomeUnknown

_DETAIL = 120  # characters of Telegram's own description, for the logs


class NotSent(NetworkError):
    """Surely nothing happened: no connection came about, or something in between answered in Telegram's place."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"not sent: {reason.value}")
        self.reason = reason


class Lost(NetworkError):
    """The connection failed once the request may have left."""


class Slow(TelegramError):
    """Telegram asks to wait (429). Its own class, as the library's warns whenever its time is read."""

    def __init__(self, retry_after: timedelta | None) -> None:
        super().__init__("asked to wait")
        self.retry_after = retry_after


class Moved(Exception):
    """The group has become a supergroup: nothing was done, it must be asked of the chat `to`."""

    def __init__(self, to: int) -> None:
        super().__init__("the group became a supergroup")
        self.to = to


class Contested(Temporary):
    """409: another program polls with this token, or has set a webhook."""


def failure_of(error: TelegramError) -> Failure | Moved:
    """The subclasses first: BadRequest and TimedOut are NetworkErrors to the library."""
    match error:
        case Slow():
            return Temporary(Reason.RATE, error.retry_after)
        case ChatMigrated():
            return Moved(error.new_chat_id)
        case InvalidToken():
            return Temporary(Reason.KEYS, scope="account")
        case Conflict():
            return Contested(Reason.SERVER, scope="account")
        case Forbidden() | BadRequest():
            return _refused(error)
        case NotSent():
            return Temporary(error.reason)
        case Lost() | TimedOut():
            return OutcomeUnknown(Reason.NETWORK)
        case _:  # a 5xx, or a 200 that does not decode
            return OutcomeUnknown(Reason.SERVER)


# Looked for in the lower-cased description, in this order; the Bot API has no codes of its own for them.
_MEANINGS: tuple[tuple[Refusal, tuple[str, ...]], ...] = (
    (Refusal.TOO_LONG, ("message is too long", "message_too_long")),
    (Refusal.EMPTY, ("message text is empty", "text must be non-empty", "message_empty")),
    (
        Refusal.MAY_NOT_WRITE,
        (
            "not enough rights",
            "have no rights",
            "write_forbidden",
            "send_plain_forbidden",
            "admin_required",
            "need administrator rights",
            "topic_closed",
            "right_forbidden",
        ),
    ),
    (
        Refusal.ROOM_GONE,
        (
            "chat not found",
            "thread not found",
            "topic_",
            "group chat was deactivated",
            "peer_id_invalid",
            "channel_private",
            "user not found",
            "user_is_blocked",
            "not a member",
        ),
    ),
)


def _refused(error: TelegramError) -> Permanent:
    """A 400 or a 403. Being forbidden something without a known reason means that the bot is not wanted there."""
    said = error.message.lower()
    for refusal, signs in _MEANINGS:
        if any(sign in said for sign in signs):
            return Permanent(refusal, error.message[:_DETAIL])
    return Permanent(Refusal.ROOM_GONE if isinstance(error, Forbidden) else Refusal.OTHER, error.message[:_DETAIL])
