"""Chats and who is in them."""

from typing import Any

from tests.doubles.telegram.args import Args
from tests.doubles.telegram.errors import bad
from tests.doubles.telegram.methods.access import chat_of, user_of
from tests.doubles.telegram.people import Membership
from tests.doubles.telegram.world import World


def get_chat(world: World, args: Args) -> dict[str, Any]:
    return chat_of(world, args).full_json()


def get_chat_member(world: World, args: Args) -> dict[str, Any]:
    chat, user = chat_of(world, args), user_of(world, args)
    if chat.type == "private":
        if user.id not in (world.bot.id, chat.id):
            raise bad("member not found")
        return Membership(user).json()
    return chat.member(user).json()


def get_chat_administrators(world: World, args: Args) -> list[dict[str, Any]]:
    chat = chat_of(world, args)
    if chat.type == "private":
        raise bad("there are no administrators in the private chat")
    ranked = sorted(chat.members.values(), key=lambda one: one.status != "creator")
    return [
        one.json()
        for one in ranked
        if one.status in ("creator", "administrator") and (not one.user.is_bot or one.user.id == world.bot.id)
    ]


def leave_chat(world: World, args: Args) -> bool:
    chat = chat_of(world, args)
    if chat.type == "private":
        raise bad("chat member status can't be changed in private chats")
    world.becomes(chat, world.bot, Membership(world.bot, "left"))
    world.put(chat, world.bot, {"left_chat_member": world.bot.json()})
    return True


METHODS = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "leaveChat": leave_chat,
}
