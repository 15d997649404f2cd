"""Messages: sent, edited, deleted, pinned, reacted to."""

from datetime import timedelta
from typing import Any

from tests.doubles.telegram import texts
from tests.doubles.telegram.args import Args
from tests.doubles.telegram.chats import Chat, Message, Topic
from tests.doubles.telegram.emoji import FREE
from tests.doubles.telegram.errors import Unsupported, bad, forbidden
from tests.doubles.telegram.methods import keyboards
from tests.doubles.telegram.methods.access import chat_of, message_of, refuse_other, topic_of
from tests.doubles.telegram.world import CALLBACKS_KEPT_FOR, World

UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
DELETABLE = timedelta(hours=48)


def send_message(world: World, args: Args) -> dict[str, Any]:
    chat = chat_of(world, args)
    refuse_other(args, "business_connection_id", "direct_messages_topic_id", "allow_paid_broadcast")
    content = _content(args)
    markup = keyboards.read(args)
    replied = _replied(chat, args)
    topic = _topic(world, chat, args, replied)
    if not chat.may(world.bot, "can_send_messages"):
        raise bad("not enough rights to send text messages to the chat")
    _in_pace(world, chat)
    return world.put(chat, world.bot, content, topic=topic, reply_to=replied, markup=markup).json()


def _in_pace(world: World, chat: Chat) -> None:
    if world.pace is not None:
        world.pace.take(chat)


def _content(args: Args) -> dict[str, Any]:
    given = args.json("entities", "message entities")
    text, entities = texts.read(args.text("text"), args.text("parse_mode"), given)
    return {"text": text} | ({"entities": entities} if entities else {})


def _replied(chat: Chat, args: Args) -> Message | None:
    given = args.json("reply_parameters", "reply parameters") or {}
    if args.has("reply_to_message_id"):
        given = {"message_id": args.integer("reply_to_message_id")}
        given["allow_sending_without_reply"] = args.flag("allow_sending_without_reply")
    if unknown := given.keys() - {"message_id", "allow_sending_without_reply"}:
        raise Unsupported(f"reply_parameters with {', '.join(sorted(unknown))}")
    if not given.get("message_id"):
        return None
    replied = chat.find(int(given["message_id"]))
    if replied is None and not given.get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return replied


def _topic(world: World, chat: Chat, args: Args, replied: Message | None) -> Topic | None:
    """The topic it goes to: the one that is named, else that of the message it answers."""
    thread = args.integer("message_thread_id")
    if not thread:
        return None if replied is None else replied.topic
    topic = topic_of(chat, thread)
    if replied is not None and replied.topic is not topic:
        raise Unsupported("a reply to a message of another topic")
    if topic.closed and not chat.may(world.bot, "can_manage_topics"):
        raise bad("TOPIC_CLOSED")
    return topic


def edit_message_text(world: World, args: Args) -> dict[str, Any]:
    refuse_other(args, "inline_message_id", "business_connection_id")
    chat, message = message_of(world, args, "message to edit")
    content, markup = _content(args), keyboards.read(args)
    if message.sender.id != world.bot.id or message.service:
        raise bad("message can't be edited")
    if (content, markup) == (message.content, message.markup):
        raise bad(UNCHANGED)
    _in_pace(world, chat)
    message.content, message.markup, message.edit_date = content, markup, world.now()
    world.tell()
    return message.json()


def delete_message(world: World, args: Args) -> bool:
    chat, message = message_of(world, args, "message to delete")
    own = message.sender.id == world.bot.id
    if not own and not chat.may(world.bot, "can_delete_messages"):
        raise bad("message can't be deleted")
    if world.now() - message.date > DELETABLE.total_seconds() and not chat.may(world.bot, "can_delete_messages"):
        raise bad("message can't be deleted")
    message.deleted, message.pinned = True, False
    world.tell()
    return True


def pin_chat_message(world: World, args: Args) -> bool:
    chat, message = message_of(world, args, "message to pin")
    if not chat.may(world.bot, "can_pin_messages"):
        raise bad("not enough rights to manage pinned messages in the chat")
    if message.service:
        raise bad("message can't be pinned")
    if not message.pinned:
        message.pinned = True
        world.put(chat, world.bot, {"pinned_message": message.json(nested=True)}, topic=message.topic)
    return True


def unpin_chat_message(world: World, args: Args) -> bool:
    chat = chat_of(world, args)
    if not chat.may(world.bot, "can_pin_messages"):
        raise bad("not enough rights to manage pinned messages in the chat")
    named = args.has("message_id")
    message = chat.find(args.integer("message_id")) if named else next(reversed(chat.pinned), None)
    if message is None:
        raise bad("message to unpin not found")
    message.pinned = False
    world.tell()
    return True


def set_message_reaction(world: World, args: Args) -> bool:
    chat, message = message_of(world, args, "message to react")
    given = args.json("reaction", "reaction types") or []
    args.flag("is_big")
    if not isinstance(given, list):
        raise bad("expected an Array of ReactionType")
    emoji = [_emoji(chat, one) for one in given]
    if emoji and message.service:
        raise bad("REACTION_INVALID")
    if not chat.may(world.bot, "can_react_to_messages"):
        raise forbidden("CHAT_WRITE_FORBIDDEN")
    if len(emoji) > 1:
        raise bad("REACTIONS_TOO_MANY")
    message.by_emoji[world.bot.id] = emoji
    world.tell()
    return True


def _emoji(chat: Chat, given: dict[str, Any]) -> str:
    if given.get("type") not in ("emoji", "custom_emoji"):
        raise bad("can't parse ReactionType: invalid reaction type specified")
    emoji = str(given.get("emoji", ""))
    if given["type"] == "emoji" and not emoji:
        raise bad("invalid reaction type specified")
    if emoji not in FREE or (chat.available_reactions is not None and emoji not in chat.available_reactions):
        raise bad("REACTION_INVALID")
    return emoji


def answer_callback_query(world: World, args: Args) -> bool:
    press = world.presses.get(args.text("callback_query_id"))
    if press is None or press.answer is not None or world.clock.now() - press.at > CALLBACKS_KEPT_FOR:
        raise bad(TOO_OLD)
    if len(text := args.text("text")) > 200:
        raise bad("MESSAGE_TOO_LONG")
    press.answer = text
    world.tell()
    return True


def send_chat_action(world: World, args: Args) -> bool:
    chat, action = chat_of(world, args), args.text("action")
    if not action:
        raise bad("wrong parameter action in request")
    if thread := args.integer("message_thread_id"):
        topic_of(chat, thread)
    world.actions.append((chat.id, action))
    return True


METHODS = {
    "sendMessage": send_message,
    "editMessageText": edit_message_text,
    "deleteMessage": delete_message,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "setMessageReaction": set_message_reaction,
    "answerCallbackQuery": answer_callback_query,
    "sendChatAction": send_chat_action,
}
