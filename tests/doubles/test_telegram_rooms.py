"""Chats, who is in them, what they may do, and the move of a group to a supergroup."""

import pytest

from tests.doubles.conftest import Api
from tests.doubles.telegram import Room, TelegramDouble, User


async def test_the_bot_knows_itself(telegram: TelegramDouble, api: Api) -> None:
    me = await api.result("getMe")

    assert (me["id"], me["username"], me["is_bot"]) == (telegram.bot.id, "relais_bot", True)
    assert telegram.token.startswith(f"{me['id']}:")
    assert me["can_read_all_group_messages"] is True


async def test_a_chat_tells_what_it_is(telegram: TelegramDouble, api: Api, claire: User) -> None:
    small, forum = telegram.group("Petit", [claire]), telegram.supergroup("Grand", forum=True, username="grand")
    private = telegram.private(claire)

    told = [await api.result("getChat", chat_id=chat.id) for chat in (small, forum, private)]
    assert [chat["type"] for chat in told] == ["group", "supergroup", "private"]
    assert (told[1]["is_forum"], told[1]["username"]) == (True, "grand")
    assert told[0]["permissions"]["can_send_messages"] is True
    assert "available_reactions" not in told[0]
    assert private.id == claire.id
    assert -10_000_000_000 < small.id < 0
    assert forum.id < -1_000_000_000_000


async def test_the_bots_standing_is_told_with_every_change(
    telegram: TelegramDouble, api: Api, room: Room, claire: User
) -> None:
    room.demotes_bot(claire)
    room.promotes_bot(claire, "can_pin_messages")
    room.mutes_bot(claire, "can_react_to_messages")
    room.kicks_bot(claire)
    room.adds_bot(claire)

    updates = await api.updates()
    changes = [update["my_chat_member"] for update in updates if "my_chat_member" in update]
    assert [(one["old_chat_member"]["status"], one["new_chat_member"]["status"]) for one in changes] == [
        ("administrator", "member"),
        ("member", "administrator"),
        ("administrator", "restricted"),
        ("restricted", "kicked"),
        ("kicked", "member"),
    ]
    assert {one["from"]["id"] for one in changes} == {claire.id}
    assert changes[1]["new_chat_member"]["can_pin_messages"] is True
    assert changes[2]["new_chat_member"]["can_send_messages"] is False
    assert changes[2]["new_chat_member"]["can_react_to_messages"] is True
    assert updates[-1]["message"]["new_chat_members"] == [telegram.bot.json()]


async def test_the_bot_is_asked_into_a_room_that_it_never_saw(telegram: TelegramDouble, api: Api, claire: User) -> None:
    room = telegram.supergroup("Bénévoles", [claire], bot=None)
    room.types(claire, "sans lui")
    assert await api.refusal("sendMessage", chat_id=room.id, text="!") == (
        "Forbidden: bot is not a member of the supergroup chat"
    )
    room.adds_bot(claire, "administrator")

    first, _ = await api.updates()
    assert first["my_chat_member"]["old_chat_member"]["status"] == "left"
    assert first["my_chat_member"]["new_chat_member"]["status"] == "administrator"


async def test_being_thrown_out_of_a_small_group_is_told_twice(
    telegram: TelegramDouble, api: Api, claire: User
) -> None:
    group = telegram.group("Petit", [claire])
    group.kicks_bot(claire)

    assert await api.kinds() == ["my_chat_member", "left_chat_member"]
    assert await api.refusal("getChat", chat_id=group.id) == "Forbidden: bot was kicked from the group chat"


async def test_a_bot_that_leaves_hears_that_it_left(api: Api, room: Room) -> None:
    await api.result("leaveChat", chat_id=room.id)

    assert await api.kinds() == ["my_chat_member", "left_chat_member"]


async def test_members_are_told_by_status(telegram: TelegramDouble, api: Api, room: Room, claire: User) -> None:
    karim, gone, away = telegram.person("Karim"), telegram.person("Partie"), telegram.person("Loin")
    room.adds(karim)
    room.adds(gone)
    room.member_becomes(gone, "left")

    async def status(user_id: int) -> str:
        member = await api.result("getChatMember", chat_id=room.id, user_id=user_id)
        return str(member["status"])

    known = [await status(user.id) for user in (claire, karim, gone, away, telegram.bot)]
    assert known == ["creator", "member", "left", "left", "administrator"]
    assert await api.refusal("getChatMember", chat_id=room.id, user_id=42) == "Bad Request: user not found"
    private = telegram.private(claire)
    assert (await api.result("getChatMember", chat_id=private.id, user_id=claire.id))["status"] == "member"


async def test_administrators_are_listed_without_other_bots(
    telegram: TelegramDouble, api: Api, room: Room, claire: User
) -> None:
    other = telegram.person("Autre", bot=True)
    room.member_becomes(other, "administrator")
    listed = await api.result("getChatAdministrators", chat_id=room.id)

    assert [one["user"]["id"] for one in listed] == [claire.id, telegram.bot.id]
    telegram.private(claire)
    refused = await api.refusal("getChatAdministrators", chat_id=claire.id)
    assert refused == "Bad Request: there are no administrators in the private chat"


async def test_changes_of_others_reach_an_administrator_that_asked(
    telegram: TelegramDouble, api: Api, room: Room
) -> None:
    await api.updates(allowed_updates=["chat_member"])
    room.adds(telegram.person("Karim"))

    [update] = await api.updates()
    assert update["chat_member"]["new_chat_member"]["user"]["first_name"] == "Karim"


async def test_a_new_title_is_told(api: Api, room: Room, claire: User) -> None:
    room.is_called(claire, "Accueil du soir")

    [update] = await api.updates()
    assert update["message"]["new_chat_title"] == update["message"]["chat"]["title"] == "Accueil du soir"


async def test_a_group_that_became_a_supergroup_tells_its_new_id_on_every_call(
    telegram: TelegramDouble, api: Api, claire: User
) -> None:
    group = telegram.group("Petit", [claire])
    there = group.becomes_supergroup(claire)

    told = await api("sendMessage", chat_id=group.id, text="!")
    assert told["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert told["parameters"] == {"migrate_to_chat_id": there.id}
    assert await api.result("sendMessage", chat_id=there.id, text="!")
    leaving, arriving = [update["message"] for update in await api.updates()]
    assert (leaving["chat"]["id"], leaving["migrate_to_chat_id"]) == (group.id, there.id)
    assert (arriving["chat"]["id"], arriving["migrate_from_chat_id"]) == (there.id, group.id)


async def test_the_move_may_be_told_late_and_in_the_other_order(
    telegram: TelegramDouble, api: Api, claire: User
) -> None:
    group = telegram.group("Petit", [claire])
    there = group.becomes_supergroup(claire, announced=False)
    there.types(claire, "déjà là")
    group.announces_move(claire, new_first=True)

    assert await api.kinds() == ["text", "migrate_from_chat_id", "migrate_to_chat_id"]
    with pytest.raises(ValueError, match="moved"):
        group.types(claire, "trop tard")


async def test_menus_are_kept_by_scope_and_language(telegram: TelegramDouble, api: Api, room: Room) -> None:
    help_, aide = [{"command": "help", "description": "Help"}], [{"command": "aide", "description": "Aide"}]
    scope = {"type": "all_group_chats"}
    await api.result("setMyCommands", commands=help_)
    await api.result("setMyCommands", commands=aide, language_code="fr", scope=scope)

    assert await api.result("getMyCommands") == help_ == telegram.menu()
    assert await api.result("getMyCommands", language_code="fr", scope=scope) == aide
    assert telegram.menu("fr", scope) == aide
    assert await api.result("getMyCommands", language_code="fr") == []
    await api.result("deleteMyCommands")
    assert telegram.menu() == []


async def test_commands_that_cannot_be(api: Api) -> None:
    for command, why in (("État", "BOT_COMMAND_INVALID"), ("x" * 33, "BOT_COMMAND_INVALID")):
        commands = [{"command": command, "description": "?"}]
        assert await api.refusal("setMyCommands", commands=commands) == f"Bad Request: {why}"
    empty = [{"command": "aide", "description": " "}]
    assert await api.refusal("setMyCommands", commands=empty) == "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID"
    many = [{"command": f"c{number}", "description": "?"} for number in range(101)]
    assert await api.refusal("setMyCommands", commands=many) == "Bad Request: BOT_COMMANDS_TOO_MUCH"
    refused = await api.refusal("setMyCommands", commands=[], language_code="fra")
    assert refused == "Bad Request: invalid language code specified"
