"""One call of the API: from its path to the books, with the checks that come before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bridge.sandbox.ovh import endpoints, errors
from bridge.sandbox.ovh.access import Access, Credential
from bridge.sandbox.ovh.books import Books
from bridge.sandbox.ovh.submitting import Taken, submit
from bridge.sandbox.ovh.values import Clock, SeenRequest

_BESIDE_SERVICES = frozenset({"estimate", "ptts"})


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature covers: the URLs it may have been made for, the body as sent, and the headers.

    `origin`: scheme and host as the caller wrote them.
    """

    urls: Iterable[str]
    raw: str
    headers: Mapping[str, str]
    origin: str


@dataclass(frozen=True, slots=True)
class Done:
    """A call that OVH carried out: its JSON, and for POST /jobs what was taken."""

    answer: object
    taken: Taken | None = None


class Api:
    """The calls of all services that this OVH has."""

    def __init__(self, books: Mapping[str, Books], access: Access, now: Clock) -> None:
        self._books = books
        self._access = access
        self._now = now

    # assumption: no rate is enforced, since none is published; 429 comes by script alone.

    def call(self, seen: SeenRequest, signed: Signed) -> Done:
        """Carries one call out. Raises RefusalError."""
        call = (seen.method, seen.path)
        if call == ("GET", "/auth/time"):
            return Done(int(self._now().timestamp()))
        if call == ("POST", "/auth/credential"):
            return Done(self._access.request_credential(signed.headers, seen.body, signed.origin))
        credential = self._access.check(seen.method, seen.path, signed.urls, signed.headers, signed.raw)
        if call == ("GET", "/auth/currentCredential"):
            return Done(credential.told())
        # A grant matches the path to the letter; the call itself is found with or without its last slash.
        parts = seen.path.rstrip("/").split("/")[1:]
        if not parts or parts[0] != "sms":
            raise errors.unknown_path()
        if len(parts) == 1 and seen.method == "GET":
            return Done(sorted(credential.services))
        if len(parts) > 1 and parts[1] not in _BESIDE_SERVICES:
            return self._on_service(seen, credential, parts[1:])
        return Done(_beside_services(seen, parts))

    def _on_service(self, seen: SeenRequest, credential: Credential, parts: list[str]) -> Done:
        service, collection, item = [*parts, "", ""][:3]
        if service not in credential.services or len(parts) > 3:
            raise errors.unknown_service()
        books = self._books[service]
        if (seen.method, collection, item) == ("POST", "jobs", ""):
            taken = submit(books, seen.body)
            return Done(taken.answer, taken)
        endpoint = endpoints.TABLE.get((seen.method, collection, bool(item)))
        if endpoint is None:
            raise errors.unknown_path()
        return Done(endpoint(endpoints.Call(books, item, seen.query, seen.body)))


def _beside_services(seen: SeenRequest, parts: list[str]) -> object:
    match seen.method, parts:
        case "POST", ["sms", "estimate"]:
            return endpoints.estimate(seen.body)
        case "GET", ["sms", "ptts"]:
            return endpoints.explain_ptt(seen.query)
        case _:
            raise errors.unknown_path()
