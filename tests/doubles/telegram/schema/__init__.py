"""Holds what the double says against the shapes of the Bot API: see README.md beside this file."""

import functools
import json
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator  # type: ignore[import-untyped]
from jsonschema.exceptions import best_match  # type: ignore[import-untyped]


class Untrue(AssertionError):
    """The double said what Telegram cannot say."""


@functools.cache
def _read() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(Path(__file__).with_name("answers.json").read_text(encoding="utf-8"))
    return made


@functools.cache
def _validator(answer: str) -> Draft7Validator:
    made = _read()
    return Draft7Validator({**made["answers"][answer], "definitions": made["definitions"]})


def methods() -> frozenset[str]:
    """Every method of the Bot API, known to the double or not."""
    return frozenset(_read()["methods"])


def check(answer: str, value: Any) -> None:
    """Raises Untrue where this is no such answer: a method's name, `update` or `error`.

    The updates that getUpdates gives are checked one by one when they are made; poison is not.
    """
    if answer == "getUpdates":
        return
    if (wrong := best_match(_validator(answer).iter_errors(value))) is not None:
        raise Untrue(f"{answer}: {wrong.message} at {wrong.json_path}")


def kinds() -> frozenset[str]:
    """The kinds of update that the double may make."""
    return frozenset(_read()["answers"]["update"]["properties"]) - {"update_id"}
