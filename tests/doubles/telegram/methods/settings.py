"""The bot's own settings: its menu of commands."""

import json
import re
from typing import Any

from tests.doubles.telegram.args import Args
from tests.doubles.telegram.errors import bad
from tests.doubles.telegram.world import World

WORD = re.compile(r"[a-z0-9_]{1,32}")
DEFAULT = {"type": "default"}


def _place(args: Args) -> tuple[str, str]:
    scope = args.json("scope", "bot command scope") or DEFAULT
    language = args.text("language_code")
    if language and not re.fullmatch("[a-z]{2}", language):
        raise bad("invalid language code specified")
    return json.dumps(scope, sort_keys=True), language


def set_my_commands(world: World, args: Args) -> bool:
    commands = args.json("commands", "bot commands") or []
    place = _place(args)
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for one in commands:
        one["command"] = str(one.get("command", "")).removeprefix("/")
        if not WORD.fullmatch(one["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 0 < len(one.get("description", "").strip()) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[place] = [{"command": one["command"], "description": one["description"]} for one in commands]
    return True


def get_my_commands(world: World, args: Args) -> list[dict[str, str]]:
    return world.commands.get(_place(args), [])


def delete_my_commands(world: World, args: Args) -> bool:
    world.commands.pop(_place(args), None)
    return True


def menu(world: World, language: str = "", scope: dict[str, Any] | None = None) -> list[dict[str, str]]:
    """The menu that people of this language see there."""
    return world.commands.get((json.dumps(scope or DEFAULT, sort_keys=True), language), [])


METHODS = {
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
}
