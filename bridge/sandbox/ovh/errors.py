"""The refusals of OVH's API, worded and coded as they were seen."""

from typing import Any


class RefusalError(Exception):
    """An answer of OVH that is not 2xx. `body` is the JSON that OVH sends with it."""

    def __init__(self, status: int, message: str, code: str | None = None, kind: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"message": message, "httpCode": f"{status} {_REASONS[status]}"}
        if code is not None:
            self.body["errorCode"] = code
        if kind is not None:
            self.body["class"] = kind


_REASONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


def query_time_out() -> RefusalError:
    """The timestamp is further from OVH's clock than allowed: about the clock, never about the message."""
    return RefusalError(400, "Query out of time", "QUERY_TIME_OUT", "Client::BadRequest")


def invalid_signature() -> RefusalError:
    """The secret, the URL or the body that was signed is another: about the keys, not about the message."""
    return RefusalError(400, "Invalid signature", "INVALID_SIGNATURE", "Client::BadRequest")


def invalid_credential() -> RefusalError:
    """The consumer key is unknown, revoked, expired or not yet validated."""
    return RefusalError(403, "This credential is not valid", "INVALID_CREDENTIAL", "Client::Forbidden")


def invalid_key() -> RefusalError:
    """The application key is unknown."""
    return RefusalError(403, "Invalid application key", "INVALID_KEY", "Client::Forbidden")


def not_credential() -> RefusalError:
    """The call needs keys and came without them."""
    return RefusalError(403, "You must login first", "NOT_CREDENTIAL", "Client::Forbidden")


def not_granted() -> RefusalError:
    """The consumer key has no right for this method and path."""
    return RefusalError(403, "This call has not been granted", "NOT_GRANTED_CALL", "Client::Forbidden")


def unknown_service() -> RefusalError:
    """The service is not one of this account."""
    return RefusalError(404, "This service does not exist", None, "Client::NotFound")


def unknown_object(name: str, value: str) -> RefusalError:
    """An id, a number or a sender that this service does not have."""
    return RefusalError(404, f"The requested object ({name} = {value}) does not exist", None, "Client::NotFound")


def unknown_path() -> RefusalError:
    """No such call in this simulator."""
    return RefusalError(404, "Got an invalid (or empty) URL", None, "Client::NotFound")


def bad_parameter(message: str) -> RefusalError:
    """A body or a query that the schema does not allow."""
    return RefusalError(400, message, None, "Client::BadRequest")


def contact_information() -> RefusalError:
    """A link or another contact detail in an SMS from a short number."""
    return RefusalError(400, "cannot send contact information with shortcode", None, "Client::BadRequest")


def unknown_sender(sender: str) -> RefusalError:
    """A sender's name that was not created and validated beforehand."""
    return RefusalError(403, f"Sms sender {sender} does not exists. Please create it first", None, "Client::Forbidden")


def no_credits() -> RefusalError:
    """Too few credits for this call."""
    # assumption: neither the status nor the wording of this answer is known.
    return RefusalError(403, "Not enough credits left on this account", None, "Client::Forbidden")


def rate_limited() -> RefusalError:
    """Too many calls."""
    return RefusalError(429, "Too many requests", "TOO_MANY_REQUESTS", "Client::TooManyRequests")


def broken(status: int) -> RefusalError:
    """OVH's own failure: 500, 502, 503 or 504."""
    return RefusalError(status, "Internal Server Error", "INTERNAL_ERROR", "Server::InternalServerError")
