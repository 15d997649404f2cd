"""What the bot is told of, and how it looks."""

import pytest

from tests.doubles.conftest import Api
from tests.doubles.telegram import Room, TelegramDouble, User

MEDIA = ("photo", "document", "audio", "video", "animation", "voice")
BARE = ("video_note", "sticker", "location", "contact", "poll", "dice")


async def test_a_message_tells_who_wrote_where_and_when(api: Api, room: Room, claire: User) -> None:
    room.types(claire, "Vendredi 9 h ?")

    [update] = await api.updates()
    message = update["message"]
    assert message["from"] == {
        "id": claire.id,
        "is_bot": False,
        "first_name": "Claire",
        "last_name": "Durand",
        "language_code": "fr",
    }
    assert message["chat"] == {"id": room.id, "type": "supergroup", "title": "Accueil"}
    assert message["date"] > 1_700_000_000
    assert "reply_to_message" not in message


async def test_a_reply_carries_what_it_answers_and_a_thread_that_is_no_topic(
    api: Api, room: Room, claire: User
) -> None:
    question = room.types(claire, "question")
    answer = room.types(claire, "réponse", reply_to=question)
    room.types(claire, "suite", reply_to=answer)

    _, first, second = [update["message"] for update in await api.updates()]
    assert first["reply_to_message"]["text"] == "question"
    assert second["reply_to_message"]["text"] == "réponse"
    assert "reply_to_message" not in second["reply_to_message"]
    assert first["message_thread_id"] == second["message_thread_id"] == question.id
    assert "is_topic_message" not in first


async def test_a_plain_message_in_a_topic_seems_to_answer_the_one_that_opened_it(
    api: Api, forum: Room, claire: User
) -> None:
    topic = forum.opens_topic(claire, "Mme Durand")
    forum.types(claire, "dans le sujet", topic=topic)
    forum.types(claire, "dans Général")

    opened, inside, general = [update["message"] for update in await api.updates()]
    assert opened["forum_topic_created"]["name"] == "Mme Durand"
    assert opened["message_id"] == topic.id
    assert inside["message_thread_id"] == inside["reply_to_message"]["message_id"] == topic.id
    assert inside["is_topic_message"] is True
    assert "forum_topic_created" in inside["reply_to_message"]
    assert "message_thread_id" not in general


async def test_privacy_mode_shows_a_member_only_commands_and_answers_to_it(
    telegram: TelegramDouble, api: Api, claire: User
) -> None:
    telegram.world.reads_all = False
    room = telegram.supergroup("Accueil", [claire], bot="member")
    own = await api.result("sendMessage", chat_id=room.id, text="Bonjour")
    own = room.find(own["message_id"])
    for text in ("bonjour", "/aide", "/aide@relais_bot", "/aide@autre_bot", "a /aide"):
        room.types(claire, text)
    room.types(claire, "oui", reply_to=own)

    seen = [update["message"]["text"] for update in await api.updates()]
    assert seen == ["/aide", "/aide@relais_bot", "oui"]
    assert (await api.result("getMe"))["can_read_all_group_messages"] is False


async def test_being_an_administrator_lifts_privacy_mode(telegram: TelegramDouble, api: Api, claire: User) -> None:
    telegram.world.reads_all = False
    room = telegram.supergroup("Accueil", [claire], bot="member")
    room.promotes_bot(claire)
    room.types(claire, "bonjour")

    assert await api.kinds() == ["my_chat_member", "text"]


async def test_other_bots_are_heard_only_in_their_mode_and_when_they_mean_us(
    telegram: TelegramDouble, api: Api, room: Room
) -> None:
    other = telegram.person("Autre", bot=True, username="autre_bot")
    room.types(other, "/aide@relais_bot")
    assert await api.updates() == []

    telegram.world.hears_bots = True
    room.types(other, "blabla")
    room.types(other, "/aide")
    room.types(other, "/aide@relais_bot")
    [update] = await api.updates()
    assert update["message"]["from"]["is_bot"] is True


async def test_an_anonymous_administrator_writes_as_the_chat_itself(api: Api, room: Room, claire: User) -> None:
    room.member_becomes(claire, "administrator", anonymous=True)
    room.types(claire, "au nom du groupe")

    [update] = await api.updates()
    assert update["message"]["sender_chat"]["id"] == room.id
    assert update["message"]["from"]["username"] == "GroupAnonymousBot"


async def test_posts_of_a_linked_channel_come_from_telegram_in_its_name(
    telegram: TelegramDouble, api: Api, room: Room
) -> None:
    channel = telegram.channel("Annonces", linked=room)
    room.channel_posts(channel, "fermé lundi")
    room.channel_posts(channel, "écrit comme canal", automatic=False)

    automatic, written = [update["message"] for update in await api.updates()]
    assert automatic["is_automatic_forward"] is True
    assert automatic["from"]["id"] == 777000
    assert automatic["sender_chat"]["id"] == automatic["forward_origin"]["chat"]["id"] == channel.id
    assert (written["from"]["username"], "is_automatic_forward" in written) == ("Channel_Bot", False)
    assert (await api.result("getChat", chat_id=room.id))["linked_chat_id"] == channel.id


@pytest.mark.parametrize("kind", MEDIA)
async def test_media_come_with_their_caption(api: Api, room: Room, claire: User, kind: str) -> None:
    message = room.types(claire, "une légende", kind=kind)

    [update] = await api.updates()
    assert kind in update["message"]
    assert update["message"]["caption"] == "une légende" == message.text
    assert "text" not in update["message"]


@pytest.mark.parametrize("kind", BARE)
async def test_what_takes_no_caption_has_none(api: Api, room: Room, claire: User, kind: str) -> None:
    room.types(claire, "une légende", kind=kind)

    [update] = await api.updates()
    assert kind in update["message"]
    assert not {"text", "caption"} & update["message"].keys()


async def test_formatted_text_is_in_blocks_alone(api: Api, room: Room, claire: User) -> None:
    room.types(claire, "un titre\nun corps", kind="rich")

    [update] = await api.updates()
    blocks = update["message"]["rich_message"]["blocks"]
    assert [block["text"] for block in blocks] == ["un titre", "un corps"]
    assert "text" not in update["message"]


async def test_an_unknown_kind_is_no_message(room: Room, claire: User) -> None:
    with pytest.raises(ValueError, match="telegraph"):
        room.types(claire, kind="telegraph")


async def test_forwarded_messages_say_from_whom(telegram: TelegramDouble, api: Api, room: Room, claire: User) -> None:
    room.types(claire, "d'ailleurs", forwarded=telegram.person("Karim"))
    room.types(claire, "de quelque part", forwarded=True)

    named, hidden = [update["message"]["forward_origin"] for update in await api.updates()]
    assert (named["type"], named["sender_user"]["first_name"]) == ("user", "Karim")
    assert hidden["type"] == "hidden_user"


async def test_edits_are_told_with_their_date_and_deletions_not_at_all(api: Api, room: Room, claire: User) -> None:
    message = room.types(claire, "8 h")
    picture = room.types(claire, "avant", kind="photo")
    room.edits(message, "9 h")
    room.edits(picture, "après")
    room.edits(message)
    room.deletes(message)

    *_, text, caption, same = await api.updates()
    assert text["edited_message"]["text"] == same["edited_message"]["text"] == "9 h"
    assert caption["edited_message"]["caption"] == "après"
    assert text["edited_message"]["edit_date"] >= text["edited_message"]["date"]
    assert room.messages == [picture]


async def test_our_own_words_do_not_come_back_but_our_service_messages_do(api: Api, forum: Room) -> None:
    sent = await api.result("sendMessage", chat_id=forum.id, text="Bonjour")
    await api.result("editMessageText", chat_id=forum.id, message_id=sent["message_id"], text="Bonsoir")
    await api.result("pinChatMessage", chat_id=forum.id, message_id=sent["message_id"])
    topic = await api.result("createForumTopic", chat_id=forum.id, name="Mme Durand")
    thread = {"chat_id": forum.id, "message_thread_id": topic["message_thread_id"]}
    await api.result("editForumTopic", **thread, name="M. Durand")
    await api.result("closeForumTopic", **thread)
    await api.result("reopenForumTopic", **thread)

    assert await api.kinds() == [
        "pinned_message",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
        "forum_topic_reopened",
    ]
    assert all(update["message"]["from"]["is_bot"] for update in await api.updates())


async def test_reactions_of_people_reach_an_administrator_that_asked(
    telegram: TelegramDouble, api: Api, room: Room, claire: User
) -> None:
    await api.updates(allowed_updates=["message", "message_reaction"])
    message = room.types(claire, "bonjour")
    room.reacts(claire, message, "👍")
    room.reacts(telegram.person("Autre", bot=True), message, "👎")
    await api.result(
        "setMessageReaction", chat_id=room.id, message_id=message.id, reaction=[{"type": "emoji", "emoji": "👀"}]
    )

    _, reaction = await api.updates()
    assert reaction["message_reaction"]["new_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    room.demotes_bot(claire)
    room.reacts(claire, message)
    assert len(await api.updates()) == 2


async def test_a_private_chat_is_heard_until_the_person_stops_the_bot(
    telegram: TelegramDouble, api: Api, claire: User
) -> None:
    private = telegram.private(claire)
    private.types(claire, "/start")
    private.blocks_bot()
    private.types(claire, "dans le vide")

    assert await api.kinds() == ["text", "my_chat_member"]
    assert await api.refusal("sendMessage", chat_id=claire.id, text="?") == "Forbidden: bot was blocked by the user"
    private.blocks_bot(blocked=False)
    assert (await api.result("sendMessage", chat_id=claire.id, text="!"))["chat"]["first_name"] == "Claire"
