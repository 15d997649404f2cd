"""Groups are Telegram's and rooms Matrix's: each sentence calls a place as the people of that place do."""

import re
from typing import Any, get_args

import pytest

from bridge.domain.commands import READERS
from bridge.domain.rooms import Language
from bridge.wording import Chat, offered, sentence
from tests.occasions_commands import room
from tests.test_wording import MRS, OCCASIONS, PARIS, plain

SIGNS = {"telegram": "/", "matrix": "!sms "}
TELEGRAM, MATRIX = (Chat(platform, sign, SIGNS) for platform, sign in SIGNS.items())
LANGUAGES = get_args(Language)
GROUP, ROOM = "telegram:-100123", "matrix:!abc:example.org"
OF_TELEGRAM = {"ops_chat_conflict", "ops_chat_gap", "not_sent_general"}
"""What nothing of Matrix's can bring about: two that poll with one token, a forum's General topic."""


def say(kind: str, chat: Chat, language: Language = "en", /, **params: Any) -> str:
    return plain(sentence(kind, params, language, PARIS, chat=chat))


# --- the place that is spoken of -----------------------------------------------------------------------------
@pytest.mark.parametrize("chat", [TELEGRAM, MATRIX], ids=["read in a group", "read in a room"])
def test_a_room_that_is_told_of_is_called_as_it_is_there(chat: Chat) -> None:
    muted = say("ops_room_shut", chat, room=ROOM, state="muted")
    assert "in the room matrix:!abc:example.org." in muted
    assert "then write !sms help there." in muted
    muted = say("ops_room_shut", chat, "fr", room=GROUP, state="muted")
    assert "dans le groupe telegram:-100123." in muted
    assert "puis écrivez-y /help." in muted
    lost = say("ops_room_shut", chat, room=ROOM, state="suspended")
    assert lost.startswith(f"The room {ROOM} is out of reach")
    assert lost.endswith("Once the bot is there again, all goes on.")
    assert say("ops_room_shut", chat, "fr", room=GROUP, state="suspended").startswith(f"Le groupe {GROUP} n'est")
    assert say("ops_room_moved", chat, room=ROOM, to="matrix:!new").startswith(f"The room {ROOM} has a new address")
    assert "each room has been told" in say("ops_missed", chat, platform="matrix", until="2026-11-18T09:42:00Z")
    assert "chaque groupe a été" in say("ops_missed", chat, "fr", platform="telegram", until="2026-11-18T09:42:00Z")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ["suspended", "muted", "sealed", "replaced"])
def test_where_answers_go_that_a_lost_room_cannot_take_has_no_kind_of_its_own(state: str, language: Language) -> None:
    """The desk may be on another platform than the room, and than the one where it is told."""
    words = {"telegram": r"\b(rooms?|salons?)\b", "matrix": r"\b(groups?|groupes?)\b"}
    for told_in in (TELEGRAM, MATRIX):
        assert not re.search(words["matrix"], say("ops_room_shut", told_in, language, room=ROOM, state=state))
    if state not in ("sealed", "replaced"):  # these are Matrix's alone
        for told_in in (TELEGRAM, MATRIX):
            assert not re.search(words["telegram"], say("ops_room_shut", told_in, language, room=GROUP, state=state))


# --- read in a Matrix room -----------------------------------------------------------------------------------
def in_matrix(params: dict[str, Any]) -> dict[str, Any]:
    """The same occasion, of Matrix."""
    places = {"telegram:-1001234567890": ROOM, "telegram:-1009": "matrix:!new", "telegram:7": "matrix:@ann:example.org"}
    told = {key: places.get(str(value), value) for key, value in params.items()}
    return told | ({"platform": "matrix"} if "platform" in params else {})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [kind for kind in OCCASIONS if not re.match("check_|setup_|send_|prove_|chat_", kind)])
def test_nothing_that_is_read_in_a_matrix_room_is_telegram_s(kind: str, language: Language) -> None:
    if kind in OF_TELEGRAM:
        return
    for params in map(in_matrix, OCCASIONS[kind]):
        said = sentence(kind, params, language, PARIS, chat=MATRIX)
        assert not re.search(r"\b(groups?|groupes?)\b|telegram|botfather", said, re.IGNORECASE), said
        if kind != "not_sent_command":  # that one shows what was typed
            assert not re.search(rf"(?<![\w/])/({'|'.join(READERS)})\b", said), said
        assert "!sms sms" not in said
        assert not re.search(r"\bbots?\b", said) or language == "en", said


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_sms_to_a_number_opens_in_matrix_with_one_sms(language: Language) -> None:
    helped = say("help", MATRIX, language, **room("line", 1)).splitlines()
    assert any(line.startswith("!sms 0612345678 ") for line in helped)
    assert "!sms status " in "\n".join(helped)
    assert "except !sms." in say("first_message", MATRIX, **room("desk", 0))
    assert "For example: !sms 0612345678 Hello" in say("mistake", MATRIX, cause="sms_number")
    assert "For example: /sms 0612345678 Hello" in say("mistake", TELEGRAM, cause="sms_number")
    assert "For example: !sms 06 12 34 56 78 Hello" in say("mistake", MATRIX, cause="sms_text", number=MRS)


def test_whoever_types_no_command_after_the_sign_learns_where_the_commands_stand() -> None:
    assert "(!sms help says what else you can write)" in say("mistake", MATRIX, cause="sms_number")
    assert "(/help dit ce que vous pouvez écrire d'autre)" in say("mistake", TELEGRAM, "fr", cause="sms_number")


def test_what_is_no_command_is_shown_as_it_was_typed() -> None:
    assert 'Not sent: "/remind" is not a command. !sms help' in say("not_sent_command", MATRIX, word="/remind")
    assert 'Nothing was done: "!sms status" is written alone' in say("mistake", MATRIX, cause="alone", word="status")
    assert 'Not sent: "/help" is not a command. !sms help' in say("not_sent_command", MATRIX, word="/help")
    assert 'Nothing was done: "/status" is written alone' in say("mistake", TELEGRAM, cause="alone", word="status")


@pytest.mark.parametrize(
    ("language", "how"),
    [("en", "To choose, press the number below"), ("fr", "Pour choisir, appuyez sur le numéro sous")],
)
def test_how_a_number_is_chosen_is_told_where_people_might_type_it(language: Language, how: str) -> None:
    assert offered("Retry?", language, MATRIX).startswith(f"Retry?\n{how}")
    assert offered("Retry?", language, TELEGRAM) == "Retry?"  # its buttons need no word


def test_a_message_is_stopped_by_deleting_it_where_that_is_told_to_bots() -> None:
    stays = "Deleting a message does not stop it: write /cancel, as long as it has not left."
    assert stays in say("help", TELEGRAM, **room("line", 1))
    assert "Deleting a message stops it, as long as it has not left." in say("help", MATRIX, **room("line", 1))
    assert "Effacer un message l'arrête, tant qu'il n'est pas parti." in say("help", MATRIX, "fr", **room("line", 1))
    parts = {"parts": 2, "receivers": 1, "price": 2, "hold": 5}
    assert say("several_parts", MATRIX, **parts).endswith("To stop it, delete it within 5 seconds.")
    assert say("several_parts", MATRIX, "fr", **parts).endswith("Pour l'arrêter, effacez-le dans les 5 secondes.")
    assert say("several_parts", TELEGRAM, **parts).endswith("To stop it: /cancel within 5 seconds.")
    assert "eleting" not in say("help", Chat("web", "/"), **room("line", 1))  # nothing can be deleted there
