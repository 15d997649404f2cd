"""Faults on demand: what goes wrong with a call, before OVH carried it out or after."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bridge.sandbox.endings import Answer, Ending
from bridge.sandbox.ovh import errors
from bridge.sandbox.ovh.errors import RefusalError
from bridge.sandbox.ovh.values import SeenRequest


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong. `carried_out` is whether OVH does what was asked all the same.

    `early_report` is a (DLR id, ptt) that is pushed for each SMS before the POST is answered.
    """

    name: str
    carried_out: bool = False
    ending: Ending = Ending.ANSWER
    answer: Answer | None = None
    early_report: tuple[int, int] | None = None
    refuses_receivers: bool = False

    @classmethod
    def rate_limited(cls, retry_after: int | None = None) -> "Fault":
        """429; `retry_after` in seconds."""
        return cls("rate_limited", answer=_refusal(errors.rate_limited(), retry_after))

    @classmethod
    def broken(cls, status: int = 500, *, carried_out: bool = False) -> "Fault":
        """500, 502, 503 or 504 in JSON."""
        return cls(f"broken_{status}", carried_out, answer=_refusal(errors.broken(status)))

    @classmethod
    def html(cls, status: int = 502, *, carried_out: bool = False) -> "Fault":
        """A proxy's page in place of an answer; status 200 was seen as well."""
        page = f"<html><body><h1>{status} proxy</h1></body></html>".encode()
        return cls(f"html_{status}", carried_out, answer=Answer(status, page, "text/html"))

    @classmethod
    def reset(cls, *, carried_out: bool = False) -> "Fault":
        """The connection is reset, before OVH read the call or after it carried it out."""
        return cls("reset", carried_out, Ending.RESET)

    @classmethod
    def hang(cls, *, carried_out: bool = False) -> "Fault":
        """No answer until `SimulatedOvh.release`."""
        return cls("hang", carried_out, Ending.HANG)

    @classmethod
    def cut_short(cls, *, carried_out: bool = True) -> "Fault":
        """The answer breaks off in the middle."""
        return cls("cut_short", carried_out, Ending.CUT_SHORT)

    @classmethod
    def garbage(cls, *, carried_out: bool = True) -> "Fault":
        """200 with what is no JSON, although the header says so."""
        return cls("garbage", carried_out, answer=Answer(200, b'{"ids": [12, '))

    @classmethod
    def odd_answer(cls, value: object = None, *, carried_out: bool = True) -> "Fault":
        """200 with valid JSON of another shape than the schema's, null by default."""
        return cls("odd_answer", carried_out, answer=Answer(200, json.dumps(value).encode()))

    @classmethod
    def refused_receivers(cls) -> "Fault":
        """200, no ids, and every receiver invalid: a refusal that looks like a success."""
        return cls("refused_receivers", refuses_receivers=True)

    @classmethod
    def revoked(cls) -> "Fault":
        """403 INVALID_CREDENTIAL."""
        return cls("revoked", answer=_refusal(errors.invalid_credential()))

    @classmethod
    def invalid_key(cls) -> "Fault":
        """403 INVALID_KEY."""
        return cls("invalid_key", answer=_refusal(errors.invalid_key()))

    @classmethod
    def not_credential(cls) -> "Fault":
        """403 NOT_CREDENTIAL."""
        return cls("not_credential", answer=_refusal(errors.not_credential()))

    @classmethod
    def not_granted(cls) -> "Fault":
        """403 NOT_GRANTED_CALL."""
        return cls("not_granted", answer=_refusal(errors.not_granted()))

    @classmethod
    def odd_forbidden(cls) -> "Fault":
        """403 whose JSON is a string: it makes OVH's own client raise AttributeError."""
        return cls("odd_forbidden", answer=Answer(403, b'"Forbidden"'))

    @classmethod
    def unauthorized(cls) -> "Fault":
        """401."""
        refusal = RefusalError(401, "You are not authorized", None, "Client::Unauthorized")
        return cls("unauthorized", answer=_refusal(refusal))

    @classmethod
    def no_credits(cls) -> "Fault":
        """The refusal for lack of credits, whatever the balance."""
        return cls("no_credits", answer=_refusal(errors.no_credits()))

    @classmethod
    def query_time_out(cls) -> "Fault":
        """400 QUERY_TIME_OUT, whatever the clock."""
        return cls("query_time_out", answer=_refusal(errors.query_time_out()))

    @classmethod
    def invalid_signature(cls) -> "Fault":
        """400 INVALID_SIGNATURE, whatever the keys."""
        return cls("invalid_signature", answer=_refusal(errors.invalid_signature()))

    @classmethod
    def contact_information(cls) -> "Fault":
        """400, the text is refused from a short number."""
        return cls("contact_information", answer=_refusal(errors.contact_information()))

    @classmethod
    def unknown_service(cls) -> "Fault":
        """404 This service does not exist."""
        return cls("unknown_service", answer=_refusal(errors.unknown_service()))

    @classmethod
    def calls_back_first(cls, receipt: int = 1, ptt: int = 4) -> "Fault":
        """Accepts, pushes this report for every SMS, and answers only then."""
        return cls("calls_back_first", carried_out=True, early_report=(receipt, ptt))

    @classmethod
    def answers(
        cls, status: int, body: bytes, *, content_type: str = "application/json", carried_out: bool = False
    ) -> "Fault":
        """Any other answer."""
        return cls(f"answers_{status}", carried_out, answer=Answer(status, body, content_type))


def _refusal(refusal: RefusalError, retry_after: int | None = None) -> Answer:
    return Answer(refusal.status, json.dumps(refusal.body).encode(), retry_after=retry_after)


Condition = Callable[[SeenRequest], bool]


@dataclass(slots=True)
class Scripted:
    """A fault that waits for its calls. `left` counts down, None for ever; `hits` counts up."""

    fault: Fault
    method: str
    pattern: str
    left: int | None
    condition: Condition | None = None
    hits: int = 0

    def matches(self, seen: SeenRequest) -> bool:
        """Whether this call is one of those."""
        if self.left == 0 or self.method not in ("*", seen.method):
            return False
        if not (fnmatchcase(seen.path, self.pattern) or fnmatchcase(below_service(seen.path), self.pattern)):
            return False
        return self.condition is None or self.condition(seen)

    def cancel(self) -> None:
        """It happens no more."""
        self.left = 0


def below_service(path: str) -> str:
    """What stands after /sms/{service}/, `account` for the service itself, the path where it is another."""
    parts = path.strip("/").split("/", 2)
    if parts[0] != "sms" or len(parts) < 2:
        return path
    return parts[2] if len(parts) > 2 else "account"


class Script:
    """The faults to come, taken in the order in which they were written."""

    def __init__(self) -> None:
        self._scripted: list[Scripted] = []

    def add(self, fault: Fault, on: str, times: int | None, when: Condition | None = None) -> Scripted:
        """`on` is METHOD PATTERN, as `POST jobs`, `GET outgoing/*`, `GET /auth/time`, `* *`."""
        method, _, pattern = on.partition(" ")
        scripted = Scripted(fault, method, pattern, times, when)
        self._scripted.append(scripted)
        return scripted

    def take(self, seen: SeenRequest) -> Fault | None:
        """The fault that this call meets, if any."""
        for scripted in self._scripted:
            if scripted.matches(seen):
                scripted.hits += 1
                if scripted.left is not None:
                    scripted.left -= 1
                    self._scripted = [other for other in self._scripted if other.left != 0]
                return scripted.fault
        return None

    def clear(self) -> None:
        """Forgets all that has not happened."""
        self._scripted.clear()
