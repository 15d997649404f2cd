"""Topics of a forum."""

from typing import Any

from tests.doubles.telegram.args import Args
from tests.doubles.telegram.chats import PURPLE, Chat, Topic
from tests.doubles.telegram.errors import bad
from tests.doubles.telegram.methods.access import chat_of
from tests.doubles.telegram.world import World

LONGEST = 128
COLOURS = (PURPLE, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)
GENERAL = 1


def open_topic(world: World, chat: Chat, by: Any, name: str, colour: int = PURPLE) -> Topic:
    """A new topic, with the service message whose id it bears."""
    topic = Topic(world.message_id(chat), name, icon_color=colour)
    chat.topics[topic.id] = topic
    world.put(chat, by, {"forum_topic_created": {"name": name, "icon_color": colour}}, topic=topic)
    return topic


def create_forum_topic(world: World, args: Args) -> dict[str, Any]:
    chat, name = _forum(world, args), args.text("name").strip()[:LONGEST]
    if not name:
        raise bad("TOPIC_TITLE_EMPTY")
    colour = args.integer("icon_color", PURPLE)
    if colour not in COLOURS:
        raise bad("TOPIC_ICON_COLOR_INVALID")
    return open_topic(world, chat, world.bot, name, colour).json()


def _forum(world: World, args: Args) -> Chat:
    chat = chat_of(world, args)
    if not chat.is_forum:
        raise bad("the chat is not a forum")
    if not chat.may(world.bot, "can_manage_topics"):
        raise bad("not enough rights to create a topic")
    return chat


def _one(world: World, args: Args) -> tuple[Chat, Topic]:
    chat = _forum(world, args)
    topic = chat.topics.get(args.integer("message_thread_id"))
    if topic is None or topic.deleted:
        raise bad("TOPIC_ID_INVALID")
    return chat, topic


def edit_forum_topic(world: World, args: Args) -> bool:
    chat, topic = _one(world, args)
    name = args.text("name").strip()[:LONGEST]
    if not name or name == topic.name:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.name = name
    world.put(chat, world.bot, {"forum_topic_edited": {"name": name}}, topic=topic)
    return True


def close_forum_topic(world: World, args: Args) -> bool:
    return _set_closed(world, args, closed=True)


def reopen_forum_topic(world: World, args: Args) -> bool:
    return _set_closed(world, args, closed=False)


def _set_closed(world: World, args: Args, *, closed: bool) -> bool:
    chat, topic = _one(world, args)
    if topic.closed is closed:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    world.put(chat, world.bot, {"forum_topic_closed" if closed else "forum_topic_reopened": {}}, topic=topic)
    return True


def delete_forum_topic(world: World, args: Args) -> bool:
    chat, topic = _one(world, args)
    delete_topic(chat, topic)
    world.tell()
    return True


def delete_topic(chat: Chat, topic: Topic) -> None:
    """The topic is gone with all that stood in it; no bot is told."""
    topic.deleted = True
    for message in chat.everything.values():
        if message.topic is topic:
            message.deleted, message.pinned = True, False


METHODS = {
    "createForumTopic": create_forum_topic,
    "editForumTopic": edit_forum_topic,
    "closeForumTopic": close_forum_topic,
    "reopenForumTopic": reopen_forum_topic,
    "deleteForumTopic": delete_forum_topic,
}
