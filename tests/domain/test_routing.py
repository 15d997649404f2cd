"""What never leaves, who gets what leaves, and where an answer goes."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.commands import Command, Help, Sms, Status, Unknown
from bridge.domain.events import Kind, Typed
from bridge.domain.rooms import Receiver, Room
from bridge.domain.routing import ANSWER_WINDOW, Nothing, Say, Send, aim, room_for
from bridge.domain.states import RoomState
from tests.making import DIALLO, DURAND, PETIT, room, typed

LINE = room()
LIST = room([DURAND, PETIT, DIALLO])
DESK = room([])
COMMANDS = room([DURAND, PETIT], sends="commands")
every_room = pytest.mark.parametrize("where", [LINE, LIST, DESK, COMMANDS], ids=["line", "list", "desk", "commands"])


def aimed(event: Typed, where: Room = LINE, answers: Receiver | None = None, is_ours: bool = False) -> object:
    return aim(event, where, answers, is_ours)


# --- who gets it -------------------------------------------------------------------------------------------------
def test_what_is_typed_in_a_line_goes_to_its_one_person() -> None:
    assert aimed(typed("Bonjour")) == Send("Bonjour", (DURAND,))


def test_what_is_typed_in_a_list_goes_to_all_of_it() -> None:
    assert aimed(typed("Bonjour"), LIST) == Send("Bonjour", (DURAND, PETIT, DIALLO))


@every_room
def test_a_reply_to_an_answer_goes_to_that_person_alone_in_every_room(where: Room) -> None:
    stranger = Receiver(DIALLO.number, "Inconnu")
    assert aimed(typed("Oui", reply_to="p1"), where, stranger, is_ours=True) == Send("Oui", (stranger,))


def test_the_author_s_name_is_never_put_in_front() -> None:
    sent = aimed(typed("Bonjour"))
    assert isinstance(sent, Send)
    assert "Claire" not in sent.text


# --- what never leaves -------------------------------------------------------------------------------------------
@every_room
@pytest.mark.parametrize("note", ["// pour nous", "//", "  // pour nous", "//a\n//b"])
def test_an_internal_note_stays_in_the_room_and_nobody_is_told(note: str, where: Room) -> None:
    assert aimed(typed(note), where) == Nothing()


def test_lines_that_are_notes_are_taken_out_and_the_rest_leaves() -> None:
    assert aimed(typed("Bonjour\n// elle est sourde\nà demain")) == Send("Bonjour\nà demain", (DURAND,))


def test_a_note_in_a_reply_to_an_answer_stays_too() -> None:
    assert aimed(typed("// je m'en occupe", reply_to="p1"), LINE, DURAND, is_ours=True) == Nothing()


@every_room
@pytest.mark.parametrize(
    ("typed_", "command"),
    [
        ("/status", Status()),
        ("/sms 0612345678 Bonjour", Sms(DURAND.number, "Bonjour")),
        ("// note\n/help", Help()),
        (" /x\ny", Unknown("/x")),
        ("/", Unknown("/")),
    ],
)
@pytest.mark.parametrize("reply_to", [None, "m0", "p1"])
@pytest.mark.parametrize("state", [RoomState.ACTIVE, RoomState.MUTED])
def test_a_command_is_one_in_every_room_and_as_a_reply_to_anything(
    typed_: str, command: Command, where: Room, reply_to: str | None, state: RoomState
) -> None:
    answers = DURAND if reply_to == "p1" else None
    for commons in (False, True):
        event = typed(typed_, reply_to=reply_to, commons=commons)
        assert aimed(event, replace(where, state=state), answers, is_ours=answers is not None) == command


# --- a forum's General -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("where", [LINE, LIST, DESK], ids=["line", "list", "desk"])
def test_what_is_typed_in_a_forum_s_general_stays_there_and_that_is_told_once_a_day(where: Room) -> None:
    assert aimed(typed("Bonjour", commons=True), where) == Say("not_sent_general", once_a_day=True)


@every_room
def test_a_reply_to_an_answer_leaves_from_general_too_and_one_to_a_colleague_does_not(where: Room) -> None:
    assert aimed(typed("Oui", commons=True, reply_to="p1"), where, DURAND, is_ours=True) == Send("Oui", (DURAND,))
    assert aimed(typed("Oui", commons=True, reply_to="m0"), where) == Nothing()


@every_room
@pytest.mark.parametrize("event", [typed("// note", commons=True), typed("", commons=True, kind="picture")])
def test_notes_and_pictures_in_general_are_for_colleagues(event: Typed, where: Room) -> None:
    assert aimed(event, where) == Nothing()


def test_a_slash_inside_the_text_is_none() -> None:
    assert aimed(typed("9 h et/ou 10 h")) == Send("9 h et/ou 10 h", (DURAND,))


@every_room
@pytest.mark.parametrize("answers", [None, DURAND])
def test_a_forwarded_message_never_leaves(where: Room, answers: Receiver | None) -> None:
    assert aimed(typed("Bonjour", forwarded=True, reply_to="p1"), where, answers, is_ours=True) == Nothing()


@every_room
def test_a_reply_to_a_person_s_message_stays_among_colleagues(where: Room) -> None:
    assert aimed(typed("D'accord", reply_to="m0"), where) == Nothing()


@every_room
def test_a_reply_to_another_post_of_the_bot_is_not_sent_and_told_once(where: Room) -> None:
    assert aimed(typed("Merci", reply_to="p1"), where, is_ours=True) == Say("not_sent_reply", once_a_day=True)


def test_in_a_room_of_commands_what_is_typed_stays_there() -> None:
    assert aimed(typed("Qui vient demain ?"), COMMANDS) == Nothing()


def test_at_a_desk_nothing_is_sent_but_replies_and_that_is_told() -> None:
    assert aimed(typed("Bonjour"), DESK) == Say("desk_needs_reply")


def test_where_the_bot_may_not_write_words_leave_all_the_same() -> None:
    assert aimed(typed("Bonjour"), room(state=RoomState.MUTED)) == Send("Bonjour", (DURAND,))


@pytest.mark.parametrize("state", [RoomState.SUSPENDED, RoomState.RETIRED, RoomState.UNLINKED])
@pytest.mark.parametrize("word", ["Bonjour", "/status"])
def test_nothing_leaves_from_a_room_that_takes_no_part(state: RoomState, word: str) -> None:
    assert aimed(typed(word), room(state=state)) == Nothing()
    assert aimed(typed(word, reply_to="p1"), room(state=state), DURAND, is_ours=True) == Nothing()


@pytest.mark.parametrize("kind", [kind for kind in get_args(Kind) if kind != "text"])
def test_pictures_and_the_like_are_told_once_a_kind_and_day_and_their_caption_does_not_leave(kind: Kind) -> None:
    said = aimed(typed("Voici l'ordonnance", kind=kind))
    assert said == Say("not_sent_media", {"kind": kind}, once_a_day=True)


def test_in_a_room_of_commands_a_picture_is_for_colleagues_unless_it_answers_somebody() -> None:
    assert aimed(typed("Le planning", kind="picture"), COMMANDS) == Nothing()
    said = aimed(typed("", kind="picture", reply_to="p1"), COMMANDS, DURAND, is_ours=True)
    assert said == Say("not_sent_media", {"kind": "picture"}, once_a_day=True)


def test_an_empty_text_is_refused_later_with_its_reason_and_not_passed_over() -> None:
    assert aimed(typed("  ")) == Send("", (DURAND,))


@given(st.text(), st.booleans(), st.booleans(), st.sampled_from([LINE, LIST, DESK, COMMANDS]))
def test_no_line_that_is_a_note_ever_leaves(text: str, reply: bool, is_ours: bool, where: Room) -> None:
    answers = DURAND if reply else None
    sent = aimed(typed(text, reply_to="p1" if reply else None), where, answers, is_ours)
    if isinstance(sent, Send):
        assert not [line for line in sent.text.splitlines() if line.strip().startswith("//")]
        assert not sent.text.startswith("/")
        assert sent.receivers == ((DURAND,) if reply else where.receivers)


# --- where an answer goes ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Sent:
    room: str
    room_active: bool = True


def test_an_answer_goes_to_the_room_whose_message_it_answers() -> None:
    assert room_for([Sent("tagged")], [Sent("newest")]) == Sent("tagged")


def test_without_a_tag_it_goes_to_the_room_that_wrote_last() -> None:
    assert room_for([], [Sent("newest"), Sent("older")]) == Sent("newest")


def test_rooms_that_are_suspended_or_retired_are_passed_over_in_both() -> None:
    gone = Sent("gone", room_active=False)
    assert room_for([gone], [gone, Sent("older")]) == Sent("older")
    assert room_for([gone], [gone]) is None


def test_what_no_room_claims_waits_for_the_desk() -> None:
    assert room_for([], []) is None


def test_a_person_can_answer_for_48_hours() -> None:
    assert timedelta(hours=48) == ANSWER_WINDOW
