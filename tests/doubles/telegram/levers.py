"""What people do in a chat, for tests to say."""

from collections.abc import Mapping
from typing import Any

from tests.doubles.telegram import media
from tests.doubles.telegram.chats import Chat, Message, Topic
from tests.doubles.telegram.methods.topics import delete_topic, open_topic
from tests.doubles.telegram.people import ANONYMOUS, BOT_RIGHTS, CHANNEL_BOT, TELEGRAM, Membership, User
from tests.doubles.telegram.world import Press, World


class Room(Chat):
    """A chat with people in it who do things. What they do reaches the bot where Telegram would tell it."""

    def __init__(self, world: World, chat_id: int, kind: str, **attributes: Any) -> None:
        super().__init__(chat_id, kind, **attributes)
        self.world = world

    # Words

    def types(
        self,
        by: User,
        text: str = "",
        *,
        reply_to: Message | None = None,
        topic: Topic | None = None,
        kind: str = "text",
        forwarded: User | bool = False,
        **more: Any,
    ) -> Message:
        """Somebody writes. `kind` as in `media.content` (photo, sticker, voice, …), `text` is then its caption.

        `forwarded`: from whom, True for somebody who hides. `more`: further fields of the message.
        """
        if self.migrated_to is not None:
            raise ValueError("nobody writes here any more: the chat has moved")
        extra = dict(more)
        if forwarded:
            extra["forward_origin"] = self._origin(forwarded)
        sender, sender_chat = self._seen_as(by)
        return self.world.put(
            self,
            sender,
            media.content(kind, text),
            sender_chat=sender_chat,
            topic=topic if topic is not None or reply_to is None else reply_to.topic,
            reply_to=reply_to,
            extra=extra,
        )

    def _seen_as(self, by: User) -> tuple[User, Chat | None]:
        return (ANONYMOUS, self) if self.member(by).anonymous else (by, None)

    def _origin(self, forwarded: User | bool) -> dict[str, Any]:
        if isinstance(forwarded, User):
            return {"type": "user", "date": self.world.now(), "sender_user": forwarded.json()}
        return {"type": "hidden_user", "date": self.world.now(), "sender_user_name": "Anonyme"}

    def channel_posts(self, channel: Chat, text: str, *, automatic: bool = True) -> Message:
        """A post of a channel appears: forwarded by Telegram from the linked one, or written as a channel."""
        if not automatic:
            return self.world.put(self, CHANNEL_BOT, {"text": text}, sender_chat=channel)
        original = self.world.put(channel, CHANNEL_BOT, {"text": text}, sender_chat=channel, tell=False)
        origin = {"type": "channel", "date": original.date, "chat": channel.json(), "message_id": original.id}
        extra = {"is_automatic_forward": True, "forward_origin": origin}
        return self.world.put(self, TELEGRAM, {"text": text}, sender_chat=channel, extra=extra)

    def edits(self, message: Message, text: str | None = None) -> None:
        """The author changes the text (or caption); None: the edit changes nothing that can be seen."""
        if text is not None:
            name = "caption" if "text" not in message.content and "caption" in message.content else "text"
            message.content = {**message.content, name: text}
        self.world.edited(message)

    def deletes(self, message: Message) -> None:
        """The message is gone; Telegram tells no bot."""
        message.deleted, message.pinned = True, False
        self.world.tell()

    def reacts(self, by: User, message: Message, *emoji: str) -> None:
        """Somebody's reactions to the message are now these; none takes them back."""
        self.world.reacted(message, by, list(emoji))

    def presses(self, by: User, message: Message, data: str) -> Press:
        """Somebody presses a button. Raises ValueError where no button has this data."""
        if data not in message.data:
            raise ValueError(f"no button of this message sends {data!r}: {message.data}")
        return self.world.pressed(message, by, data)

    def pins(self, by: User, message: Message) -> None:
        message.pinned = True
        self.world.put(self, by, {"pinned_message": message.json(nested=True)}, topic=message.topic)

    def is_called(self, by: User, title: str) -> None:
        """The chat is given another title."""
        self.title = title
        self.world.put(self, by, {"new_chat_title": title})

    # Topics

    def opens_topic(self, by: User, name: str) -> Topic:
        return open_topic(self.world, self, by, name)

    def closes_topic(self, by: User, topic: Topic, *, closed: bool = True) -> None:
        """Closes it, or opens it again."""
        topic.closed = closed
        self.world.put(self, by, {"forum_topic_closed" if closed else "forum_topic_reopened": {}}, topic=topic)

    def deletes_topic(self, topic: Topic) -> None:
        """The topic is gone with all that stood in it; Telegram tells no bot."""
        delete_topic(self, topic)
        self.world.tell()

    def becomes_forum(self, *, forum: bool = True) -> None:
        """Topics are switched on or off."""
        self.is_forum = forum

    # The bot's standing

    def adds_bot(self, by: User, status: str = "member", rights: frozenset[str] = BOT_RIGHTS) -> None:
        """The bot is brought in, for the first time or again."""
        self._bot_becomes(by, status, rights)
        self.world.put(self, by, {"new_chat_members": [self.world.bot.json()]})

    def kicks_bot(self, by: User) -> None:
        """The bot is thrown out and may not come back by itself."""
        self._bot_becomes(by, "kicked")
        content = {"left_chat_member": self.world.bot.json()}
        self.world.put(self, by, content, tell=False)
        if self.type == "group":
            self.world.tell_message(next(reversed(self.everything.values())))

    def promotes_bot(self, by: User, *rights: str) -> None:
        """The bot is an administrator with these rights, the usual ones where none are named."""
        self._bot_becomes(by, "administrator", frozenset(rights) or BOT_RIGHTS)

    def demotes_bot(self, by: User) -> None:
        """The bot is a mere member."""
        self._bot_becomes(by, "member")

    def mutes_bot(self, by: User, *kept: str) -> None:
        """The bot may only do what is `kept`. In a group, which restricts nobody, the chat permits no more."""
        if self.type == "group":
            self._bot_becomes(by, "member")
            self.permitted = frozenset(kept)
        else:
            self._bot_becomes(by, "restricted", frozenset(kept))

    def _bot_becomes(self, by: User, status: str, rights: frozenset[str] = frozenset()) -> None:
        rights = rights if status in ("administrator", "restricted") else frozenset()
        self.world.becomes(self, by, Membership(self.world.bot, status, rights))

    def blocks_bot(self, *, blocked: bool = True) -> None:
        """The person of a private chat stops the bot, or starts it again."""
        if self.person is None:
            raise ValueError("only a person blocks a bot")
        me = self.world.bot
        self.members[me.id] = Membership(me, "member" if blocked else "kicked")
        self.blocked = blocked
        self.world.becomes(self, self.person, Membership(me, "kicked" if blocked else "member"))

    # People's standing

    def adds(self, user: User, *, by: User | None = None) -> None:
        """Somebody comes in."""
        self.world.becomes(self, by or user, Membership(user))
        self.world.put(self, by or user, {"new_chat_members": [user.json()]})

    def member_becomes(
        self, user: User, status: str, *, rights: frozenset[str] = frozenset(), anonymous: bool = False
    ) -> None:
        """Somebody stands otherwise to the chat: left, administrator, creator, kicked …"""
        self.world.becomes(self, user, Membership(user, status, rights, anonymous))

    # The move to a supergroup

    def becomes_supergroup(self, by: User, *, announced: bool = True) -> "Room":
        """The group is upgraded: from now on it has another id. Unannounced, the bot hears of it only on a send."""
        if self.type != "group":
            raise ValueError("only a group becomes a supergroup")
        there = Room(self.world, -1_000_000_000_000 - self.world.number(), "supergroup", title=self.title)
        there.members, there.permitted = dict(self.members), self.permitted
        self.world.chats[there.id] = there
        self.migrated_to = there
        if announced:
            self.announces_move(by)
        return there

    def announces_move(self, by: User, *, new_first: bool = False) -> None:
        """Both service messages, in either order."""
        there = self.migrated_to
        if there is None:
            raise ValueError("this chat has not moved")
        told: list[tuple[Chat, Mapping[str, int]]] = [
            (self, {"migrate_to_chat_id": there.id}),
            (there, {"migrate_from_chat_id": self.id}),
        ]
        for chat, content in reversed(told) if new_first else told:
            self.world.put(chat, by, dict(content))
