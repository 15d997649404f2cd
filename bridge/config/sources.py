"""Where values come from: the YAML file, then secret files and variables it names, then the environment."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import yaml
from pydantic import BaseModel
from pydantic_settings import EnvSettingsSource
from pydantic_settings.exceptions import SettingsError

from bridge.config.mistakes import Found, Loc
from bridge.config.tree import Config, HttpConfig, MatrixConfig, TelegramConfig

Values = dict[str, Any]

_SECTIONS: Mapping[str, type[BaseModel]] = {"http": HttpConfig, "telegram": TelegramConfig, "matrix": MatrixConfig}


class _Loader(yaml.SafeLoader):
    """YAML in which every scalar but null stays the text that was typed.

    YAML 1.1 reads 0612345670 as an octal number and +33612345678 as a sum of digits: telephone numbers
    would change before anybody could look at them. pydantic turns texts into numbers where a key wants one.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 -- pyyaml's own class attribute
        first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":null", ":merge"))]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class _TwiceError(yaml.YAMLError):
    def __init__(self, key: str) -> None:
        self.key = key


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode) and key.value != "<<"]
    for key in keys:
        if keys.count(key) > 1:
            raise _TwiceError(key)
    loader.flatten_mapping(node)
    return {loader.construct_object(key): loader.construct_object(value, deep=True) for key, value in node.value}


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_file(path: Path) -> tuple[Values, list[Found]]:
    """Read the YAML file; a file that cannot be used gives no values and one finding named after it."""
    loc: Loc = (str(path),)
    try:
        text = path.read_text(encoding="utf-8-sig")
        values = yaml.load(text, _Loader)  # noqa: S506 -- a SafeLoader that resolves less
    except OSError as error:
        return {}, [Found(loc, "no_file", error.strerror or type(error).__name__)]
    except UnicodeDecodeError:
        return {}, [Found(loc, "not_utf8")]
    except _TwiceError as twice:
        return {}, [Found((twice.key,), "twice_key")]
    except yaml.MarkedYAMLError as error:  # its message may quote a secret: the line is enough
        mark = error.problem_mark or error.context_mark
        return {}, [Found(loc, "not_yaml", str(mark.line + 1) if mark else "1")]
    except (yaml.YAMLError, TypeError, RecursionError):  # TypeError: a list or a group as a key
        return {}, [Found(loc, "not_yaml", "1")]
    if values is None:
        return {}, []
    return (values, []) if isinstance(values, dict) else ({}, [Found(loc, "group")])


def written_language(path: Path) -> Values:
    """The language that a file asks for though it cannot be parsed; nothing when it tells none."""
    try:
        found = re.search(r"^language:\s*[\"']?(fr|en)\b", path.read_text(encoding="utf-8-sig"), re.MULTILINE)
    except (OSError, UnicodeDecodeError):  # told already, by whoever parsed it
        return {}
    return {"language": found[1]} if found else {}


def read_environment() -> tuple[Values, list[Found]]:
    """Read BRIDGE_ variables that name keys: `BRIDGE_HTTP__PORT`; lists and groups are JSON."""
    try:
        return EnvSettingsSource(Config)(), []
    except SettingsError as error:
        named = re.search(r'field "(\w+)"', str(error))
        return {}, [Found((named[1] if named else "BRIDGE_",), "not_json")]


def misnamed(in_file: object) -> list[Found]:
    """Variables that one underscore too few keeps from being read, unless the file itself names them."""
    meant = {
        f"BRIDGE_{section}_{key}".upper(): f"BRIDGE_{section}__{key}".upper()
        for section in _SECTIONS
        for key in _SECTIONS[section].model_fields
    }
    named = set(_variables(in_file))
    return [Found((name,), "one_underscore", meant[name]) for name in meant if name in os.environ and name not in named]


def _variables(value: object) -> Iterator[str]:
    """The variables from which the file takes secrets."""
    match value:
        case {"env": str(name)}:
            yield name
        case dict():
            for inner in value.values():
                yield from _variables(inner)
        case list():
            for inner in value:
                yield from _variables(inner)


def merged(lower: Mapping[str, Any], upper: Mapping[str, Any]) -> Values:
    """Lay `upper` over `lower`, group by group; anything that is not a group replaces what was there."""
    both = dict(lower)
    for key, value in upper.items():
        under = both.get(key)
        inner = isinstance(under, Mapping) and isinstance(value, Mapping)
        both[key] = merged(cast("Values", under), value) if inner else value
    return both


def resolved(value: Any, folder: Path, loc: Loc = ()) -> tuple[Any, list[Found]]:
    """Replace each `{env: NAME}` and `{file: PATH}` by what it names; paths start at `folder`."""
    match value:
        case {"env": str(name)} if len(value) == 1:
            return _from_variable(name, loc)
        case {"file": str(name)} if len(value) == 1:
            return _from_file(name, folder, loc)
        case dict():
            each = {key: resolved(inner, folder, (*loc, key)) for key, inner in value.items()}
            return {key: one for key, (one, _) in each.items()}, [f for _, found in each.values() for f in found]
        case list():
            items = [resolved(inner, folder, (*loc, index)) for index, inner in enumerate(value)]
            return [inner for inner, _ in items], [one for _, those in items for one in those]
        case _:
            return value, []


def _from_variable(name: str, loc: Loc) -> tuple[str, list[Found]]:
    value = os.environ.get(name)
    if value:
        return value, []
    return "", [Found(loc, "env_missing" if value is None else "env_empty", name)]


def _from_file(name: str, folder: Path, loc: Loc) -> tuple[str, list[Found]]:
    try:
        value = (folder / name).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):  # ValueError: not UTF-8, or a NUL in the name
        return "", [Found(loc, "file_unreadable", name)]
    return value, [] if value else [Found(loc, "file_empty", name)]
