"""Logs: facts with stable event names and ids, without bodies, whole numbers or secrets.

Redaction works on the finished line, so that nothing gets past it: tracebacks, exception messages, the access
log's paths and what libraries say through the standard library's logging included.
"""

import json
import logging
import re
from collections.abc import Iterable, MutableMapping
from typing import Any, Literal, TextIO
from urllib.parse import quote, quote_plus

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bridge.domain.numbers import mask

_HIDDEN = "*****"
_SHORTEST = 4  # characters: hiding shorter secrets would garble every line, and guard nothing
_BODIES = frozenset({"text", "body", "message", "content", "caption", "prefix", "payload"})
_QUIET = ("aiosqlite", "asyncio", "asyncpg", "ovh", "requests", "sqlalchemy", "urllib3", "alembic")
_GAP = r"[ .\-]?"
_NUMBER = re.compile(
    rf"(?<![0-9A-Za-z])(?<!\d\.)(?:(?P<sign>\+|%2B|00)(?P<world>[1-9](?:{_GAP}\d){{6,14}})"  # +33…, 0033…
    r"|(?P<bare>33[1-9]\d{8})"  # as OVH writes some senders
    r"|(?P<home>0[1-9](?P<gap>[ .\-]?)\d\d(?:(?P=gap)\d\d){3}))(?!\d)",  # as people write them in France
    re.IGNORECASE,
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Give `text` with every secret replaced by ***** and telephone numbers masked: +336******79.

    Secrets are found as they are, and as JSON, repr and URLs write them; those under 4 characters are left.
    """
    return Redactor(secrets)(text)


class Redactor:
    """What must not be read, kept ready; secrets that are made later are added to it."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: set[str] = set()
        self._secrets: re.Pattern[str] | None = None
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        """Hide these from now on."""
        for secret in secrets:
            if len(secret) >= _SHORTEST:
                self._forms |= _written(secret)
        if self._forms:  # the longest first: one secret may begin another
            self._secrets = re.compile("|".join(map(re.escape, sorted(self._forms, key=len, reverse=True))))

    def __call__(self, text: str) -> str:
        """Give the text without secrets and whole numbers."""
        if self._secrets is not None:
            text = self._secrets.sub(_HIDDEN, text)
        return _NUMBER.sub(_masked, text)


def _written(secret: str) -> set[str]:
    """The forms in which a secret may stand in a line."""
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
    }


def _masked(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found["world"] or found["bare"] or found["home"])
    return (found["sign"] or "") + mask(f"+{digits}")[1:]


def configure(
    format: Literal["console", "json"],
    secrets: Iterable[str],
    stream: TextIO,
    level: int = logging.INFO,
) -> Redactor:
    """Send the bridge's and its libraries' logs to `stream`, redacted; filtered levels cost next to nothing.

    Gives the redactor, which takes secrets made later (`add`).
    """
    redactor = Redactor(secrets)

    def redacted(_logger: WrappedLogger, _name: str, line: str | bytes | EventDict) -> str:
        return redactor(str(line))

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_bodies,
        structlog.processors.StackInfoRenderer(),
    ]
    rendered: list[Processor] = [*_renderers(format), redacted]
    structlog.configure(
        processors=[*shared, *rendered],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,  # a cached logger would keep the stream of an earlier configuration
    )
    _configure_libraries(stream, level, [structlog.stdlib.add_logger_name, *shared], rendered)
    return redactor


def _renderers(format: Literal["console", "json"]) -> list[Processor]:
    if format == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    # The plain formatter: the pretty ones print local variables, which hold texts and keys.
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)]


def _configure_libraries(stream: TextIO, level: int, shared: list[Processor], rendered: list[Processor]) -> None:
    """Lead the standard library's logging through the same processors."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in _QUIET:  # at INFO they tell each request, each statement
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.captureWarnings(capture=True)


def _without_bodies(_logger: WrappedLogger, _name: str, event: MutableMapping[str, Any]) -> EventDict:
    """Replace what people wrote by its length, wherever a call names it so."""
    for key in _BODIES & event.keys():
        value = event[key]
        event[key] = f"<{len(value)} characters>" if isinstance(value, str | bytes) else "<hidden>"
    return event
