"""The most important sentences, word for word as people are to read them."""

import re

import pytest

from bridge.wording import Chat, sentence
from tests.occasions_commands import asked, room, standing
from tests.test_wording import MR, MRS, TONIGHT, WEDNESDAY_NOON, say

WRONG = {"number": "+33612345679", "cause": "wrong_number"}
OFF = {"name": "Mrs Durand", "number": MRS, "cause": "phone_off"}


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
        (
            say("status", "fr", WEDNESDAY_NOON, **asked(standing("accepted"))),
            "En route vers le téléphone de Mme Durand depuis 10:42.",
        ),
        (
            say("status", "fr", WEDNESDAY_NOON, **asked(standing("delivered"))),
            "Arrivé à 10:42 (arrivé ne veut pas dire lu). Réponse possible jusqu'à vendredi 10:42.",
        ),
        (
            say("first_message", "en", **room("list", 3, opening=None)),
            "This room sends SMS: what you write here goes to 3 people (06 12 34 56 78, M. Petit and A). "
            "No links or phone numbers in the text; appointments only, never results. "
            "They can answer for 48 h. /help says what you can do.",
        ),
        (
            say("summary", "en", total=43, delivered=41, failed=1, unconfirmed=0, waiting=1),
            "Delivered 41 of 43, failed 1, waiting 1",
        ),
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


def test_a_failure_that_is_tried_again_says_who_asked_and_advises_it_no_more() -> None:
    said = say("failed", "en", failures=[OFF], retry=True, done="retried", by="Claire").splitlines()
    assert said == [
        "Not delivered to Mrs Durand: phone off or out of coverage. Call if it is urgent.",
        "Claire asked for another try.",
    ]


def test_one_character_too_many_is_one_character() -> None:
    assert "Retirez 1 caractère et" in say("refused", reason="too_long", parts=7, remove=1)
    assert "Retirez 2 caractères et" in say("refused", reason="too_long", parts=7, remove=2)


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


def test_letters_beyond_five_are_counted_and_are_nobody() -> None:
    params = {"parts": 3, "receivers": 1, "price": 3, "costly": list("êôâçî"), "parts_without": 1, "hold": 0}
    assert "« î » et une autre lettre, il" in say("several_parts", **params, letters=6)
    assert "« î » et 3 autres lettres, il" in say("several_parts", **params, letters=8)
    assert '"î" and one more letter it' in say("several_parts", "en", **params, letters=6)


@pytest.mark.parametrize(
    ("hold", "fr", "en"),
    [
        (1, "dans la seconde", "within 1 second"),
        (5, "dans les 5 secondes", "within 5 seconds"),
        (60, "dans la minute", "within 1 minute"),
        (90, "dans les 90 secondes", "within 90 seconds"),
        (600, "dans les 10 minutes", "within 10 minutes"),
    ],
)
def test_the_time_to_stop_it_is_told_as_people_say_it(hold: int, fr: str, en: str) -> None:
    params = {"parts": 2, "receivers": 1, "price": 2, "costly": [], "letters": 0, "parts_without": 2, "hold": hold}
    assert say("several_parts", **params).endswith(f"Pour l'arrêter : /cancel {fr}.")
    assert say("several_parts", "en", **params).endswith(f"To stop it: /cancel {en}.")


def test_french_counts_less_than_two_as_one() -> None:
    assert "0 crédit sur" in say("credits", left=0.0)
    assert "1,5 crédit sur" in say("credits", left=1.5)
    assert "2 crédits sur" in say("credits", left=2.0)
    assert say("credits", "en", left=0.0).startswith("0 credits left")


def test_someone_without_a_name_is_a_number_with_its_article() -> None:
    assert "ici part au 06 12 34 56 78." in say("first_message", **room("line", 1))
    assert "part par SMS au 06 12 34 56 78." in say("help", **room("line", 1))
    assert "Ici arrivent les SMS du 06 12 34 56 78." in say("first_message", **room("commands", 1))
    assert "En renvoyant, le 06 12 34 56 78 risque" in say("may_have_been_sent", people=[MRS])
    assert "si le SMS pour le 06 12 34 56 78 est parti" in say("not_confirmed_yet", people=[MRS])
    assert "donc pas le 06 12 34 56 78." in say("refused", reason="unreachable", people=[MRS])
    assert say("refused", reason="stopped", people=[MRS]).startswith("Pas parti : le 06 12 34 56 78 a répondu")
    assert "par SMS au 06 12 34 56 78, par" in say("linked", address="telegram:-1", phone="accueil", people=[MRS])
    assert "part au 06 12 34 56 78, par" in say("check_room_line", room="telegram:-1", phone="a", people=[MRS])


def test_an_sms_without_a_word_is_said_to_be_empty() -> None:
    assert say("reply", name="Mme Durand", number=MRS, text="") == "Mme Durand, 06 12 34 56 78 : (SMS vide)"
    assert say("reply", "en", number=MRS, text="") == "06 12 34 56 78: (empty SMS)"


def test_a_list_s_status_tells_apart_what_did_not_leave_and_what_did_not_arrive() -> None:
    said = say("status", **asked(standing("undelivered"), standing("stopped", None), standing("queued")))
    assert "\n– Mme Durand : pas remis, téléphone éteint ou hors réseau. Téléphonez si c'est pressé." in said
    stopped = {**standing("stopped"), "cause": "stopped"}
    assert "\n– Mrs Durand: not sent, this person answered STOP" in say(
        "status", "en", **asked({**stopped, "name": "Mrs Durand"}, standing("queued"))
    )


def test_a_room_and_a_platform_are_called_by_the_names_people_know() -> None:
    telegram = Chat("telegram", "/")
    said = [
        sentence(kind, params, language, "Europe/Paris", chat=telegram)
        for kind, params in {
            "help": room("line", 1, operator=True),
            "ops_room_shut": {"room": "telegram:-1", "state": "muted"},
            "ops_room_moved": {"room": "telegram:-1", "to": "telegram:-2"},
            "ops_missed": {"platform": "telegram", "since": None, "until": TONIGHT},
            "ops_reply_waits": {"phone": "accueil", "number": "+336******79"},
            "ops_parked": {"lane": "posts", "row": "7"},
            "ops_chat_revoked": {"platform": "telegram"},
        }.items()
        for language in ("fr", "en")
    ]
    assert not [one for one in said if re.search(r"\b(salons?|rooms?)\b|(Messagerie|Chat) telegram", one)]
