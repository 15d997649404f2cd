"""Which chat a call means, and whether the bot may do this there."""

from tests.doubles.telegram.args import Args
from tests.doubles.telegram.chats import Chat, Message, Topic
from tests.doubles.telegram.errors import Unsupported, bad, forbidden
from tests.doubles.telegram.people import User
from tests.doubles.telegram.world import World

UPGRADED = "group chat was upgraded to a supergroup chat"


def chat_of(world: World, args: Args) -> Chat:
    """The chat of `chat_id`, where the bot has access to it."""
    given = args.text("chat_id").strip()
    if not given:
        raise bad("chat_id is empty")
    chat = _find(world, given)
    if chat is None:
        raise bad("chat not found")
    if chat.migrated_to is not None:
        raise bad(UPGRADED, migrate_to_chat_id=chat.migrated_to.id)
    if chat.type == "private":
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        return chat
    me = chat.member(world.bot)
    if me.status == "kicked":
        raise forbidden(f"bot was kicked from the {kind_of(chat)}")
    if not me.present:
        raise forbidden(f"bot is not a member of the {kind_of(chat)}")
    return chat


def _find(world: World, given: str) -> Chat | None:
    if given.startswith("@"):
        named = given[1:].lower()
        return next((one for one in world.chats.values() if (one.username or "").lower() == named), None)
    try:
        return world.chats.get(int(given))
    except ValueError:
        return None


def kind_of(chat: Chat) -> str:
    return f"{chat.type} chat"


def message_of(world: World, args: Args, what: str) -> tuple[Chat, Message]:
    """The message of `chat_id` and `message_id`, or: `what` not found."""
    chat = chat_of(world, args)
    message = chat.find(args.integer("message_id"))
    if message is None:
        raise bad(f"{what} not found")
    return chat, message


def topic_of(chat: Chat, thread: int) -> Topic:
    """The topic of this id."""
    topic = chat.topics.get(thread)
    if topic is None or topic.deleted:
        raise bad("message thread not found")
    return topic


def user_of(world: World, args: Args) -> User:
    user = world.users.get(args.integer("user_id"))
    if user is None:
        raise bad("user not found")
    return user


def refuse_other(args: Args, *names: str) -> None:
    """What only another kind of bot would ask."""
    for name in names:
        if args.has(name):
            raise Unsupported(name)
