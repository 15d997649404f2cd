"""What one SMS service holds: credits, outgoing and incoming SMS, blacklist, senders, registered URLs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from bridge.sandbox.ovh import errors, ptts
from bridge.sandbox.ovh.numbers import as_receiver
from bridge.sandbox.ovh.times import from_query
from bridge.sandbox.ovh.values import Clock, IncomingSms, OutgoingSms, SmsAccount

_Row = TypeVar("_Row", OutgoingSms, IncomingSms)

_LOWEST_ID = 3_000_000_000  # beyond 32 bits: OVH's ids are longs
_HIGHEST_ID = 9_000_000_000


@dataclass(frozen=True, slots=True)
class Blacklisted:
    """A number that answered STOP, and the SMS that it stopped (None where unknown)."""

    number: str
    since: datetime
    outgoing_id: int | None


class Books:
    """One service's records, with indexes by tag and by receiver so that nothing is scanned.

    `late_outgoing` and `late_jobs` are the seconds after which an accepted SMS shows up in these lists.
    `listed_too` are values that the lists `outgoing`, `jobs` and `incoming` show besides the real ids.
    """

    def __init__(self, account: SmsAccount, now: Clock, random: Random) -> None:
        self.account = account
        self.now = now
        self.random = random
        self.drained = False
        self._credits = account.credits
        self.outgoing: dict[int, OutgoingSms] = {}
        self.pending: dict[int, OutgoingSms] = {}
        self.incoming: dict[int, IncomingSms] = {}
        self.blacklist: dict[str, Blacklisted] = {}
        self.senders: dict[str, str] = dict.fromkeys(account.senders, "enable")
        self.short_numbers: dict[str, str] = {}
        self.late_outgoing = 0.0
        self.late_jobs = 0.0
        self.listed_too: dict[str, list[object]] = defaultdict(list)
        self.exceptions: list[dict[str, Any]] = []
        self.call_back: str | None = None
        self.stop_call_back: str | None = None
        self.reply_url: str | None = None
        self.settings: dict[str, Any] = {
            "description": "",
            "automaticRecreditAmount": None,
            "creditThresholdForAutomaticRecredit": 0,
            "smsResponse": {"responseType": "none", "cgiUrl": None, "text": None},
            "templates": {"customizedEmailMode": False, "customizedSmsMode": False},
        }
        self._by_tag: dict[str, list[OutgoingSms]] = defaultdict(list)
        self._by_receiver: dict[str, list[OutgoingSms]] = defaultdict(list)

    @property
    def credits(self) -> float:
        """Credits left; none while the account is drained."""
        return 0.0 if self.drained else self._credits

    def top_up(self, credits: float) -> None:
        """Sets what is left."""
        self._credits = credits

    def charge(self, credits: float) -> None:
        """Takes credits away; the balance never falls below zero."""
        self._credits = max(0.0, self._credits - credits)

    def new_id(self) -> int:
        """An id not in use; ids neither rise nor follow each other, since OVH does not promise that."""
        while True:
            number = self.random.randrange(_LOWEST_ID, _HIGHEST_ID)
            if number not in self.outgoing and number not in self.incoming:
                return number

    def add(self, sms: OutgoingSms) -> None:
        """Takes an SMS into the lists; it is pending until a first report."""
        self.outgoing[sms.id] = sms
        self.pending[sms.id] = sms
        self._by_tag[sms.tag].append(sms)
        self._by_receiver[sms.receiver].append(sms)

    def withdraw(self, sms: OutgoingSms) -> None:
        """Takes a pending SMS out again, as DELETE /jobs/{id} does, and gives its credits back."""
        # assumption: a job that is deleted before it left is not charged.
        del self.outgoing[sms.id], self.pending[sms.id]
        self._by_tag[sms.tag].remove(sms)
        self._by_receiver[sms.receiver].remove(sms)
        self._credits += sms.credits

    def with_tag(self, tag: str) -> list[OutgoingSms]:
        """The SMS that carry this tag, visible or not."""
        return list(self._by_tag.get(tag, ()))

    def short_number_for(self, receiver: str) -> str:
        """The random five-digit number that this receiver sees; forget it in `short_numbers` to have another."""
        # assumption: a receiver keeps seeing one short number, although OVH may change it at every SMS.
        if receiver not in self.short_numbers:
            self.short_numbers[receiver] = str(self.random.randrange(36_000, 39_000))
        return self.short_numbers[receiver]

    def settle(self, sms: OutgoingSms, receipt: int, ptt: int) -> None:
        """Writes a report into the SMS: `receipt` is the DLR id."""
        sms.receipt, sms.ptt = receipt, ptt
        moment = self.now()
        sms.sent = sms.sent or moment
        if receipt == ptts.DELIVERED:
            sms.delivered = moment
        self.pending.pop(sms.id, None)

    # What is listed

    def is_listed(self, sms: OutgoingSms) -> bool:
        """Whether /outgoing shows it already."""
        return self._old_enough(sms, self.late_outgoing)

    def is_pending(self, sms: OutgoingSms) -> bool:
        """Whether /jobs shows it: not yet handed to the operator."""
        return sms.id in self.pending and self._old_enough(sms, self.late_jobs)

    def _old_enough(self, sms: OutgoingSms, late: float) -> bool:
        return not late or sms.created + timedelta(seconds=late) <= self.now()

    def list_jobs(self) -> list[object]:
        """The ids of what is pending, in no order of interest."""
        return [sms.id for sms in self.pending.values() if self.is_pending(sms)] + self.listed_too["jobs"]

    def list_outgoing(self, query: Mapping[str, str]) -> list[object]:
        """Ids by OVH's filters. Raises RefusalError 400 for a filter that is not one."""
        wanted = dict(query)
        found: Iterable[OutgoingSms] = self.outgoing.values()
        if (tag := wanted.pop("tag", None)) is not None:
            found = self._by_tag.get(tag, ())
        if (receiver := wanted.pop("receiver", None)) is not None:
            number = as_receiver(receiver) or receiver
            found = self._by_receiver.get(number, ()) if tag is None else [x for x in found if x.receiver == number]
        found = self._between(found, wanted)
        for name, attribute in (
            ("ptt", "ptt"),
            ("deliveryReceipt", "receipt"),
            ("differedDelivery", "differed"),
        ):
            if name in wanted:
                found = _equal(found, attribute, _integer(name, wanted.pop(name)))
        if "sender" in wanted:
            found = _equal(found, "sender", wanted.pop("sender"))
        _nothing_left(wanted, "/outgoing")
        return [sms.id for sms in found if self.is_listed(sms)] + self.listed_too["outgoing"]

    def list_incoming(self, query: Mapping[str, str]) -> list[object]:
        """Ids by OVH's filters. Raises RefusalError 400 for a filter that is not one."""
        wanted = dict(query)
        found: Iterable[IncomingSms] = self._between(self.incoming.values(), wanted)
        for name in ("sender", "tag"):
            if name in wanted:
                found = _equal(found, name, wanted.pop(name))
        _nothing_left(wanted, "/incoming")
        return [sms.id for sms in found] + self.listed_too["incoming"]

    @staticmethod
    def _between(found: Iterable[_Row], wanted: dict[str, str]) -> Iterable[_Row]:
        begin, end = (wanted.pop(f"creationDatetime.{edge}", None) for edge in ("from", "to"))
        # Both ends count, and OVH's dates have whole seconds.
        if begin is not None:
            first = from_query("creationDatetime.from", begin)
            found = [sms for sms in found if sms.created.replace(microsecond=0) >= first]
        if end is not None:
            last = from_query("creationDatetime.to", end)
            found = [sms for sms in found if sms.created.replace(microsecond=0) <= last]
        return found


def _equal(found: Iterable[_Row], attribute: str, value: object) -> Iterator[_Row]:
    return (sms for sms in found if getattr(sms, attribute) == value)


def _integer(name: str, written: str) -> int:
    try:
        return int(written)
    except ValueError:
        raise errors.bad_parameter(f"[{name}] Given data ({written}) is not valid for type long") from None


def _nothing_left(wanted: Mapping[str, str], path: str) -> None:
    # assumption: filters that the schema does not know are refused.
    if wanted:
        raise errors.bad_parameter(
            f"Received not described parameters: ({', '.join(sorted(wanted))}) while calling {path}"
        )
