"""From a path to the frozen tree, or to every mistake at once."""

import os
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError

from bridge.config.checks import cross_checks, keys_missing
from bridge.config.mistakes import Found, of_types, worded
from bridge.config.sources import Values, merged, misnamed, read_environment, read_file, resolved, written_language
from bridge.config.tree import (
    BrowserConfig,
    Config,
    HttpConfig,
    MatrixConfig,
    PhoneConfig,
    Recipient,
    RoomConfig,
    TelegramConfig,
)

_SQLITE = "sqlite:///"
_SECTIONS: dict[str, type[BaseModel]] = {
    "": Config, "browser": BrowserConfig, "http": HttpConfig, "matrix": MatrixConfig, "phones": PhoneConfig,
    "to": Recipient, "rooms": RoomConfig, "telegram": TelegramConfig,
}  # fmt: skip
_KNOWN_KEYS = {name: frozenset(section.model_fields) for name, section in _SECTIONS.items()}


def load(path: Path | None = None, *, keys_needed: bool = True) -> Config:
    """Read the configuration: `path`, else the file BRIDGE_CONFIG names, else ./config.yaml.

    Without `keys_needed` a phone may have no consumer key yet, nor what it is to be read from.

    Later sources win: the file, secret files and variables that it names, BRIDGE_ variables. Relative paths
    (database, Matrix store, secret files) start at the file's folder.

    Raises ConfigMistakes with everything that is wrong, in the file's language; without a file, in that of the session.
    """
    path = path or Path(os.environ.get("BRIDGE_CONFIG") or "config.yaml")
    in_file, unreadable = read_file(path)
    in_environment, not_json = read_environment()
    if unreadable:
        raise worded([*unreadable, *not_json], _language(merged(written_language(path), in_environment)))
    folder = path.resolve().parent
    values, unresolved = resolved(merged(in_file, in_environment), folder)
    if not keys_needed:
        unresolved = _without_keys(values, unresolved)
    config, of_wrong_type = _typed(values)
    missing = keys_missing(values) if keys_needed else ()
    found = [*not_json, *misnamed(in_file), *unresolved, *of_wrong_type, *cross_checks(values), *missing]
    if found or config is None:
        raise worded(found, _language(values))
    return _anchored(config, folder)


def _typed(values: Values) -> tuple[Config | None, list[Found]]:
    try:
        return Config(**{str(key): value for key, value in values.items()}), []
    except ValidationError as error:
        return None, of_types(error, _KNOWN_KEYS)


def _without_keys(values: Values, unresolved: list[Found]) -> list[Found]:
    """Consumer keys that could not be read are not there; gives what else could not."""
    others = []
    for found in unresolved:
        match found.loc:
            case ("phones", int(index), "consumer_key"):
                values["phones"][index]["consumer_key"] = None
            case _:
                others.append(found)
    return others


def _language(values: Values) -> Literal["en", "fr"]:
    session = (os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "")[:2]
    return "fr" if values.get("language", "fr" if values else session) == "fr" else "en"


def _anchored(config: Config, folder: Path) -> Config:
    """Make the paths in the tree absolute."""
    changes: Values = {}
    if config.database.startswith(_SQLITE):
        changes["database"] = f"{_SQLITE}{folder / config.database.removeprefix(_SQLITE)}"
    if config.matrix is not None:
        store = str(folder / config.matrix.store)
        changes["matrix"] = config.matrix.model_copy(update={"store": store})
    return config.model_copy(update=changes)
