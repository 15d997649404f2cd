"""People, bots, and what they may do in a chat."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

SENDING = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews",
)  # fmt: skip
PERMISSIONS = (
    *SENDING, "can_react_to_messages", "can_change_info", "can_invite_users", "can_edit_tag", "can_pin_messages",
    "can_manage_topics",
)  # fmt: skip
"""What a chat permits its members, and what a restricted member keeps."""
EVERYDAY = frozenset({*SENDING, "can_react_to_messages", "can_invite_users"})
"""What a chat made here permits; a new chat in Telegram permits pinning too."""
ADMIN_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
    "can_delete_stories", "can_send_welcome_messages", "can_pin_messages", "can_manage_topics",
)  # fmt: skip
BOT_RIGHTS = frozenset(
    {"can_manage_chat", "can_delete_messages", "can_invite_users", "can_pin_messages", "can_manage_topics"}
)
"""What a bot made administrator here may do unless a test says otherwise."""
PRESENT = ("creator", "administrator", "member")


@dataclass(frozen=True, slots=True)
class User:
    """A person, or a bot."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    is_bot: bool = False
    language_code: str | None = None

    def json(self) -> dict[str, Any]:
        told: dict[str, Any] = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        for name in ("last_name", "username", "language_code"):
            if (value := getattr(self, name)) is not None:
                told[name] = value
        return told


ANONYMOUS = User(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)
"""Who writes, by name, for an administrator that stays anonymous."""
CHANNEL_BOT = User(136817688, "Channel", username="Channel_Bot", is_bot=True)
"""Who writes, by name, for a channel in a group."""
TELEGRAM = User(777000, "Telegram")
"""Who brings the posts of a linked channel."""


@dataclass(slots=True)
class Membership:
    """Somebody in a chat. `rights`: an administrator's, or those that a restricted member keeps."""

    user: User
    status: str = "member"
    rights: frozenset[str] = frozenset()
    anonymous: bool = False
    in_chat: bool = field(default=True)
    """Of a restricted one: whether it is in the chat."""

    @property
    def present(self) -> bool:
        return self.status in PRESENT or (self.status == "restricted" and self.in_chat)

    def may(self, right: str, permitted: frozenset[str]) -> bool:
        """Whether this one may, in a chat that permits this to its members."""
        match self.status:
            case "creator":
                return True
            case "administrator":
                return right in self.rights or right in SENDING or right == "can_react_to_messages"
            case "member":
                return right in permitted
            case "restricted":
                return self.in_chat and right in self.rights & permitted
            case _:
                return False

    def json(self) -> dict[str, Any]:
        told: dict[str, Any] = {"user": self.user.json(), "status": self.status}
        match self.status:
            case "creator":
                told["is_anonymous"] = self.anonymous
            case "administrator":
                told |= {"can_be_edited": False, "is_anonymous": self.anonymous} | _each(ADMIN_RIGHTS, self.rights)
            case "restricted":
                told |= {"is_member": self.in_chat, "until_date": 0} | _each(PERMISSIONS, self.rights)
            case "kicked":
                told["until_date"] = 0
        return told


def _each(names: Iterable[str], held: frozenset[str]) -> dict[str, Any]:
    return {name: name in held for name in names}


def permissions_json(permitted: frozenset[str]) -> dict[str, Any]:
    return _each(PERMISSIONS, permitted)
