"""POST /sms/{service}/jobs: what OVH takes, what it refuses, what it answers."""

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bridge.domain.gsm import Measure, measure
from bridge.sandbox.ovh import errors
from bridge.sandbox.ovh.books import Books
from bridge.sandbox.ovh.numbers import as_receiver, is_metropolitan_mobile
from bridge.sandbox.ovh.values import AcceptedPost, OutgoingSms

STOP_CLAUSE = "\nSTOP 36111"  # OVH's guide on senders: a newline and ten characters, the number varies
_MOST_PARTS = 6
_LONGEST_TAG = 20
_CONTACT = re.compile(
    r"https?://|\bwww\.|\b[a-z0-9-]+\.[a-z]{2,}/|\S@\S+\.\w|(?:\+33|0033|\b0)[\s.]?[1-9](?:[\s.]?\d\d){4}\b",
    re.IGNORECASE,
)
_DESCRIBED: dict[str, type | tuple[type, ...]] = {
    "charset": str,
    "class": str,
    "coding": str,
    "differedPeriod": int,
    "message": str,
    "noStopClause": bool,
    "priority": str,
    "receivers": list,
    "receiversDocumentUrl": str,
    "receiversSlotId": str,
    "sender": str,
    "senderForResponse": bool,
    "tag": str,
    "validityPeriod": int,
}
"""The parameters of OVH's schema sms.json."""


@dataclass(frozen=True, slots=True)
class _Sender:
    name: str | None
    """None: a short number, another one for each receiver."""
    answerable: bool
    clause: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a POST: the answer's JSON, and what was accepted (None when nothing was)."""

    answer: dict[str, Any]
    accepted: AcceptedPost | None
    sms: tuple[OutgoingSms, ...]


def submit(books: Books, body: object) -> Taken:
    """Takes the SMS of one POST, or raises RefusalError. A refusal costs nothing and leaves nothing."""
    asked = _described(body)
    sender = _sender(books, asked)
    text: str = asked["message"]
    if sender.name is None and _CONTACT.search(text):
        # assumption: only links are documented; e-mail and telephone numbers are one author's guess.
        raise errors.contact_information()
    length = measure(text, len(STOP_CLAUSE) if sender.clause else 0)
    # assumption: OVH's FAQ names six parts as the most; how the API refuses more is unknown.
    if length.parts > _MOST_PARTS:
        raise errors.bad_parameter(f"[message] The message is too long: {length.parts} SMS")
    valid, invalid = _sorted_out(books, asked["receivers"], short=sender.name is None)
    tag = asked.get("tag") or _made_tag(books)
    # assumption: one credit a part to metropolitan France, two elsewhere.
    prices = [length.parts * (1.0 if is_metropolitan_mobile(number) else 2.0) for number in valid]
    # assumption: a call that costs more than is left is refused as a whole.
    if books.credits <= 0 or sum(prices) > books.credits:
        raise errors.no_credits()
    books.charge(sum(prices))
    priced = list(zip(valid, prices, strict=True))
    rows = _rows(books, priced, asked=asked, sender=sender, length=length, tag=tag)
    ids = [row.id for row in rows]
    books.random.shuffle(ids)  # their order against validReceivers is not promised
    answer = {
        "ids": ids,
        "validReceivers": valid,
        "invalidReceivers": invalid,
        "totalCreditsRemoved": sum(prices),
        "creditsLeft": books.credits,
        "tag": tag,
    }
    if not rows:
        return Taken(answer, None, ())
    name = books.account.service_name
    post = AcceptedPost(books.now(), name, tag, text, tuple(valid), tuple(ids), sum(prices))
    return Taken(answer, post, rows)


def _described(body: object) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise errors.bad_parameter("[message] This parameter is required")
    if unknown := sorted(set(body) - set(_DESCRIBED)):
        raise errors.bad_parameter(f"Received not described parameters: ({', '.join(unknown)}) while calling /jobs")
    for name, value in body.items():
        kind = _DESCRIBED[name]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise errors.bad_parameter(f"[{name}] Given data ({value}) is not valid for this parameter")
    if not body.get("message"):
        raise errors.bad_parameter("[message] This parameter is required")
    # assumption: a call without receivers is a bad one; documents and slots of receivers are not simulated.
    if not body.get("receivers") or not all(isinstance(number, str) for number in body["receivers"]):
        raise errors.bad_parameter("[receivers] This parameter is required")
    # assumption: OVH's advice of 20 characters is a limit.
    if len(body.get("tag", "")) > _LONGEST_TAG:
        raise errors.bad_parameter("[tag] Given data is too long")
    return body


def _sender(books: Books, asked: Mapping[str, Any]) -> _Sender:
    name = asked.get("sender")
    if asked.get("senderForResponse"):
        # `sender` beside it silently shows the short number (OVH's guide).
        # assumption: a short number gets no STOP clause.
        return _Sender(None, answerable=True, clause=False)
    if name is None:
        # assumption: without any sender the receiver sees a short number that takes no answers.
        return _Sender(None, answerable=False, clause=False)
    if books.senders.get(name) != "enable":
        raise errors.unknown_sender(name)
    # assumption: with a STOP clause the SMS still leaves at once, at night and on Sundays too.
    return _Sender(name, answerable=False, clause=not asked.get("noStopClause", False))


def _sorted_out(books: Books, receivers: list[str], *, short: bool) -> tuple[list[str], list[str]]:
    valid: list[str] = []
    invalid: list[str] = []
    # assumption: more than 500 receivers are taken, and one given twice is sent to twice.
    for written in receivers:
        number = as_receiver(written)
        # assumption: blacklisted numbers, and those a short number cannot reach, are invalid receivers.
        if number is None or number in books.blacklist or (short and not is_metropolitan_mobile(number)):
            invalid.append(written)
        else:
            valid.append(number)
    return valid, invalid


def _made_tag(books: Books) -> str:
    return "".join(books.random.choices(string.ascii_lowercase + string.digits, k=16))


def _rows(
    books: Books,
    priced: list[tuple[str, float]],
    *,
    asked: Mapping[str, Any],
    sender: _Sender,
    length: Measure,
    tag: str,
) -> tuple[OutgoingSms, ...]:
    moment = books.now()
    rows = tuple(
        OutgoingSms(
            id=books.new_id(),
            service_name=books.account.service_name,
            receiver=number,
            sender=sender.name or books.short_number_for(number),
            message=asked["message"] + (STOP_CLAUSE if sender.clause else ""),
            tag=tag,
            created=moment,
            parts=length.parts,
            length=length.units,
            credits=price,
            answerable=sender.answerable,
            differed=asked.get("differedPeriod", 0),
        )
        for number, price in priced
    )
    for row in rows:
        books.add(row)
    return rows
