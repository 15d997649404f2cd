"""What only the start can tell: a database, a folder or a port that is named and this machine does not give.

Told like every other mistake: the path of its key, a sentence, no traceback and no secret.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from bridge.config.mistakes import Found, worded
from bridge.config.sentences import REASONS
from bridge.config.tree import Config

_SQLITE = "sqlite:///"


@contextmanager
def opening_database(config: Config, newer: type[Exception]) -> Iterator[None]:
    """Raise ConfigMistakes for a database that cannot be had; `newer`: what one of a newer version raises.

    What nobody foresaw passes through as it is: its traceback is needed.
    """
    try:
        yield
    except newer as error:
        raise worded([Found(("database",), "database_newer")], config.language) from error
    except ModuleNotFoundError as error:
        if error.name != "asyncpg":
            raise
        raise worded([Found(("database",), "no_postgres")], config.language) from error
    except Exception as error:
        why = _why(error, config)
        if why is None:
            raise
        code, where = _which(config)
        raise worded([Found(("database",), code, f"{where} ({why})")], config.language) from error


@contextmanager
def opening_port(config: Config) -> Iterator[None]:
    """Raise ConfigMistakes for an address on which this machine cannot listen."""
    try:
        yield
    except OSError as error:
        where = f"{config.http.host}:{config.http.port}"
        taken = error.errno == errno.EADDRINUSE
        found = (
            Found(("http", "port"), "port_taken", where)
            if taken
            else Found(("http", "host"), "no_listening", f"{where} ({_why(error, config)})")
        )
        raise worded([found], config.language) from error


@contextmanager
def opening_keys(config: Config, taken: type[Exception]) -> Iterator[None]:
    """Raise ConfigMistakes for a folder of Matrix keys that cannot be had; `taken`: what is raised for another's."""
    try:
        yield
    except (taken, OSError) as error:
        folder = config.matrix.store if config.matrix else ""
        found = (
            Found(("matrix", "store"), "keys_folder", f"{folder} ({_why(error, config)})")
            if isinstance(error, OSError)
            else Found(("matrix", "store"), "keys_taken", folder)
        )
        raise worded([found], config.language) from error


def _which(config: Config) -> tuple[str, str]:
    """The sentence's code, and the database without its password."""
    if config.database.startswith(_SQLITE):
        return "database_file", config.database.removeprefix(_SQLITE)
    parts = urlsplit(config.database)
    return "database_server", f"{parts.hostname or 'localhost'}:{parts.port or 5432}{parts.path}"


def _why(error: Exception, config: Config) -> str | None:
    """The system's, SQLite's or the server's own word for it; None for what is none of theirs."""
    said = getattr(error, "orig", None)  # SQLAlchemy's wrapping, whose own words quote statements
    if said is None and hasattr(error, "sqlstate"):  # the server's refusal
        said = error
    if said is not None and not isinstance(said, OSError):
        return str(said).partition("\n")[0]
    system = said if isinstance(said, OSError) else error
    return reason(system, config.language) if isinstance(system, OSError) else None


def reason(error: OSError, language: str) -> str:
    """Why the system refused, in this language where it is one of the usual reasons."""
    if language == "fr" and error.errno in REASONS:
        return REASONS[error.errno]
    return os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or type(error).__name__
