"""What Telegram refuses, in its own words (the sentences are those of its open Bot API server)."""

from typing import Any


class Refused(Exception):
    """A refusal as the Bot API tells it: code, description, parameters."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def json(self) -> dict[str, Any]:
        return error(self.code, self.description, **self.parameters)


class Unsupported(Exception):
    """Telegram would do this; this double cannot. It fails the test instead of inventing an answer."""


def error(code: int, description: str, **parameters: int) -> dict[str, Any]:
    """The body of an error."""
    told: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return told | {"parameters": parameters} if parameters else told


def bad(description: str, **parameters: int) -> Refused:
    return Refused(400, f"Bad Request: {description}", **parameters)


def forbidden(description: str) -> Refused:
    return Refused(403, f"Forbidden: {description}")


def unauthorized() -> Refused:
    return Refused(401, "Unauthorized")


def not_found() -> Refused:
    return Refused(404, "Not Found")


def conflict(description: str) -> Refused:
    return Refused(409, f"Conflict: {description}")


def flood(retry_after: int) -> Refused:
    """429; `retry_after` in seconds."""
    return Refused(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"
"""What the older of two polls is told."""


def too_many(retry_after: int | None) -> dict[str, Any]:
    """429; `retry_after` in seconds, None where no time is told."""
    if retry_after is None:
        return error(429, "Too Many Requests")
    return flood(retry_after).json()
