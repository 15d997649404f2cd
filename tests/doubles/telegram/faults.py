"""Faults on demand: what goes wrong with a call, before Telegram carried it out or after."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bridge.sandbox.endings import Answer, Ending
from tests.doubles.telegram import errors
from tests.doubles.telegram.calls import Call


def in_json(body: dict[str, Any]) -> Answer:
    """An answer as the Bot API gives it: the status is its error code."""
    code = 200 if body["ok"] else body["error_code"]
    told = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return Answer(code, told, retry_after=body.get("parameters", {}).get("retry_after"))


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong. `carried_out` is whether Telegram does what was asked all the same."""

    name: str
    carried_out: bool = False
    ending: Ending = Ending.ANSWER
    answer: Answer | None = None

    @classmethod
    def rate_limited(cls, retry_after: int | None = 7) -> "Fault":
        """429, also for slow mode; `retry_after` in seconds, None where no time is told."""
        return cls("rate_limited", answer=in_json(errors.too_many(retry_after)))

    @classmethod
    def unauthorized(cls) -> "Fault":
        """401, as for a revoked token."""
        return cls.refuses(401, "Unauthorized")

    @classmethod
    def conflict(cls) -> "Fault":
        """409, as when another process polls."""
        return cls.refuses(409, f"Conflict: {errors.TERMINATED}")

    @classmethod
    def refuses(cls, code: int, description: str, **parameters: int) -> "Fault":
        """Any refusal in Telegram's form: `refuses(400, "Bad Request: TOPIC_DELETED")`."""
        return cls(f"refuses_{code}", answer=in_json(errors.error(code, description, **parameters)))

    @classmethod
    def broken(cls, status: int = 500, *, carried_out: bool = False) -> "Fault":
        """5xx in JSON."""
        words = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}
        return cls(f"broken_{status}", carried_out, answer=in_json(errors.error(status, words[status])))

    @classmethod
    def html(cls, status: int = 502, *, carried_out: bool = False) -> "Fault":
        """A proxy's page in place of an answer; with 200, a portal's."""
        page = f"<html><body><h1>{status} proxy</h1></body></html>".encode()
        return cls(f"html_{status}", carried_out, answer=Answer(status, page, "text/html"))

    @classmethod
    def reset(cls, *, carried_out: bool = False) -> "Fault":
        """The connection is reset, before Telegram did it or after: a lost answer."""
        return cls("reset", carried_out, Ending.RESET)

    @classmethod
    def hang(cls, *, carried_out: bool = False) -> "Fault":
        """No answer until `TelegramDouble.release`."""
        return cls("hang", carried_out, Ending.HANG)

    @classmethod
    def cut_short(cls, *, carried_out: bool = True) -> "Fault":
        """The answer breaks off in the middle."""
        return cls("cut_short", carried_out, Ending.CUT_SHORT)

    @classmethod
    def garbage(cls, *, carried_out: bool = True) -> "Fault":
        """200 with what is no JSON, although the header says so."""
        return cls("garbage", carried_out, answer=Answer(200, b'{"ok":true,"result":{"message_id'))

    @classmethod
    def odd_answer(cls, value: object = None, *, carried_out: bool = True) -> "Fault":
        """200 with valid JSON of another shape, null by default."""
        return cls("odd_answer", carried_out, answer=Answer(200, json.dumps(value).encode()))

    @classmethod
    def answers(
        cls, status: int, body: bytes, *, content_type: str = "application/json", carried_out: bool = False
    ) -> "Fault":
        """Any other answer."""
        return cls(f"answers_{status}", carried_out, answer=Answer(status, body, content_type))


Condition = Callable[[Call], bool]


@dataclass(slots=True)
class Scripted:
    """A fault that waits for its calls. `left` counts down, None for ever; `hits` counts up."""

    fault: Fault
    method: str
    left: int | None
    condition: Condition | None = None
    hits: int = 0

    def matches(self, call: Call) -> bool:
        if self.left == 0 or self.method.lower() not in ("*", call.method.lower()):
            return False
        return self.condition is None or self.condition(call)

    def cancel(self) -> None:
        """It happens no more."""
        self.left = 0


class Script:
    """The faults to come, taken in the order in which they were written."""

    def __init__(self) -> None:
        self._scripted: list[Scripted] = []

    def add(self, scripted: Scripted) -> Scripted:
        self._scripted.append(scripted)
        return scripted

    def take(self, call: Call) -> Fault | None:
        """The fault that this call meets, if any."""
        for scripted in self._scripted:
            if scripted.matches(call):
                scripted.hits += 1
                if scripted.left is not None:
                    scripted.left -= 1
                self._scripted = [other for other in self._scripted if other.left != 0]
                return scripted.fault
        return None

    def clear(self) -> None:
        """Forgets all that has not happened."""
        self._scripted.clear()
