"""The calls of the API besides sending: what each gives back, and the table that finds them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bridge.domain.gsm import measure
from bridge.sandbox.ovh import errors, ptts
from bridge.sandbox.ovh.books import Books
from bridge.sandbox.ovh.numbers import as_receiver
from bridge.sandbox.ovh.submitting import STOP_CLAUSE
from bridge.sandbox.ovh.times import as_ovh_writes
from bridge.sandbox.ovh.values import IncomingSms, OutgoingSms


@dataclass(frozen=True, slots=True)
class Call:
    """One granted call on a service: `item` is the last part of a path such as /outgoing/{id}."""

    books: Books
    item: str
    query: Mapping[str, str]
    body: object


def account(call: Call) -> dict[str, Any]:
    """`sms.Account`."""
    books = call.books
    return {
        "name": books.account.service_name,
        "status": "enable",
        "channel": "transactional",
        "creditsLeft": books.credits,
        "creditsHoldByQuota": 0,
        "userQuantityWithQuota": 0,
        "smpp": False,
        "callBack": books.call_back,
        "stopCallBack": books.stop_call_back,
        **books.settings,
    }


def change_account(call: Call) -> None:
    """A partial body changes what it names; an object in it replaces the whole object."""
    books = call.books
    if not isinstance(call.body, dict):
        raise errors.bad_parameter("Given data is not valid for type sms.Account")
    for name, value in call.body.items():
        match name:
            case "callBack":
                books.call_back = value or None
            case "stopCallBack":
                books.stop_call_back = value or None
            case _ if name in books.settings:
                books.settings[name] = value
            case _:
                continue  # assumption: what cannot be written is passed over.
    response = books.settings["smsResponse"]
    takes = isinstance(response, dict) and response.get("responseType") == "cgi"
    books.reply_url = response.get("cgiUrl") if takes else None


def outgoing(call: Call) -> list[object]:
    """Ids of what was sent."""
    return call.books.list_outgoing(call.query)


def one_outgoing(call: Call) -> dict[str, Any]:
    """`sms.Outgoing`."""
    sms = _sms(call)
    # assumption: what the list does not show yet cannot be read by its id either.
    if not call.books.is_listed(sms):
        raise errors.unknown_object("id", call.item)
    return _told(sms) | {"tag": sms.tag, "tariffCode": "SMS", "batchID": None, "messageID": None}


def jobs(call: Call) -> list[object]:
    """Ids of what is pending. It has no filter."""
    # assumption: an SMS is pending until its first report, and /outgoing shows it from the start.
    return call.books.list_jobs()


def one_job(call: Call) -> dict[str, Any]:
    """`sms.Job`: it tells no tag."""
    sms = _sms(call)
    if not call.books.is_pending(sms):
        raise errors.unknown_object("id", call.item)
    return _told(sms)


def withdraw_job(call: Call) -> None:
    """Takes back what is still pending."""
    sms = _sms(call)
    if sms.id not in call.books.pending:
        raise errors.unknown_object("id", call.item)
    call.books.withdraw(sms)


def incoming(call: Call) -> list[object]:
    """Ids of answers."""
    return call.books.list_incoming(call.query)


def one_incoming(call: Call) -> dict[str, Any]:
    """`sms.Incoming`."""
    sms: IncomingSms | None = call.books.incoming.get(_id(call))
    if sms is None:
        raise errors.unknown_object("id", call.item)
    return {
        "id": sms.id,
        "sender": sms.sender,
        "message": sms.message,
        "creationDatetime": as_ovh_writes(sms.created),
        "credits": sms.credits,
        "tag": sms.tag,
    }


def blacklists(call: Call) -> list[str]:
    """Numbers that answered STOP."""
    # assumption: numbers on the blacklist are written +33….
    return list(call.books.blacklist)


def one_blacklisted(call: Call) -> dict[str, Any]:
    """`sms.Blacklist`."""
    entry = call.books.blacklist.get(as_receiver(call.item) or call.item)
    if entry is None:
        raise errors.unknown_object("number", call.item)
    return {
        "number": entry.number,
        "dateCreation": as_ovh_writes(entry.since),
        "smsOutgoingID": entry.outgoing_id,
        "batchID": None,
    }


def forgive(call: Call) -> None:
    """Takes a number off the blacklist."""
    if call.books.blacklist.pop(as_receiver(call.item) or call.item, None) is None:
        raise errors.unknown_object("number", call.item)


def senders(call: Call) -> list[str]:
    """Names of senders."""
    return list(call.books.senders)


def one_sender(call: Call) -> dict[str, Any]:
    """`sms.Sender`."""
    status = call.books.senders.get(call.item)
    if status is None:
        raise errors.unknown_object("sender", call.item)
    return {
        "sender": call.item,
        "status": status,
        "type": "alpha",
        "referer": "custom",
        "description": "",
        "comment": None,
        "validationMedia": None,
    }


def exceptions(call: Call) -> list[dict[str, Any]]:
    """`sms.Exception`: operators' restrictions for a receiver; none unless a test names some."""
    return call.books.exceptions


def estimate(body: object) -> dict[str, Any]:
    """`sms.JobEstimate`: what a text costs in parts."""
    if not isinstance(body, dict) or not isinstance(body.get("message"), str):
        raise errors.bad_parameter("[message] This parameter is required")
    clause = body.get("senderType") == "alpha" and not body.get("noStopClause", False)
    length = measure(body["message"], len(STOP_CLAUSE) if clause else 0)
    alone, joined, name = (160, 153, "7bits") if length.encoding == "gsm7" else (70, 67, "unicode")
    return {
        "characters": length.units,
        "charactersClass": name,
        "maxCharactersPerPart": alone if length.parts <= 1 else joined,
        "parts": length.parts,
    }


def explain_ptt(query: Mapping[str, str]) -> dict[str, str]:
    """`sms.PttDetails`."""
    code = query.get("ptt", "")
    if not code.isdigit():
        raise errors.bad_parameter("[ptt] This parameter is required")
    return ptts.explain(int(code))


def _id(call: Call) -> int:
    if not call.item.isdigit():
        raise errors.bad_parameter(f"[id] Given data ({call.item}) is not valid for type long")
    return int(call.item)


def _sms(call: Call) -> OutgoingSms:
    sms = call.books.outgoing.get(_id(call))
    if sms is None:
        raise errors.unknown_object("id", call.item)
    return sms


def _told(sms: OutgoingSms) -> dict[str, Any]:
    return {
        "id": sms.id,
        "receiver": sms.receiver,
        "sender": sms.sender,
        "message": sms.message,
        "creationDatetime": as_ovh_writes(sms.created),
        "sentAt": None if sms.sent is None else as_ovh_writes(sms.sent),
        "deliveredAt": None if sms.delivered is None else as_ovh_writes(sms.delivered),
        "deliveryReceipt": sms.receipt,
        "ptt": sms.ptt,
        "credits": sms.credits,
        "numberOfSms": sms.parts,
        "messageLength": sms.length,
        "differedDelivery": sms.differed,
    }


TABLE: dict[tuple[str, str, bool], Callable[[Call], object]] = {
    ("GET", "", False): account,
    ("PUT", "", False): change_account,
    ("GET", "outgoing", False): outgoing,
    ("GET", "outgoing", True): one_outgoing,
    ("GET", "jobs", False): jobs,
    ("GET", "jobs", True): one_job,
    ("DELETE", "jobs", True): withdraw_job,
    ("GET", "incoming", False): incoming,
    ("GET", "incoming", True): one_incoming,
    ("GET", "blacklists", False): blacklists,
    ("GET", "blacklists", True): one_blacklisted,
    ("DELETE", "blacklists", True): forgive,
    ("GET", "senders", False): senders,
    ("GET", "senders", True): one_sender,
    ("GET", "exceptions", False): exceptions,
    # assumption: estimate stands below a service too; the schema has it below /sms alone.
    ("POST", "estimate", False): lambda call: estimate(call.body),
}
"""(method, collection under /sms/{service}, whether an item follows) -> the call."""
