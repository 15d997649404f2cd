"""What OVH says of a job and of answers, in our words: pure."""

from datetime import datetime
from typing import Final

from bridge.adapters.ovh import fields
from bridge.adapters.ovh.fields import Unreadable
from bridge.adapters.ovh.ptt import cause_of
from bridge.domain.failures import OutcomeUnknown, Permanent, Refusal
from bridge.domain.ids import OvhId
from bridge.domain.numbers import E164
from bridge.domain.sms import Reply, Report, Submission
from bridge.domain.states import SmsState

_DELIVERED: Final = 1
_FAILED: Final = 2
_ERROR: Final = 16
_STATES: Final = {
    0: SmsState.ACCEPTED,
    _DELIVERED: SmsState.DELIVERED,
    _FAILED: SmsState.UNDELIVERED,
    4: SmsState.IN_NETWORK,
    8: SmsState.BUFFERED,
    _ERROR: SmsState.UNDELIVERED,  # not billed
}
FINAL_RECEIPTS: Final = (_DELIVERED, _FAILED, _ERROR)
"""DLR ids after which nothing more is expected, as `deliveryReceipt` filters for them."""


def submission(value: object, receivers: tuple[E164, ...]) -> Submission | Permanent | OutcomeUnknown:
    """A 200 to POST /jobs. What is not readable may all the same have been accepted."""
    try:
        answer = fields.record(value)
        ids = fields.ids(answer.get("ids"))
    except Unreadable:
        return OutcomeUnknown()
    if not ids:
        # No ids is a refusal of every number, for all its 200; with valid receivers it contradicts itself.
        return OutcomeUnknown() if answer.get("validReceivers") else Permanent(Refusal.INVALID_NUMBER)
    return Submission(
        ids=ids,
        refused=fields.numbers(answer.get("invalidReceivers"), receivers),
        credits_removed=fields.credits_of(answer.get("totalCreditsRemoved")) or 0.0,
        credits_left=fields.credits_of(answer.get("creditsLeft")),
    )


def report(ovh_id: OvhId, dlr: int, ptt: int | None = None, receiver: E164 | None = None) -> Report:
    """A delivery report, pulled or pushed. The DLR id alone says what became of the SMS, ptt why it failed.

    A DLR id that OVH does not document says nothing: the SMS stays accepted.
    """
    state = _STATES.get(dlr, SmsState.ACCEPTED)
    cause = cause_of(ptt) if state is SmsState.UNDELIVERED and ptt is not None else None
    return Report(ovh_id, state, cause, receiver)


def report_of(outgoing: object) -> Report:
    """`sms.Outgoing` (OVH's schema sms.json) as a report. Raises Unreadable."""
    sms = fields.record(outgoing)
    ptt = sms.get("ptt")
    return report(
        OvhId(fields.integer(sms.get("id"), "id")),
        fields.integer(sms.get("deliveryReceipt"), "deliveryReceipt"),
        None if ptt is None else fields.integer(ptt, "ptt"),
        fields.number(sms.get("receiver")),
    )


def reply(value: object, read_at: datetime) -> Reply:
    """`sms.Incoming` (OVH's schema sms.json). Raises Unreadable.

    A date without offset could be anybody's noon: `read_at`, OVH's time when it was read, stands in for it,
    since an answer is mostly read within a minute of its coming.
    """
    sms = fields.record(value)
    sender = fields.text(sms.get("sender"), "sender")
    return Reply(
        id=OvhId(fields.integer(sms.get("id"), "id")),
        sender=fields.number(sender),
        sender_text=sender,
        text=fields.text(sms.get("message"), "message"),
        tag=fields.text(sms.get("tag") or "", "tag"),
        received_at=fields.moment(sms.get("creationDatetime")) or read_at,
    )
