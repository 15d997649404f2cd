"""What `bridge send` and `bridge check --send` say, with the parameters of one occasion each."""

from typing import Any

_MRS = "+33612345678"

SEND: dict[str, list[dict[str, Any]]] = {
    "send_unknown_phone": [{"phones": ["accueil", "étage 2"], "phone": "acceuil"}, {"phones": ["a"], "phone": "b"}],
    "send_which_phone": [{"phones": ["accueil", "étage 2"]}],
    "send_no_number": [{"text": "Durand"}],
    "send_no_database": [{}],
    "send_no_phone": [{"phone": "accueil"}],
    "send_unsettled": [{"number": _MRS}],
    "send_handed_over": [{}],
    "send_not_taken": [{}],
    "send_accepted": [{"number": _MRS}],
    "send_expired": [{"number": _MRS}],
    "send_unconfirmed": [{"number": _MRS}],
    "send_parked": [{"number": _MRS}],
    "send_cancelled": [{"number": _MRS}],
    "send_anyway": [{}],
    "send_left_open": [{}],
    "prove_text": [{"phone": "accueil"}],
    "prove_text_no_answer": [{"phone": "accueil"}],
    "prove_no_ovh": [{"phone": "accueil"}],
    "prove_begins": [{"phone": "accueil", "number": _MRS}],
    "prove_accepted": [{}],
    "prove_answer_now": [{}],
    "prove_in_network": [{}],
    "prove_buffered": [{}],
    "prove_delivered": [{}],
    "prove_cannot_read": [{}],
    "prove_answered": [{"text": "OK"}],
    "prove_well": [{"phone": "accueil"}],
    "prove_well_no_answer": [{"phone": "accueil"}],
    "prove_no_answer": [{"number": _MRS}],
    "prove_no_report": [{}],
    "prove_stopped": [{}],
    "prove_nothing": [{"number": _MRS}],
}
