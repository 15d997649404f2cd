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
from bridge.domain.failures import Reason, Refusal
from bridge.domain.marks import Status
from bridge.domain.rooms import Language
from bridge.wording import UNSENT, NoWording, button, mark_word, repeated, sentence, words

LANGUAGES = get_args(Language)
PARIS = "Europe/Paris"
MRS, MR = "+33612345678", "+33698765432"
WRONG = {"number": "+33612345679", "cause": "wrong_number"}
OFF = {"name": "Mrs Durand", "number": MRS, "cause": "phone_off"}
TONIGHT = "2026-11-18T21:40:00Z"
WEDNESDAY_NOON = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)

# Every kind of notice with the parameters of one occasion; the lanes put down exactly these.
OCCASIONS: dict[str, list[dict[str, Any]]] = {
    "reply": [{"name": "Mme Durand", "number": MRS, "text": "Oui"}, {"number": MRS, "text": ""}],
    "stranger": [{"number": MR, "text": "C'est bien pour demain ?"}],
    "failed": [
        {"failures": [{"number": MRS, "cause": cause}], "more": 0, "retry": retry}
        for cause in [*Cause, *UNSENT]
        for retry in (True, False)
    ],
    "refused": [{"reason": reason} for reason in Refusal if not reason.value.startswith(("room", "may"))],
    "waiting": [
        *({"until": TONIGHT, "reason": reason} for reason in Reason),
        *({"until": TONIGHT, "reason": "rate", "done": d} for d in ("cancelled", "sent", "expired")),
    ],
    "paused": [{"reason": reason} for reason in Reason],
    "resumed": [{}],
    "not_confirmed_yet": [{"people": ["Mme Durand"]}, {"people": []}],
    "may_have_been_sent": [
        {"people": ["Mme Durand"]},
        *({"people": ["Mme Durand"], "done": done, "by": "Claire"} for done in ("left", "resent")),
    ],
    "summary": [{"total": 43, "delivered": 41, "failed": 1, "unconfirmed": 0, "waiting": 1}],
    "stop_came": [{"name": "Mme Durand", "number": MRS}, {"number": MRS}],
    "edited_too_late": [{"at": "2026-11-18T09:42:00Z"}, {}],
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
    "ops_parked": [{"what": "job 7"}],
    "ops_still_waiting": [{"phone": "accueil", "minutes": 15}],
}  # fmt: skip


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
    assert worded | {"failed", "summary"} == set(OCCASIONS)


def test_both_languages_word_the_same_things_with_the_same_fields() -> None:
    fr, en = words("fr"), words("en")
    needs = [{key: [p.needs for p in said] for key, said in told.notices.items()} for told in (fr, en)]
    assert needs[0] == needs[1]
    for table in ("phrases", "buttons", "marks", "advice", "summary"):
        there, here = getattr(fr, table), getattr(en, table)
        assert {key: fields(text) for key, text in there.items()} == {key: fields(text) for key, text in here.items()}
    for table in ("undelivered", "unsent"):
        assert {key: said.needs for key, said in getattr(fr, table).items()} == {
            key: said.needs for key, said in getattr(en, table).items()
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
    assert {action: button(action, {}, language) for action in ("retry", "resend", "leave", "cancel")} == told.buttons


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_trade_s_own_words_are_never_said(language: Language) -> None:
    said = " ".join(
        sentence(kind, p, language, PARIS) for kind, all_ in OCCASIONS.items() for p in all_ if kind != "ops_parked"
    )
    assert not re.search(r"\b(jobs?|DLR|ptt|callbacks?|UCS-2|webhook)\b", said, re.IGNORECASE)  # fmt: skip


def test_an_unknown_kind_variant_button_or_cause_is_our_mistake() -> None:
    with pytest.raises(NoWording):
        say("no_such_kind")
    with pytest.raises(NoWording):
        say("refused", reason="no_such_reason")
    with pytest.raises(NoWording):
        button("explode", {}, "fr")
    with pytest.raises(NoWording):
        say("failed", failures=[{"number": MRS, "cause": "no_such_cause"}], more=0, retry=False)


def test_a_missing_parameter_is_named_and_nothing_is_said_with_a_hole() -> None:
    with pytest.raises(NoWording, match="until"):
        say("waiting", reason="network")
    with pytest.raises(NoWording, match="failures"):
        say("failed", retry=True)
    with pytest.raises(NoWording, match="number"):
        say("failed", failures=[{"cause": "wrong_number"}])


# --- the models ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "model"),
    [
        (
            say("failed", failures=[WRONG], more=0, retry=False),
            "Pas remis : le 06 12 34 56 79 n'existe pas ou ne reçoit pas de SMS. "
            "Inutile de réessayer : vérifiez le numéro ou téléphonez.",
        ),
        (
            say("failed", "en", failures=[OFF], retry=True),
            "Not delivered to Mrs Durand: phone off or out of coverage. Retry, or call if it is urgent.",
        ),
        (
            say("waiting", "fr", WEDNESDAY_NOON, until=TONIGHT, reason="network"),
            "Pas parti : la panne est de notre côté, rien n'a été débité. "
            "Nouvel essai automatique jusqu'à 22:40, puis abandonné ; vous serez prévenus.",
        ),
        (
            say("waiting", "en", WEDNESDAY_NOON, until=TONIGHT, reason="server"),
            "Not sent: the fault is ours, nothing was charged. "
            "We keep trying until 22:40, then drop it and tell you.",
        ),
        (
            say("may_have_been_sent", people=["Mme Durand"]),
            "Peut-être parti : OVH n'a rien confirmé et nous ne pouvons pas le savoir. "
            "En renvoyant, Mme Durand risque de le recevoir deux fois.",
        ),
        (
            say("stranger", number=MR, text="C'est bien pour demain ?"),
            "Numéro inconnu, 06 98 76 54 32 : « C'est bien pour demain ? » "
            "Répondez à ce message pour lui écrire.",
        ),
        (
            say("refused", "en", reason="link", link="doctolib.fr/…"),
            "Not sent: OVH refuses links (doctolib.fr/…) from a short number. Remove it and send again.",
        ),
        (
            say("refused", reason="too_long", parts=7, remove=41, costly=["ç", "ê"], parts_without=3),
            "Pas parti : 7 SMS, maximum 6. Retirez 41 caractères, "
            "ou remplacez « ç » et « ê » : il en ferait 3.",
        ),
        (
            say("not_sent_media", kind="picture"),
            "Photo pas envoyée, ni sa légende : un SMS ne contient que du texte. Écrivez le texte seul.",
        ),
        (
            say("reply", name="Mme Durand", number=MRS, text="Oui, 9 h."),
            "Mme Durand, 06 12 34 56 78 : « Oui, 9 h. »",
        ),
        (say("summary", "en", **OCCASIONS["summary"][0]), "Delivered 41 of 43, failed 1, waiting 1"),
    ],
)  # fmt: skip
def test_the_most_important_sentences_are_those_of_the_models(said: str, model: str) -> None:
    assert said == model


def test_several_failures_are_a_list_that_names_each_and_counts_the_rest() -> None:
    failures = [
        {"name": "Mme Durand", "number": MRS, "cause": "phone_off"},
        {"number": MR, "cause": "wrong_number"},
        {"name": "M. Petit", "number": "+33140000000", "cause": "unreachable"},
    ]
    said = say("failed", failures=failures, more=2, retry=True).splitlines()
    assert said == [
        "Pas arrivé chez 5 personnes :",
        "– Mme Durand : téléphone éteint ou hors réseau. Réessayez, ou téléphonez si c'est pressé.",
        "– le 06 98 76 54 32 n'existe pas ou ne reçoit pas de SMS. "
        "Inutile de réessayer : vérifiez le numéro ou téléphonez.",
        "– M. Petit : le 01 40 00 00 00 n'est pas un mobile de France métropolitaine, "
        "le numéro court ne peut pas l'atteindre. Téléphonez.",
        "– et 2 autres",
    ]


def test_retrying_is_only_advised_where_there_is_a_button_and_it_may_help() -> None:
    off, wrong = [{"number": MRS, "cause": "phone_off"}], [{"number": MRS, "cause": "wrong_number"}]
    assert "Retry" in say("failed", "en", failures=off, retry=True)
    assert "Retry" not in say("failed", "en", failures=off, retry=False)
    assert "Retry" not in say("failed", "en", failures=wrong, retry=True)


def test_letters_are_only_blamed_when_replacing_them_would_be_enough() -> None:
    too_long = {"reason": "too_long", "parts": 20, "remove": 900}
    assert "ç" not in say("refused", **too_long, costly=["ç"], parts_without=9)
    assert "«" not in say("refused", **too_long, costly=list("бгдёжзийлп"), parts_without=3)


def test_one_person_and_several_are_spoken_of_differently_and_many_are_counted() -> None:
    assert "M. Petit et Mme Durand risquent" in say("may_have_been_sent", people=["M. Petit", "Mme Durand"])
    assert "06 12 34 56 78 may get" in say("may_have_been_sent", "en", people=[MRS])
    many = say("not_confirmed_yet", "en", people=list("ABCDEFGH"))
    assert "the SMS to A, B, C, D, E and 3 more was" in many


def test_a_settled_notice_tells_what_became_of_it_and_who_decided() -> None:
    waiting = {"until": TONIGHT, "reason": "network"}
    assert say("waiting", "en", **waiting, done="cancelled", by="Claire").startswith("Cancelled by Claire:")
    assert say("waiting", "en", **waiting, done="cancelled").startswith("Cancelled:")
    assert "Claire" in say("may_have_been_sent", people=["M. Petit"], done="resent", by="Claire")


def test_a_summary_leaves_out_what_is_nought_and_tells_when_all_was_cancelled() -> None:
    assert say("summary", total=3, delivered=3, failed=0, unconfirmed=0, waiting=0) == "Arrivé chez 3 sur 3"
    nothing = {"total": 3, "delivered": 0, "failed": 0, "unconfirmed": 0, "waiting": 0}
    assert say("summary", "en", **nothing) == "Cancelled: nothing was sent."
    assert say("summary", "en", **nothing | {"failed": 3}) == "Delivered 0 of 3, failed 3"


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
        given_text = str(params.get("text"))
        said = sentence(kind, params, "fr", PARIS).replace(given_text, "")
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
