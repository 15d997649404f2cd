"""getMe, getUpdates and the webhook."""

from typing import Any

from tests.doubles.telegram.args import Args
from tests.doubles.telegram.errors import bad, conflict
from tests.doubles.telegram.world import World


def get_me(world: World, args: Args) -> dict[str, Any]:
    no = ["supports_inline_queries", "can_connect_to_business", "has_main_web_app", "has_topics_enabled"]
    no += ["allows_users_to_create_topics", "can_manage_bots", "supports_join_request_queries"]
    told = {"can_join_groups": True, "can_read_all_group_messages": world.reads_all}
    return world.bot.json() | told | dict.fromkeys(no, False)


def remember_kinds(world: World, args: Args) -> None:
    kinds = args.json("allowed_updates", "allowed_updates")
    if kinds is None:
        return
    if not isinstance(kinds, list):
        raise bad("can't parse allowed_updates: Expected an array of strings")
    world.updates.allowed = [str(kind) for kind in kinds]


async def get_updates(world: World, args: Args) -> list[dict[str, Any]]:
    remember_kinds(world, args)
    offset, limit, timeout = args.integer("offset"), args.integer("limit", 100), args.integer("timeout")
    return await world.updates.get(offset, limit, min(max(timeout, 0), 50))


def set_webhook(world: World, args: Args) -> bool:
    remember_kinds(world, args)
    for name in ("secret_token", "max_connections", "ip_address", "certificate"):
        args.raw(name)
    world.updates.webhook = args.text("url")
    if args.flag("drop_pending_updates"):
        world.updates.forget()
    if world.updates.webhook:
        world.updates.end_poll(conflict("terminated by setWebhook request"))
    return True


def delete_webhook(world: World, args: Args) -> bool:
    world.updates.webhook = ""
    if args.flag("drop_pending_updates"):
        world.updates.forget()
    return True


def get_webhook_info(world: World, args: Args) -> dict[str, Any]:
    told: dict[str, Any] = {"url": world.updates.webhook, "has_custom_certificate": False}
    told["pending_update_count"] = len(world.updates.waiting)
    return told | ({"allowed_updates": world.updates.allowed} if world.updates.allowed else {})


METHODS = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
