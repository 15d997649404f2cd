"""The library that the bridge uses reads all that the double says, and the double all that it sends."""

import asyncio
from datetime import timedelta

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyParameters,
    Update,
)
from telegram.constants import ReactionEmoji
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter, TimedOut

from tests.doubles.telegram import FREE, Fault, Room, TelegramDouble, User


def test_the_free_emoji_are_those_of_the_library_without_variation_selectors() -> None:
    assert set(FREE) == {emoji.value.replace("\ufe0f", "") for emoji in ReactionEmoji}
    assert len(FREE) == 73


async def test_what_the_library_sends_arrives(bot: Bot, forum: Room, claire: User) -> None:
    question = forum.types(claire, "Vendredi ?")
    topic = await bot.create_forum_topic(forum.id, "Mme Durand")
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Réessayer", callback_data="retry:1")]])
    sent = await bot.send_message(
        forum.id,
        "Oui & <b>non</b>",
        reply_parameters=ReplyParameters(question.id, allow_sending_without_reply=True),
        reply_markup=keyboard,
        disable_notification=True,
    )
    await bot.send_message(forum.id, "dedans", message_thread_id=topic.message_thread_id)
    bold = await bot.send_message(forum.id, "&lt;<b>gras</b> 🕊&amp;", parse_mode="HTML")
    await bot.edit_message_text("Oui.", forum.id, sent.message_id, reply_markup=keyboard)
    await bot.pin_chat_message(forum.id, sent.message_id, disable_notification=True)
    await bot.set_message_reaction(forum.id, question.id, "👀")
    await bot.send_chat_action(forum.id, "typing", message_thread_id=topic.message_thread_id)
    await bot.close_forum_topic(forum.id, topic.message_thread_id)

    assert forum.texts == ["Vendredi ?", "Oui.", "dedans", "<gras 🕊&"]
    assert (sent.reply_to_message and sent.reply_to_message.text) == "Vendredi ?"
    assert bold.parse_entities() == {bold.entities[0]: "gras"}
    assert forum.pinned[0].buttons == ("Réessayer",)
    assert question.reactions == ["👀"]


async def test_the_library_reads_people_chats_and_menus(
    bot: Bot, telegram: TelegramDouble, room: Room, claire: User
) -> None:
    me = await bot.get_me()
    chat = await bot.get_chat(room.id)
    member = await bot.get_chat_member(room.id, me.id)
    administrators = await bot.get_chat_administrators(room.id)
    scope = BotCommandScopeChat(room.id)
    await bot.set_my_commands([BotCommand("aide", "Aide")], scope=scope, language_code="fr")
    listed = await bot.get_my_commands(scope=scope, language_code="fr")

    assert (me.can_read_all_group_messages, me.username) == (True, telegram.bot.username)
    assert (chat.title, chat.available_reactions, chat.is_forum) == ("Accueil", (), None)
    assert member.can_pin_messages  # type: ignore[attr-defined]
    assert [one.user.first_name for one in administrators] == ["Claire", "Relais"]
    assert [one.command for one in listed] == ["aide"]


async def test_the_library_reads_every_kind_of_update(
    bot: Bot, telegram: TelegramDouble, forum: Room, claire: User
) -> None:
    await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    sent = await bot.send_message(
        forum.id, "?", reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="x")]])
    )
    message = forum.types(claire, "/aide")
    for kind in ("photo", "document", "sticker", "voice", "video_note", "location", "poll", "contact", "rich"):
        forum.types(claire, "légende", kind=kind)
    forum.edits(message, "/help")
    forum.reacts(claire, message, "👍")
    forum.presses(claire, forum.find(sent.message_id), "x")  # type: ignore[arg-type]
    forum.adds(telegram.person("Karim"))
    forum.kicks_bot(claire)
    group = telegram.group("Petit", [claire])
    group.becomes_supergroup(claire)

    updates = await bot.get_updates(timeout=1)
    assert len(updates) == 18
    assert all(update.effective_chat for update in updates)
    assert updates[9].message
    assert "rich_message" in updates[9].message.api_kwargs
    assert updates[-1].message
    assert updates[-1].message.migrate_from_chat_id == group.id


async def test_the_library_raises_what_it_should(
    bot: Bot, telegram: TelegramDouble, room: Room, claire: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    group = telegram.group("Petit", [claire])
    there = group.becomes_supergroup(claire)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(group.id, "!")
    assert moved.value.new_chat_id == there.id

    telegram.script(Fault.rate_limited(9))
    with pytest.raises(RetryAfter) as limited:
        await bot.send_message(room.id, "!")
    assert limited.value.retry_after == timedelta(seconds=9)
    with pytest.raises(BadRequest, match="Message is too long"):
        await bot.send_message(room.id, "x" * 5000)
    room.kicks_bot(claire)
    with pytest.raises(Forbidden, match="kicked"):
        await bot.send_message(room.id, "!")
    telegram.script(Fault.hang(), on="getChat")
    with pytest.raises(TimedOut):
        await bot.get_chat(there.id, read_timeout=0.05)
    telegram.revoke_token()
    with pytest.raises(InvalidToken):
        await bot.get_me()


async def test_two_libraries_with_one_token_collide(bot: Bot, telegram: TelegramDouble) -> None:
    async with Bot(telegram.token, base_url=f"{telegram.url}/bot") as second:
        older = asyncio.create_task(bot.get_updates(timeout=50))
        await telegram.until(lambda: telegram.polled)
        younger = asyncio.create_task(second.get_updates(timeout=50))
        with pytest.raises(Conflict):
            await older
        younger.cancel()
        await asyncio.gather(younger, return_exceptions=True)
