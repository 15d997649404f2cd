from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.optout import is_stop

STOPS = [
    "STOP",
    "stop",
    "Stop",
    "Stop ",
    " STOP.\n",
    "STOP !",
    "« STOP »",
    '"stop"',
    "“Stop”",
    "(STOP)",
    "*STOP*",
    "STOP 🛑",
    "\u200bSTOP\u00a0",
    "ＳＴＯＰ",
    "ARRET",
    "ARRÊT",
    "arre\u0302t",
    "Arrêt.",
    "Désabonnement",
    "DESABONNEMENT",
    "Désabonnez-moi !",
    "Désabonner",
    "désinscription",
    "Unsubscribe",
    "unsubscribe me",
    "opt-out",
    "OPT OUT",
    "STOPALL",
    "STOP SMS",
    "stopsms",
    "STOP 36111",
    "STOP au 36111",
    "Stop  SMS   au 38416.",
    "STOP36111",
    "STOP" + "\n" * 100,
]
NOT_STOPS = [
    "",
    " ",
    "!!!",
    "stop or go?",
    "Stop, je rappelle",
    "Je veux que ça s'arrête",
    "Non stop",
    "Merci, stop",
    "STOP merci de ne plus m'écrire",
    "stop 12",
    "stop 0612345679",
    "stop 12345",
    "STOP 36111 36112",
    "Arrêt maladie",
    "arrêt de bus",
    "Arrêter",
    "stopper",
    "s.t.o.p",
    "Faut-il stopper le traitement ?",
    "Annuler",
    "annulation",
    "cancel",
    "end",
    "fin",
    "quit",
    "non",
    "Oui",
    "START",
    "unsubscribe tomorrow",
    "désinscription de la sortie de jeudi",
    "STOP" + "!" * 100,
]


@pytest.mark.parametrize("text", STOPS)
def test_a_message_that_is_a_stop_word_is_a_stop(text: str) -> None:
    assert is_stop(text)


@pytest.mark.parametrize("text", NOT_STOPS)
def test_what_a_patient_would_answer_is_no_stop(text: str) -> None:
    assert not is_stop(text)


signs = st.text(alphabet=st.sampled_from(" \n\t\u00a0.,;:!?…«»\"'“”()*_-🙏"), max_size=8)
casings = st.sampled_from([str.lower, str.upper, str.title])


@given(signs, st.sampled_from(["stop", "arrêt", "désabonnement", "unsubscribe"]), casings, signs)
def test_signs_around_and_case_never_matter(before: str, word: str, case: Callable[[str], str], after: str) -> None:
    assert is_stop(before + case(word) + after)


@given(st.sampled_from(["stop", "arrêt", "unsubscribe"]), st.from_regex(r"[a-zé]{1,12}", fullmatch=True))
def test_a_stop_word_beside_another_word_is_a_sentence(word: str, other: str) -> None:
    if other in {"me", "sms", "all"}:
        return
    assert not is_stop(f"{word} {other}")
    assert not is_stop(f"{other} {word}")
