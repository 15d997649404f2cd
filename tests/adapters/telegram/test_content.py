"""Which words may leave, what kind a message is of, and whom it answers."""

from typing import Any

import pytest

from bridge.adapters.telegram.rich import flattened
from tests.adapters.telegram.raw import BOT, CLAIRE, FORUM, GROUP, OTHER_BOT, WROTE, message, one, said

FILE = {"file_id": "1", "file_unique_id": "1"}
VIDEO = {**FILE, "width": 1, "height": 1, "duration": 1}
PHOTO = [{**FILE, "width": 1, "height": 1}]
STICKER = {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}
POLL = {
    "id": "1",
    "question": "Quand ?",
    "options": [],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}
KINDS: list[tuple[str, dict[str, Any]]] = [
    ("picture", {"photo": PHOTO, "caption": "/sms 0612345678 une légende"}),
    ("picture", {"animation": VIDEO, "document": FILE}),
    ("file", {"document": FILE, "caption": "une légende"}),
    ("file", {"audio": {**FILE, "duration": 1}}),
    ("sticker", {"sticker": STICKER}),
    ("voice", {"voice": {**FILE, "duration": 1}, "caption": "une légende"}),
    ("location", {"location": {"latitude": 1.0, "longitude": 1.0}}),
    (
        "location",
        {
            "location": {"latitude": 1.0, "longitude": 1.0},
            "venue": {"location": {"latitude": 1.0, "longitude": 1.0}, "title": "x", "address": "x"},
        },
    ),
    ("other", {"video": VIDEO, "caption": "une légende"}),
    ("other", {"video_note": {**FILE, "length": 1, "duration": 1}}),
    ("other", {"contact": {"phone_number": "+33612345678", "first_name": "Karim"}}),
    ("other", {"poll": POLL}),
    ("other", {"dice": {"emoji": "🎲", "value": 3}}),
    ("other", {"something_that_comes_in_2027": {"x": 1}}),
    ("other", {"rich_message": {"blocks": [{"type": "photo", "photo": PHOTO}]}}),
]


@pytest.mark.parametrize(("kind", "content"), KINDS, ids=[f"{kind}-{'-'.join(content)}" for kind, content in KINDS])
def test_what_is_no_text_has_a_kind_and_no_words(kind: str, content: dict[str, Any]) -> None:
    typed = one(**content)

    assert (typed.kind, typed.text) == (kind, "")


def test_what_says_something_about_a_message_is_not_its_content() -> None:
    assert said(sender_tag="x", effect_id="1", sender_boost_count=3) == []


COMMANDS = [
    ("/status", "/status"),
    ("/start", "/start"),
    ("/status@relais_bot", "/status"),
    ("/STATUS@Relais_BOT", "/STATUS"),
    ("/sms@relais_bot 0612345678 À vendredi", "/sms 0612345678 À vendredi"),
    ("/sms 0612345678 écrire à a@b.fr", "/sms 0612345678 écrire à a@b.fr"),
    ("voir /status@autre_bot", "voir /status@autre_bot"),
]


@pytest.mark.parametrize(("text", "words"), COMMANDS)
def test_a_command_loses_our_name_and_nothing_else(text: str, words: str) -> None:
    assert one(text=text).text == words


@pytest.mark.parametrize("text", ["/status@autre_bot", "/sms@relais_bot2 0612345678 Bonjour"])
def test_a_command_to_another_bot_is_no_affair_of_ours(text: str) -> None:
    assert said(text=text) == []


def test_a_forwarded_message_says_so() -> None:
    assert one(text="x", forward_origin={"type": "hidden_user", "sender_user_name": "x", "date": WROTE}).forwarded
    assert not one(text="x").forwarded


def test_a_reply_names_what_it_answers_and_never_what_it_quotes() -> None:
    typed = one(
        text="Oui",
        reply_to_message=message(message_id=3, text="Vendredi 9 h ?", **{"from": BOT}),
        quote={"text": "Vendredi", "position": 0},
    )

    assert (typed.text, typed.reply_to) == ("Oui", "3")


TOPIC = {"chat": FORUM, "message_thread_id": 45, "is_topic_message": True}
OPENED = message(message_id=45, forum_topic_created={"name": "x", "icon_color": 7322096}, **TOPIC)


def test_in_a_topic_the_message_that_opened_it_is_no_reply() -> None:
    assert one(text="Bonjour", reply_to_message=OPENED, **TOPIC).reply_to is None
    assert one(text="Oui", reply_to_message=message(message_id=46, text="?", **TOPIC), **TOPIC).reply_to == "46"


ELSEWHERE = {"origin": {"type": "user", "sender_user": OTHER_BOT, "date": WROTE}, "chat": GROUP, "message_id": 8}


@pytest.mark.parametrize("topic", [{}, {**TOPIC, "reply_to_message": OPENED}], ids=["group", "topic"])
def test_an_answer_to_another_chat_or_a_story_is_a_reply_to_somebody(topic: dict[str, Any]) -> None:
    answers: list[dict[str, Any]] = [{"external_reply": ELSEWHERE}, {"reply_to_story": {"chat": GROUP, "id": 8}}]
    for answer in answers:
        reply_to = one(text="Oui", **answer, **topic).reply_to
        assert reply_to is not None
        assert not reply_to.isdigit()


def paragraph(text: Any) -> dict[str, Any]:
    return {"type": "paragraph", "text": text}


BLOCKS: list[tuple[list[Any], str]] = [
    ([paragraph("Bonjour")], "Bonjour"),
    ([paragraph("un"), {"type": "divider"}, {"type": "heading", "text": "deux", "size": 1}], "un\ndeux"),
    ([paragraph(["à ", {"type": "bold", "text": ["ven", {"type": "italic", "text": "dredi"}]}, " !"])], "à vendredi !"),
    ([paragraph({"type": "custom_emoji", "custom_emoji_id": "1", "alternative_text": "👋"})], "👋"),
    ([paragraph({"type": "mathematical_expression", "expression": "x²"})], "x²"),
    ([{"type": "mathematical_expression", "expression": "x²"}], "x²"),
    ([{"type": "pre", "text": "a\nb", "language": "x"}], "a\nb"),
    ([{"type": "blockquote", "blocks": [paragraph("cité")], "credit": "Claire"}], "cité\nClaire"),
    ([{"type": "details", "summary": "Plus", "blocks": [paragraph("caché")]}], "Plus\ncaché"),
    (
        [
            {
                "type": "list",
                "items": [
                    {"label": "1.", "blocks": [paragraph("un"), paragraph("bis")]},
                    {"label": "2.", "blocks": [paragraph("deux")]},
                    {"label": "3.", "blocks": []},
                ],
            }
        ],
        "1. un\nbis\n2. deux\n3.",
    ),
    (
        [{"type": "table", "cells": [[{"text": "a"}, {"text": "b"}], [{}, {"text": [{"type": "bold", "text": "c"}]}]]}],
        "a b\nc",
    ),
    ([{"type": "photo", "photo": PHOTO, "caption": {"text": "légende"}}, paragraph("dessous")], "dessous"),
    ([{"type": "buttons", "buttons": [{"text": "Oui", "callback_data": "x"}]}, paragraph("texte")], "texte"),
    ([{"type": "of_2027", "text": "neuf", "blocks": [paragraph("dedans")]}], "neuf\ndedans"),
    ([3, None, {"type": "list", "items": ["x"]}, paragraph(7)], ""),
]


@pytest.mark.parametrize(("blocks", "text"), BLOCKS)
def test_a_formatted_message_leaves_as_the_words_in_it(blocks: list[Any], text: str) -> None:
    assert flattened({"blocks": blocks}).strip() == text


def test_a_message_with_formatted_text_alone_is_a_text() -> None:
    typed = one(rich_message={"blocks": [paragraph(["/status@relais_bot"])]})

    assert (typed.kind, typed.text) == ("text", "/status")


def test_the_author_of_a_formatted_message_may_be_a_bot_like_any_other() -> None:
    assert said(rich_message={"blocks": [paragraph("x")]}, **{"from": OTHER_BOT}) == []
    assert one(rich_message={"blocks": [paragraph("x")]}, **{"from": CLAIRE}).text == "x"


@pytest.mark.parametrize("rich", [None, 3, {}, {"blocks": None}, {"blocks": "x"}])
def test_a_formatted_message_of_another_shape_breaks_nothing(rich: Any) -> None:
    assert flattened(rich) in ("", "x")


def test_a_reply_to_the_bot_s_own_words_says_them() -> None:
    own = message(message_id=9, text='Mme Durand: "Oui"', **{"from": BOT})
    theirs = message(message_id=9, text="Oui")

    assert one(text="9 h.", reply_to_message=own).ours == 'Mme Durand: "Oui"'
    assert one(text="9 h.", reply_to_message=theirs).ours is None
    assert one(text="9 h.").ours is None


def test_what_answers_nothing_in_a_topic_that_the_bot_opened_is_no_reply_to_the_bot() -> None:
    opened = message(message_id=45, text="", **{"from": BOT})
    typed = one(chat=FORUM, message_thread_id=45, is_topic_message=True, text="Oui", reply_to_message=opened)

    assert (typed.reply_to, typed.ours) == (None, None)
