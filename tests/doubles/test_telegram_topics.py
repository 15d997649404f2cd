"""Topics of a forum: opened, written to, closed, deleted."""

from tests.doubles.conftest import Api
from tests.doubles.telegram import Room, TelegramDouble, User


async def test_a_topic_is_made_and_written_to(api: Api, forum: Room) -> None:
    made = await api.result("createForumTopic", chat_id=forum.id, name="Mme Durand")
    sent = await api.result(
        "sendMessage", chat_id=forum.id, message_thread_id=made["message_thread_id"], text="Bonjour"
    )

    assert (made["name"], sent["is_topic_message"]) == ("Mme Durand", True)
    assert sent["message_thread_id"] == made["message_thread_id"] == sent["reply_to_message"]["message_id"]
    [topic] = forum.topics.values()
    assert [message.text for message in forum.messages if message.topic is topic and not message.service] == ["Bonjour"]


async def test_an_answer_goes_into_the_topic_of_what_it_answers(api: Api, forum: Room, claire: User) -> None:
    topic = forum.opens_topic(claire, "Mme Durand")
    question = forum.types(claire, "?", topic=topic)

    sent = await api.result("sendMessage", chat_id=forum.id, text="!", reply_parameters={"message_id": question.id})

    assert sent["message_thread_id"] == topic.id


async def test_topics_need_a_forum_a_name_and_the_right(
    telegram: TelegramDouble, api: Api, room: Room, forum: Room, claire: User
) -> None:
    assert await api.refusal("createForumTopic", chat_id=room.id, name="x") == "Bad Request: the chat is not a forum"
    assert await api.refusal("createForumTopic", chat_id=forum.id, name=" ") == "Bad Request: TOPIC_TITLE_EMPTY"
    colour = await api.refusal("createForumTopic", chat_id=forum.id, name="x", icon_color=1)
    assert colour == "Bad Request: TOPIC_ICON_COLOR_INVALID"
    long = await api.result("createForumTopic", chat_id=forum.id, name="x" * 200)
    assert long["name"] == "x" * 128
    forum.promotes_bot(claire, "can_pin_messages")
    refused = await api.refusal("createForumTopic", chat_id=forum.id, name="x")
    assert refused == "Bad Request: not enough rights to create a topic"


async def test_a_deleted_topic_takes_its_messages_along_and_is_found_no_more(
    api: Api, forum: Room, claire: User
) -> None:
    by_bot = await api.result("createForumTopic", chat_id=forum.id, name="un")
    by_person = forum.opens_topic(claire, "deux")
    forum.types(claire, "dans deux", topic=by_person)
    await api.result("deleteForumTopic", chat_id=forum.id, message_thread_id=by_bot["message_thread_id"])
    forum.deletes_topic(by_person)

    for thread in (by_bot["message_thread_id"], by_person.id, 4040, 1):
        refused = await api.refusal("sendMessage", chat_id=forum.id, message_thread_id=thread, text="!")
        assert refused == "Bad Request: message thread not found"
    gone = await api.refusal("closeForumTopic", chat_id=forum.id, message_thread_id=by_person.id)
    assert gone == "Bad Request: TOPIC_ID_INVALID"
    assert forum.messages == []


async def test_a_closed_topic_is_written_to_only_by_who_manages_topics(api: Api, forum: Room, claire: User) -> None:
    topic = forum.opens_topic(claire, "Mme Durand")
    forum.closes_topic(claire, topic)
    this = {"chat_id": forum.id, "message_thread_id": topic.id, "text": "!"}

    assert await api.result("sendMessage", **this)
    forum.demotes_bot(claire)
    assert await api.refusal("sendMessage", **this) == "Bad Request: TOPIC_CLOSED"
    forum.closes_topic(claire, topic, closed=False)
    assert await api.result("sendMessage", **this)
    kinds = await api.kinds()
    assert [kind for kind in kinds if kind.startswith("forum_topic_")] == [
        "forum_topic_created",
        "forum_topic_closed",
        "forum_topic_reopened",
    ]


async def test_a_topic_that_is_already_so_is_an_error(api: Api, forum: Room) -> None:
    made = await api.result("createForumTopic", chat_id=forum.id, name="un")
    this = {"chat_id": forum.id, "message_thread_id": made["message_thread_id"]}
    await api.result("closeForumTopic", **this)

    assert await api.refusal("closeForumTopic", **this) == "Bad Request: TOPIC_NOT_MODIFIED"
    assert await api.refusal("editForumTopic", **this, name="un") == "Bad Request: TOPIC_NOT_MODIFIED"
    await api.result("editForumTopic", **this, name="deux")
    await api.result("reopenForumTopic", **this)
    [topic] = forum.topics.values()
    assert (topic.name, topic.closed) == ("deux", False)


async def test_topics_can_be_switched_off(api: Api, forum: Room) -> None:
    forum.becomes_forum(forum=False)

    assert "is_forum" not in await api.result("getChat", chat_id=forum.id)
    assert await api.refusal("createForumTopic", chat_id=forum.id, name="x") == "Bad Request: the chat is not a forum"
