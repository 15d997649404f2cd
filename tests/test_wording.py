"""What the bridge says: complete in both languages, in the tone of its models, safe with any text."""

import json
import re
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain import events
from bridge.domain.causes import Cause
from bridge.domain.commands import READERS
from bridge.domain.failures import Reason, Refusal
from bridge.domain.marks import Status
from bridge.domain.rooms import Language
from bridge.wording import UNSENT, Chat, NoWording, button, mark_word, menu, repeated, sentence, words
from tests.occasions_check import CHECK
from tests.occasions_commands import COMMANDS
from tests.occasions_matrix import MATRIX
from tests.occasions_send import SEND
from tests.occasions_setup import SETUP
from tests.occasions_telegram import TELEGRAM

LANGUAGES = get_args(Language)
PARIS = "Europe/Paris"
MRS, MR = "+33612345678", "+33698765432"
TONIGHT = "2026-11-18T21:40:00Z"
WEDNESDAY_NOON = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)

BUTTONS = ("retry", "resend", "leave", "cancel", "anyway")
COMPOSED = {"failed", "summary", "status", "help", "first_message", "several_parts"}  # of several sentences each
ENDS = ("sent", "unconfirmed", "expired", "cancelled", "failed")  # of a wait

# Every kind of notice with the parameters of one occasion; the lanes put down exactly these.
OCCASIONS: dict[str, list[dict[str, Any]]] = {
    "reply": [{"name": "Mme Durand", "number": MRS, "text": "Oui"}, {"number": MRS, "text": "", "elsewhere": True}],
    "stranger": [{"number": MR, "text": "C'est bien pour demain ?"}],
    "failed": [
        {"failures": [{"number": MRS, "cause": cause}], "more": 0, "retry": retry}
        for cause in [*Cause, *UNSENT]
        for retry in (True, False)
    ],
    "refused": [
        *({"reason": reason} for reason in Refusal if reason not in (Refusal.ROOM_GONE, Refusal.MAY_NOT_WRITE)),
        *({"reason": "may_be_refused", "details": details} for details in (["a.fr"], ["a.fr", "b@a.fr"])),
        *({"reason": "may_be_refused", "done": done, "by": "Claire"} for done in ("anyway", "late")),
    ],
    "waiting": [
        *({"until": TONIGHT, "reason": reason} for reason in Reason),
        *({"until": TONIGHT, "reason": "rate", "done": d} for d in ("cancelled", "late", *ENDS)),
    ],
    "paused": [*({"reason": reason, "done": None} for reason in Reason), {"reason": "keys", "done": "resumed"}],
    "not_confirmed_yet": [{"people": ["Mme Durand"]}, {"people": []}, *({"people": [], "done": d} for d in ENDS)],
    "may_have_been_sent": [
        {"people": ["Mme Durand"]},
        *({"people": ["Mme Durand"], "done": done, "by": "Claire"} for done in ("left", "resent", "known", "late")),
    ],
    "summary": [{"total": 43, "delivered": 41, "failed": 1, "unconfirmed": 0, "waiting": 1}],
    "stop_came": [{"name": "Mme Durand", "number": MRS}, {"number": MRS}],
    "edited_too_late": [{"at": "2026-11-18T09:42:00Z"}, {}],
    "deleted_too_late": [{}],
    "edit_not_sent": [{}],
    "edit_still_waits": [{}],
    "not_sent_reply": [{}],
    "not_sent_command": [{"word": "/foo"}],
    "desk_needs_reply": [{}],
    "not_sent_media": [{"kind": kind} for kind in get_args(events.Kind) if kind != "text"],
    "button_denied": [{}],
    "button_late": [{}],
    "unreadable_reply": [{}],
    "ops_reply_waits": [{"phone": "accueil", "number": "+336******79"}],
    "ops_paused": [{"phone": "accueil", "reason": reason} for reason in Reason],
    "ops_resumed": [{"phone": "accueil"}],
    "ops_duplicate": [{"phone": "accueil"}],
    "ops_text_differs": [{"phone": "accueil"}],
    "ops_parked": [{"lane": lane, "row": "7"} for lane in ("looks", "posts", "marks", "hints")],
    "ops_still_waiting": [{"phone": "accueil", "minutes": 15}],
}  # fmt: skip
OCCASIONS |= CHECK | SETUP | COMMANDS | TELEGRAM | MATRIX | SEND


def plain(text: str) -> str:
    """Without the spaces of printers, to compare with what is typed here."""
    return text.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")


def say(kind: str, language: Language = "fr", now: datetime | None = None, /, **params: Any) -> str:
    return plain(sentence(kind, params, language, PARIS, now=now))


# --- complete -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", OCCASIONS)
def test_every_notice_is_worded_for_every_occasion(kind: str, language: Language) -> None:
    for params in OCCASIONS[kind]:
        stored = json.loads(json.dumps(params))
        said = sentence(kind, stored, language, PARIS)
        assert said.strip() == said
        assert "{" not in said
        assert "None" not in said


def test_no_notice_is_worded_that_has_no_occasion() -> None:
    worded = {kind for kind, _variant in words("fr").notices}
    assert worded | COMPOSED == set(OCCASIONS)


def test_both_languages_word_the_same_things_with_the_same_fields() -> None:
    fr, en = words("fr"), words("en")
    needs = [{key: [p.needs for p in said] for key, said in told.notices.items()} for told in (fr, en)]
    assert needs[0] == needs[1]
    for table in ("phrases", "places", "buttons", "menu", "menu_operators", "forms", "marks", "advice", "summary"):
        there, here = getattr(fr, table), getattr(en, table)
        assert {key: fields(text) for key, text in there.items()} == {key: fields(text) for key, text in here.items()}
    for table in ("undelivered", "unsent", "status", "several", "first", "help"):
        assert {key: [one.needs for one in said] for key, said in getattr(fr, table).items()} == {
            key: [one.needs for one in said] for key, said in getattr(en, table).items()
        }


def fields(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cause_status_and_button_has_its_words(language: Language) -> None:
    told = words(language)
    assert set(told.undelivered) == {cause.value for cause in Cause}
    assert set(told.unsent) == set(UNSENT)
    assert set(told.marks) == {status.value for status in Status}
    assert all(mark_word(status, language) for status in Status)
    assert {action: button(action, {}, language) for action in BUTTONS} == told.buttons
    assert set(told.forms) <= set(told.menu) | set(told.menu_operators)
    assert set(told.menu) | set(told.menu_operators) | {"start"} == set(READERS)
    assert menu(language) == told.menu


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_trade_s_own_words_are_never_said(language: Language) -> None:
    said = " ".join(
        sentence(kind, p, language, PARIS) for kind, all_ in OCCASIONS.items() for p in all_ if kind != "ops_parked"
    )
    assert not re.search(r"\b(jobs?|DLR|ptt|callbacks?|UCS-2|webhook)\b", said, re.IGNORECASE)  # fmt: skip


@pytest.mark.parametrize(("platform", "sign", "place"), [("telegram", "/", "groupe"), ("matrix", "!sms ", "salon")])
def test_commands_and_rooms_are_called_as_they_are_where_it_is_read(platform: str, sign: str, place: str) -> None:
    chat = Chat(platform, sign)
    assert f"d'aucun {place}." in sentence("stop_came", {"number": MRS}, "fr", PARIS, chat=chat)
    assert f"{sign}help dit" in sentence("not_sent_command", {"word": "/foo"}, "fr", PARIS, chat=chat)
    assert f"«\N{NO-BREAK SPACE}{sign}status\N{NO-BREAK SPACE}»" in sentence(
        "mistake", {"cause": "alone", "word": "status"}, "fr", PARIS, chat=chat
    )


@pytest.mark.parametrize("kind", [kind for kind in OCCASIONS if not kind.startswith(("check_", "setup_"))])
def test_no_sentence_shows_a_sign_of_its_own(kind: str) -> None:
    chat = Chat("matrix", "!sms ", {"telegram": "!sms "})
    for language in LANGUAGES:
        for params in OCCASIONS[kind]:
            said = sentence(kind, params, language, PARIS, chat=chat)
            assert not re.search(rf"(?<![\w/])/({'|'.join(READERS)})\b", said)


def test_an_unknown_kind_or_button_is_our_mistake() -> None:
    with pytest.raises(NoWording):
        say("no_such_kind")
    with pytest.raises(NoWording):
        button("explode", {}, "fr")


def test_a_reason_without_words_of_its_own_is_told_in_general_ones() -> None:
    assert say("refused", "en", reason="no_such_reason") == say("refused", "en", reason="other")
    assert say("waiting", until=TONIGHT, reason="absent") == say("waiting", until=TONIGHT, reason="network")
    said = say("failed", "en", failures=[{"number": MRS, "cause": "no_such_cause"}], more=0, retry=False)
    assert said.startswith("Not sent to 06 12 34 56 78: OVH refuses this SMS")


def test_a_missing_parameter_is_named_and_nothing_is_said_with_a_hole() -> None:
    with pytest.raises(NoWording, match="until"):
        say("waiting", reason="network")
    with pytest.raises(NoWording, match="failures"):
        say("failed", retry=True)
    with pytest.raises(NoWording, match="number"):
        say("failed", failures=[{"cause": "wrong_number"}])


# --- times, spaces, foreign texts --------------------------------------------------------------------------
def test_times_are_the_room_s_and_name_the_day_unless_it_is_sure() -> None:
    at = "2026-11-19T09:42:00+00:00"
    assert "est parti jeudi à 10:42 et" in say("edited_too_late", at=at)
    assert "left on Thursday at 10:42 and" in say("edited_too_late", "en", WEDNESDAY_NOON, at=at)
    assert "left at 10:42 and" in say("edited_too_late", "en", datetime(2026, 11, 19, 10, tzinfo=UTC), at=at)
    elsewhere = sentence("edited_too_late", {"at": at}, "en", "Indian/Reunion")
    assert "on Thursday at 13:42" in elsewhere


@pytest.mark.parametrize("kind", OCCASIONS)
def test_french_signs_never_stand_alone_on_a_line(kind: str) -> None:
    for params in OCCASIONS[kind]:
        said = sentence(kind, params, "fr", PARIS)
        for typed in ("text", "prefix", "opening"):
            said = said.replace(str(params.get(typed)), "")
        assert not re.search(r" [:;!?»]|« ", said)


def test_typed_text_keeps_its_own_spaces() -> None:
    assert "Vraiment ?" in sentence("stranger", {"number": MR, "text": "Vraiment ?"}, "fr", PARIS)


@given(text=st.text(), name=st.text(min_size=1), language=st.sampled_from(LANGUAGES))
def test_what_people_wrote_is_shown_as_it_is_whatever_it_looks_like(text: str, name: str, language: Language) -> None:
    said = sentence("reply", {"name": name, "number": MRS, "text": text}, language, PARIS)
    assert name in said
    assert text in said


@pytest.mark.parametrize("evil", ["{0}", "{name.__class__}", "%s %(name)s", "}{", "{{why}}", "$name \\n"])
def test_a_text_is_never_a_format(evil: str) -> None:
    assert f'"{evil}"' in say("reply", "en", name=evil, number=MRS, text=evil)
    assert evil in say("failed", failures=[{"name": evil, "number": MRS, "cause": "phone_off"}], retry=True)
    assert evil in say("may_have_been_sent", people=[evil])
    assert evil in say("refused", reason="link", link=evil)


def test_a_post_that_may_stand_there_already_says_so_after_its_text() -> None:
    assert repeated("Oui {x}", "en") == "Oui {x} (possible repeat)"
    assert repeated("Oui", "fr") == "Oui (répétition possible)"


def test_the_operations_room_sees_a_masked_number_and_never_a_text() -> None:
    said = say("ops_reply_waits", phone="accueil", number="+336******79", text="my results")
    assert "+336******79" in said
    assert "results" not in said
