"""What `check` finds at Telegram: a line a fact, in both languages, and nothing that a room could see."""

from typing import Any, get_args

import pytest

from bridge.adapters.telegram import TelegramPlatform
from bridge.domain.ids import RoomAddress
from bridge.domain.rooms import Language
from bridge.ports.phone import Finding
from bridge.wording import sentence
from tests.doubles.telegram import Fault, Room, TelegramDouble, User


def address(room: Room, topic: int | None = None) -> RoomAddress:
    return RoomAddress("telegram", str(room.id) if topic is None else f"{room.id}/{topic}")


async def found(platform: TelegramPlatform, *rooms: RoomAddress, hears_all: bool = True) -> list[tuple[str, str]]:
    """Level and key, without the bot's own line; each is worded in both languages."""
    findings = await platform.check(dict.fromkeys(rooms, hears_all))
    for finding in findings:
        for language in get_args(Language):
            assert sentence(finding.key, finding.params, language, "Europe/Paris")
    assert findings[0] == Finding("ok", "check_telegram_bot", {"bot": "@relais_bot"})
    return [(one.level, one.key.removeprefix("check_telegram_")) for one in findings[1:]]


async def test_where_all_is_well_each_room_has_one_line_with_its_title(
    platform: TelegramPlatform, telegram: TelegramDouble, group: Room, forum: Room, claire: User
) -> None:
    private = telegram.private(claire)
    topic = forum.opens_topic(claire, "Mme Durand")

    rooms = [address(group), address(forum), address(forum, topic.id), address(private)]
    findings = await platform.check({room: room != address(forum) for room in rooms})

    assert {one.level for one in findings} == {"ok"}
    assert [one.params.get("title") for one in findings[1:]] == ["Accueil", "Guichet", "Guichet", "Claire"]
    assert not {"sendMessage", "getUpdates"} & {call.method for call in telegram.calls}


def demoted(room: Room, claire: User) -> None:
    room.demotes_bot(claire)


def kicked(room: Room, claire: User) -> None:
    room.kicks_bot(claire)


def muted(room: Room, claire: User) -> None:
    room.mutes_bot(claire, "can_react_to_messages", "can_pin_messages")


def muted_for_all(room: Room, claire: User) -> None:
    room.demotes_bot(claire)
    room.permitted = frozenset({"can_react_to_messages", "can_pin_messages"})


def public(room: Room, claire: User) -> None:
    room.username = "accueil"


def few_reactions(room: Room, claire: User) -> None:
    room.available_reactions = ["👍", "👀", "✍"]


def no_reactions_from_us(room: Room, claire: User) -> None:
    room.mutes_bot(claire, "can_send_messages", "can_pin_messages")
    room.permitted = frozenset({*room.permitted, "can_pin_messages"})


def all_reactions_we_use(room: Room, claire: User) -> None:
    room.available_reactions = ["👀", "✍", "🕊", "💔", "🤷", "👍"]


def no_pins(room: Room, claire: User) -> None:
    room.promotes_bot(claire, "can_manage_topics")


WELL = ("ok", "room")
STANDINGS: list[tuple[Any, list[tuple[str, str]]]] = [
    (demoted, [WELL, ("warning", "no_pin")]),
    (kicked, [("error", "not_in_room")]),
    (muted_for_all, [("error", "muted")]),
    (public, [WELL, ("warning", "public")]),
    (few_reactions, [WELL, ("ok", "no_reactions")]),
    (no_reactions_from_us, [WELL, ("ok", "no_reactions")]),
    (all_reactions_we_use, [WELL]),
    (no_pins, [WELL, ("warning", "no_pin")]),
]


@pytest.mark.parametrize(("standing", "expected"), STANDINGS, ids=lambda value: getattr(value, "__name__", ""))
async def test_how_the_bot_stands_in_a_group(
    platform: TelegramPlatform, group: Room, claire: User, standing: Any, expected: list[tuple[str, str]]
) -> None:
    standing(group, claire)

    assert await found(platform, address(group)) == expected


async def test_a_bot_that_is_muted_by_name(platform: TelegramPlatform, group: Room, claire: User) -> None:
    muted(group, claire)

    assert ("error", "muted") in await found(platform, address(group))


async def test_privacy_mode_is_an_error_where_the_bot_is_no_administrator(
    platform: TelegramPlatform, telegram: TelegramDouble, group: Room, forum: Room, claire: User
) -> None:
    telegram.world.reads_all = False
    group.demotes_bot(claire)

    assert await found(platform, address(forum), hears_all=False) == [WELL]
    assert ("error", "privacy") in await found(platform, address(group))


async def test_where_commands_and_replies_are_enough_privacy_mode_is_no_fault(
    platform: TelegramPlatform, telegram: TelegramDouble, group: Room, claire: User
) -> None:
    telegram.world.reads_all = False
    group.demotes_bot(claire)

    assert ("error", "privacy") not in await found(platform, address(group), hears_all=False)


async def test_a_whole_forum_sends_nothing_that_is_typed_in_it(
    platform: TelegramPlatform, forum: Room, claire: User
) -> None:
    topic = forum.opens_topic(claire, "Mme Durand")

    assert await found(platform, address(forum)) == [WELL, ("warning", "general")]
    assert await found(platform, address(forum), hears_all=False) == [WELL]
    assert await found(platform, address(forum, topic.id)) == [WELL]


async def test_a_channel_is_no_room(platform: TelegramPlatform, telegram: TelegramDouble) -> None:
    channel = telegram.channel("Annonces")
    telegram.script(Fault.odd_answer({"ok": True, "result": {"id": channel.id, "type": "channel"}}), "getChat")

    assert await found(platform, address(channel)) == [("error", "channel")]


async def test_a_topic_that_is_gone_or_in_a_group_without_topics(
    platform: TelegramPlatform, forum: Room, group: Room, claire: User
) -> None:
    topic = forum.opens_topic(claire, "Mme Durand")
    forum.deletes_topic(topic)

    assert await found(platform, address(forum, topic.id)) == [("error", "topic_gone")]
    assert await found(platform, address(group, 45)) == [("error", "topic_gone")]


async def test_a_group_that_has_moved_is_told_with_its_new_address(
    platform: TelegramPlatform, telegram: TelegramDouble, claire: User
) -> None:
    group = telegram.group("Petit groupe", [claire])
    there = group.becomes_supergroup(claire)

    _, moved = await platform.check(dict.fromkeys([address(group)], True))

    assert moved == Finding("error", "check_telegram_moved", {"room": str(address(group)), "to": str(address(there))})


@pytest.mark.parametrize("room", ["-100404", "nonsense"])
async def test_a_room_that_never_was(platform: TelegramPlatform, room: str) -> None:
    assert await found(platform, RoomAddress("telegram", room)) == [("error", "not_in_room")]


@pytest.mark.parametrize(
    "fault", [Fault.broken(502), Fault.odd_answer({"ok": True, "result": []}), Fault.rate_limited()]
)
@pytest.mark.parametrize("method", ["getChat", "getChatMember"])
async def test_what_telegram_does_not_tell_of_one_room_hides_no_other(
    platform: TelegramPlatform, telegram: TelegramDouble, group: Room, forum: Room, fault: Fault, method: str
) -> None:
    telegram.script(fault, method)

    assert await found(platform, address(group), address(forum), hears_all=False) == [("warning", "room_unknown"), WELL]


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        (Fault.unauthorized(), "token_refused"),
        (Fault.refuses(404, "Not Found"), "token_refused"),
        (Fault.broken(502), "unreachable"),
        (Fault.html(403), "unreachable"),
        (Fault.odd_answer(), "unreachable"),
    ],
)
async def test_a_bot_that_cannot_be_asked_about_is_the_only_finding(
    platform: TelegramPlatform, telegram: TelegramDouble, group: Room, fault: Fault, key: str
) -> None:
    telegram.script(fault, "getMe")

    assert await platform.check(dict.fromkeys([address(group)], True)) == [
        Finding("error", f"check_telegram_{key}", {})
    ]


async def test_a_webhook_is_another_programs_and_its_address_is_not_told(
    platform: TelegramPlatform, telegram: TelegramDouble
) -> None:
    telegram.updates.webhook = "https://example.org/secret"

    assert await found(platform) == [("warning", "other_program")]
    assert "secret" not in str(await platform.check({}))


@pytest.mark.parametrize("told", [{"available_reactions": ["👀"]}, {"permissions": []}, {"title": None}, {"type": 7}])
async def test_a_chat_that_is_told_oddly_ends_no_check(
    platform: TelegramPlatform, telegram: TelegramDouble, group: Room, told: dict[str, Any]
) -> None:
    chat = {"id": group.id, "type": "supergroup", "title": "Accueil", **told}
    telegram.script(Fault.odd_answer({"ok": True, "result": chat}), "getChat")

    assert len(await found(platform, address(group))) >= 1
