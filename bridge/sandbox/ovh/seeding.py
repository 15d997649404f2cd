"""Rows put into the books by hand: what earlier times, other programs or OVH's own errors left there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bridge.sandbox.ovh.books import Blacklisted, Books
from bridge.sandbox.ovh.numbers import canonical
from bridge.sandbox.ovh.values import IncomingSms, OutgoingSms


class Seeding:
    """Makes rows that no accepted POST and no telephone made. `service` None is the first account."""

    def __init__(self, books: Callable[[str | None], Books]) -> None:
        self._books = books

    def outgoing(
        self,
        receiver: str,
        message: str,
        *,
        tag: str = "",
        sender: str = "38000",
        created: datetime | None = None,
        pending: bool = False,
        service: str | None = None,
    ) -> OutgoingSms:
        """An SMS that stands in /outgoing (and in /jobs where `pending`), costing nothing."""
        books = self._books(service)
        sms = OutgoingSms(
            id=books.new_id(),
            service_name=books.account.service_name,
            receiver=canonical(receiver),
            sender=sender,
            message=message,
            tag=tag,
            created=created or books.now(),
            parts=1,
            length=len(message),
            credits=0.0,
            answerable=True,
        )
        books.add(sms)
        if not pending:
            books.pending.pop(sms.id)
        return sms

    def duplicate(self, tag: str, *, service: str | None = None) -> list[OutgoingSms]:
        """A second row for each SMS with this tag, pending like a copy that has not left yet."""
        books = self._books(service)
        copies = [replace(sms, id=books.new_id()) for sms in books.with_tag(tag)]
        for copy in copies:
            books.add(copy)
        return copies

    def incoming(
        self,
        sender: str,
        message: str,
        *,
        tag: str = "",
        created: datetime | None = None,
        service: str | None = None,
    ) -> IncomingSms:
        """An answer in /incoming, in the very form of `sender`, told by no callback."""
        books = self._books(service)
        name, moment = books.account.service_name, created or books.now()
        sms = IncomingSms(books.new_id(), name, sender, message, tag, moment, 1.0)
        books.incoming[sms.id] = sms
        return sms

    def blacklist(self, number: str, *, service: str | None = None) -> None:
        """A number on the blacklist, told by no callback."""
        books = self._books(service)
        number = canonical(number)
        books.blacklist[number] = Blacklisted(number, books.now(), None)

    def list_also(self, collection: str, *values: object, service: str | None = None) -> None:
        """Values that the list `outgoing`, `jobs` or `incoming` shows besides its ids."""
        self._books(service).listed_too[collection].extend(values)
