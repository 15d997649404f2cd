"""Matrix's events in our words, as the server wrote them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.adapters.matrix.addresses import room_of
from bridge.adapters.matrix.sending import answer, contents, edited, replacement
from bridge.adapters.matrix.translate import Levels, Reaction, Replaced, StillSealed
from bridge.domain import commands
from bridge.domain.events import BotRemoved, BotRestored, Deleted, Edited, Typed, Unreadable
from bridge.domain.ids import ChatRef, Person, PostId
from bridge.ports.chat import Post
from tests.adapters.matrix.raw import ANN, BOT, ROOM, WRITTEN, event, member, reader, said

HTML = {"format": "org.matrix.custom.html"}


def read(raw: object) -> Any:
    return reader.read(ROOM, raw)


def words(body: str, **content: Any) -> str:
    typed = read(said(body, **content))
    assert isinstance(typed, Typed)
    return typed.text


def test_what_a_person_types_has_its_author_its_time_and_its_place() -> None:
    raw = said("Votre RDV est annulé.")
    assert read(raw) == Typed(
        event_id=f"{ROOM}/{raw['event_id']}",
        ref=ChatRef(room_of(ROOM), raw["event_id"]),
        person=Person("matrix", ANN, "Ann"),
        text="Votre RDV est annulé.",
        wrote_at=datetime.fromtimestamp(WRITTEN / 1000, UTC),
    )


@pytest.mark.parametrize(
    "raw",
    [
        said("from ourselves", sender=BOT),
        said("a bot's", msgtype="m.notice"),
        said("a server's", msgtype="m.server_notice"),
        said("a client's", msgtype="m.key.verification.request"),
        event("m.room.message", {}, unsigned={"redacted_because": {}}),
        event("m.room.topic", {"topic": "Hello"}, state_key=""),
        event("m.reaction", {"m.relates_to": {"event_id": "$a", "key": "👍"}}),
        member("join", user=ANN),
    ],
    ids=["own", "notice", "server notice", "verification", "redacted", "topic", "thumb", "another's join"],
)
def test_what_nobody_said_to_a_receiver_is_nothing(raw: dict[str, Any]) -> None:
    assert read(raw) is None


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (said(msgtype="m.image"), "picture"),
        (said(msgtype="m.file"), "file"),
        (said(msgtype="m.audio"), "file"),
        (said(msgtype="m.audio", **{"org.matrix.msc3245.voice": {}}), "voice"),
        (said(msgtype="m.location"), "location"),
        (said(msgtype="m.video"), "other"),
        (said(msgtype="org.example.new"), "other"),
        (event("m.sticker", {"body": "x", "url": "mxc://a/b"}), "sticker"),
        (event("org.matrix.msc3381.poll.start", {"question": {}}), "other"),
    ],
)
def test_each_kind_is_told_and_captions_never_leave(raw: dict[str, Any], kind: str) -> None:
    typed = read(raw)
    assert (typed.kind, typed.text) == (kind, "Hello" if kind == "text" else "")


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("!sms 06 12 34 56 78 Bonjour", "/sms 06 12 34 56 78 Bonjour"),
        ("!sms sms 0612345678 Bonjour", "/sms 0612345678 Bonjour"),
        ("!sms help", "/help"),
        ("!SMS Help", "/Help"),
        ("!sms", "/help"),
        ("!sms\n0612345678\nA\nB", "/sms 0612345678\nA\nB"),
        ("  !sms status", "/status"),
        ("// for us\n!sms status", "/status"),
        ("// for us\n\n  // and us\r\n!sms status", "/status"),
        ("!smshelp", "/help"),
        ("!sms0612345678 Bonjour", "/sms 0612345678 Bonjour"),
        ("!sms: help", "/sms : help"),
        ("!smsx help", "/sms x help"),
        ("say !sms help", "say !sms help"),
    ],
)
def test_a_command_opens_with_the_house_s_sign(typed: str, read_as: str) -> None:
    assert words(typed) == read_as


@pytest.mark.parametrize(
    ("arrived", "read_as"),
    [
        ("/ Karim has the results", "// Karim has the results"),
        ("/ Karim has the results\nHello", "// Karim has the results\nHello"),
        (" /\tnote\n!sms status", "/status"),
        ("/ note\n/sms 0612345678 Bonjour", "/ /sms 0612345678 Bonjour"),
        ("// note\n/retry", "/ /retry"),
        ("/", "//"),
        ("// whole", "// whole"),
        ("/help", "/ /help"),
        ("/sms 0612345678 Bonjour", "/ /sms 0612345678 Bonjour"),
        ("/retry", "/ /retry"),
    ],
)
def test_a_slash_in_front_is_what_a_client_left_of_a_note_or_no_command_of_ours(arrived: str, read_as: str) -> None:
    """Element takes the first of two slashes away; what opens with one is meant for the client itself."""
    assert words(arrived) == read_as
    if read_as.startswith("/ "):
        assert isinstance(commands.read(read_as), commands.Unknown)


def test_an_emote_opens_with_a_slash_where_it_is_typed_and_never_leaves() -> None:
    typed = read(said("is on her way", msgtype="m.emote"))
    assert (typed.kind, typed.text) == ("text", "/ /me is on her way")
    assert isinstance(commands.read(typed.text), commands.Unknown)


@pytest.mark.parametrize("sender", [ANN, "@other-bridge:example.org"])
def test_what_a_bridge_posted_is_nobody_s_words_whichever_bridge_it_was(sender: str) -> None:
    post = Post(PostId(7), room_of(ROOM), "Mme Durand : Oui, 9 h.")
    for content in (*contents(post), edited("$a", post), answer("$a", "Arrived"), replacement("$a", "Arrived")):
        assert read(event("m.room.message", content, sender=sender)) is None


def test_a_post_that_a_person_forwards_is_the_person_s_and_from_elsewhere() -> None:
    content = contents(Post(PostId(7), room_of(ROOM), "Mme Durand : Oui, 9 h."))[0] | {"bridge.by": BOT}
    assert read(event("m.room.message", content, sender=BOT)) is None
    typed = read(event("m.room.message", content, sender=ANN))
    assert (typed.text, typed.forwarded) == ("Mme Durand : Oui, 9 h.", True)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Bonjour <b>Ann</b> &amp; co</p><p>À demain</p>", "Bonjour Ann & co\nÀ demain"),
        ("un<br>deux<br/>trois", "un\ndeux\ntrois"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ('<ol start="3"><li>a</li><li>b</li></ol>', "3. a\n4. b"),
        ('<a href="https://matrix.to/#/@ann:example.org">Ann</a>, bonjour', "Ann, bonjour"),
        ('<a href="https://a.example/x">ici</a>', "ici (https://a.example/x)"),
        ('<a href="https://a.example/x">https://a.example/x</a>', "https://a.example/x"),
        ("<mx-reply><blockquote>quoted</blockquote></mx-reply>Oui", "Oui"),
        ("<pre><code>a\n  b</code></pre>", "a\n  b"),
        ('<img alt="🙂" src="mxc://a/b">', "🙂"),
        ("<script>x</script>a</p></ul></li></mx-reply>", "a"),
    ],
)
def test_html_becomes_text(html: str, text: str) -> None:
    assert words("as typed", formatted_body=html, **HTML) == text


@pytest.mark.parametrize(
    "html", ["<a " * 20_000, "<b>" * 3000 + "x", "<![foo[x]]>", "x" * 9000], ids=["half tags", "many", "broken", "long"]
)
def test_html_that_is_no_person_s_is_not_read_and_the_body_counts(html: str) -> None:
    assert words("Bonjour", formatted_body=html, **HTML) == "Bonjour"


def test_a_reply_loses_what_it_quotes_and_a_quotation_of_one_s_own_stays() -> None:
    answered = {"m.relates_to": {"m.in_reply_to": {"event_id": "$question"}}}
    assert words("> <@ann:example.org> Demain ?\n> 9 h ?\n\nOui\n> non", **answered) == "Oui\n> non"
    assert words("> Demain ?\n\nOui", **answered) == "> Demain ?\n\nOui"
    assert words("> <@ann:example.org> Demain ?\n\nOui") == "> <@ann:example.org> Demain ?\n\nOui"


def test_in_a_thread_what_answers_nothing_belongs_to_what_it_hangs_on() -> None:
    thread = {"rel_type": "m.thread", "event_id": "$root", "is_falling_back": True}
    assert read(said(**{"m.relates_to": thread | {"m.in_reply_to": {"event_id": "$last"}}})).reply_to == "$root"
    assert read(said(**{"m.relates_to": thread})).reply_to == "$root"
    answers = thread | {"is_falling_back": False, "m.in_reply_to": {"event_id": "$last"}}
    assert read(said(**{"m.relates_to": answers})).reply_to == "$last"


def test_an_edit_bears_the_new_text_and_is_never_a_message() -> None:
    change = {"m.relates_to": {"rel_type": "m.replace", "event_id": "$first"}}
    edited = read(said("* Vendredi", **change, **{"m.new_content": {"msgtype": "m.text", "body": "Vendredi"}}))
    assert isinstance(edited, Edited)
    assert (edited.ref.id, edited.text) == ("$first", "Vendredi")
    assert isinstance(read(said("* Vendredi", **change)), Unreadable)


def test_a_redaction_is_told_wherever_the_room_s_version_writes_what_it_takes_back() -> None:
    for raw in (event("m.room.redaction", {"redacts": "$a"}), event("m.room.redaction", {}, redacts="$a")):
        deleted = read(raw)
        assert isinstance(deleted, Deleted)
        assert deleted.ref.id == "$a"


@pytest.mark.parametrize("key", ["2\ufe0f\u20e3", "2\u20e3", "2\u20e3\ufe0f"])
def test_a_digit_on_a_key_chooses(key: str) -> None:
    chosen = read(event("m.reaction", {"m.relates_to": {"event_id": "$post", "key": key}}))
    assert isinstance(chosen, Reaction)
    assert (chosen.ref.id, chosen.number) == ("$post", 2)


def test_what_happens_to_the_room_is_told() -> None:
    assert isinstance(read(member("leave", "join")), BotRemoved)
    assert isinstance(read(member("ban", "join")), BotRemoved)
    assert isinstance(read(member("join", "invite")), BotRestored)
    assert read(member("join", "join")) is None
    assert read(member("invite", "leave")) is None
    assert read(event("m.room.tombstone", {"replacement_room": "!b"}, state_key="")) == Replaced("!b")
    assert isinstance(read(event("m.room.power_levels", {"users": {}}, state_key="")), Levels)
    sealed = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x", "session_id": "y"}
    assert isinstance(read(event("m.room.encrypted", sealed)), StillSealed)


def test_whoever_wrote_what_cannot_be_read_can_be_told() -> None:
    raw = event("m.room.message", {"msgtype": "m.text", "body": 7})
    lost = read(raw)
    assert isinstance(lost, Unreadable)
    assert (lost.message, lost.room) == (raw["event_id"], room_of(ROOM))
    assert lost.raw
    assert not lost.sealed


HALF = "$a\ud800\0"


def test_ids_that_no_store_takes_are_written_as_it_does() -> None:
    """Any person may name any event, and another homeserver's may be anything."""
    answered, thread = {"m.in_reply_to": {"event_id": HALF}}, {"rel_type": "m.thread", "event_id": HALF}
    change = {"rel_type": "m.replace", "event_id": HALF}
    new = {"msgtype": "m.text", "body": "Vendredi"}
    found = [
        read(said(**{"m.relates_to": answered})).reply_to,
        read(said(**{"m.relates_to": thread})).reply_to,
        read(said("* Vendredi", **{"m.relates_to": change, "m.new_content": new})).ref.id,
        read(event("m.room.redaction", {"redacts": HALF})).ref.id,
        read(said() | {"event_id": HALF}).ref.id,
        read(said(msgtype=7) | {"event_id": HALF}).message,
    ]
    assert found == ["$a\ufffd\ufffd"] * len(found)
    assert read(event("m.room.encrypted", {"ciphertext": 7}) | {"event_id": HALF}).event_id == f"{ROOM}/$a\ufffd\ufffd"


@pytest.mark.parametrize("on", ["..", "$", "", "$a\0", "../../admin", "$" + "a" * 300, 7, None])
def test_a_reaction_on_what_is_no_event_is_nothing(on: object) -> None:
    assert read(event("m.reaction", {"m.relates_to": {"event_id": on, "key": "1\u20e3"}})) is None


@pytest.mark.parametrize("to", ["", "#alias:example.org", "!a b", "!" + "a" * 300, "!a\0", 7])
def test_a_room_goes_on_only_as_a_room(to: object) -> None:
    assert read(event("m.room.tombstone", {"replacement_room": to}, state_key="")) is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    raw=_JSON,
    kind=st.sampled_from(["m.room.message", "m.reaction", "m.room.redaction", "m.room.member", "m.room.encrypted"]),
    content=_JSON,
)
def test_no_event_stops_the_reader(raw: object, kind: str, content: object) -> None:
    assert isinstance(read(raw), Unreadable)
    read(said() | {"type": kind, "content": content})
