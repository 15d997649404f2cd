"""What Telegram makes of the letters and the markup that a bot sends."""

from typing import Any

import pytest

from tests.doubles.conftest import Api
from tests.doubles.telegram import Room

KEPT = ["a\n\nb", "👩🏽\u200d⚕️ ô ç ﷽", "\u200fשלום", "a\u00a0b", "<b>&amp;</b>", "*_`["]
CHANGED = [
    ("  autour \n", "autour"),
    ("a\tb\x00c", "a b c"),
    ("a\r\nb", "a\nb"),
    ("a\u202eb\u2028c", "abc"),
]


@pytest.mark.parametrize("text", KEPT)
async def test_letters_that_stay(api: Api, room: Room, text: str) -> None:
    assert (await api.result("sendMessage", chat_id=room.id, text=text))["text"] == text


@pytest.mark.parametrize(("text", "shown"), CHANGED)
async def test_letters_that_do_not(api: Api, room: Room, text: str, shown: str) -> None:
    assert (await api.result("sendMessage", chat_id=room.id, text=text))["text"] == shown
    assert room.texts == [shown]


def entity(kind: str, offset: int, length: int, **more: str) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


async def test_html_becomes_entities_counted_in_utf16(api: Api, room: Room) -> None:
    html = '🕊 <b>gras <i>et</i></b> &lt;&#233;&gt; <a href="https://e.org/?a=1&amp;b">lien</a> &eacute; <code></code>'
    sent = await api.result("sendMessage", chat_id=room.id, text=html, parse_mode="html")

    assert sent["text"] == "🕊 gras et <é> lien &eacute;"
    assert sent["entities"] == [
        entity("bold", 3, 7),
        entity("italic", 8, 2),
        entity("text_link", 15, 4, url="https://e.org/?a=1&b"),
    ]


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("é<script>x</script>", 'Unsupported start tag "script" at byte offset 2'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</i>", "Unmatched end tag at byte offset 4"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("x <b", "Unclosed start tag at byte offset 2"),
    ],
)
async def test_html_that_is_none(api: Api, room: Room, html: str, why: str) -> None:
    refused = await api.refusal("sendMessage", chat_id=room.id, text=html, parse_mode="HTML")

    assert refused == f"Bad Request: can't parse entities: {why}"


async def test_the_limit_counts_what_is_read_not_what_was_written(api: Api, room: Room) -> None:
    sent = await api.result("sendMessage", chat_id=room.id, text=f"<b>{'&lt;' * 4096}</b>", parse_mode="HTML")

    assert sent["text"] == "<" * 4096


async def test_entities_follow_the_letters_that_were_removed(api: Api, room: Room) -> None:
    given = [entity("bold", 3, 4), entity("italic", 0, 2), entity("code", 8, 5)]
    sent = await api.result("sendMessage", chat_id=room.id, text=" \n \u202egras maigre ", entities=given)

    assert sent["text"] == "gras maigre"
    assert sent["entities"] == [entity("bold", 0, 3), entity("code", 4, 5)]
