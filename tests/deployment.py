"""What the files of deploy/ and the Dockerfile say, parsed: instructions, services, sections."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
DOCKERFILE = ROOT / "Dockerfile"
COMPOSE = ROOT / "deploy" / "compose.yaml"
CADDYFILE = ROOT / "deploy" / "Caddyfile"
UNIT = ROOT / "deploy" / "bridge.service"
YOURS = {"config.yaml", "ovh_application_secret", "ovh_consumer_key", "telegram_token", "matrix_secret"}
"""The operator's own files, as deploy/ names them."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One line of the Dockerfile, continued lines joined: `COPY`, and the rest as it is written."""

    word: str
    rest: str

    @property
    def parts(self) -> list[str]:
        """The exec form, as a list; what is no exec form fails."""
        parts = json.loads(self.rest[self.rest.index("[") :])
        assert all(isinstance(part, str) for part in parts)
        return list(parts)


def stages() -> list[list[Instruction]]:
    """The Dockerfile's instructions, stage by stage."""
    lines = [line for line in DOCKERFILE.read_text().splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\s*\\\n\s*", " ", "\n".join(lines))
    found: list[list[Instruction]] = []
    for line in filter(str.strip, joined.splitlines()):
        word, _, rest = line.partition(" ")
        if word == "FROM":
            found.append([])
        found[-1].append(Instruction(word, rest.strip()))
    return found


def only(stage: list[Instruction], word: str) -> Instruction:
    """The one instruction of this word in this stage."""
    (found,) = [one for one in stage if one.word == word]
    return found


def environment(stage: list[Instruction]) -> dict[str, str]:
    """What ENV sets there."""
    pairs = " ".join(one.rest for one in stage if one.word == "ENV").split()
    return dict(pair.split("=", 1) for pair in pairs)


def copied() -> list[str]:
    """What the image takes from this folder."""
    copies = [one.rest for stage in stages() for one in stage if one.word == "COPY"]
    return [source for rest in copies if "--from" not in rest for source in rest.split()[:-1]]


def service(name: str) -> dict[str, Any]:
    """One service of the compose file."""
    found = yaml.safe_load(COMPOSE.read_text())["services"][name]
    assert isinstance(found, dict)
    return found


def unit() -> dict[str, dict[str, list[str]]]:
    """The unit's sections; every key may come several times."""
    sections: dict[str, dict[str, list[str]]] = {}
    section = ""
    for line in UNIT.read_text().splitlines():
        if not line.strip() or line.startswith(("#", ";")):
            continue
        if line.startswith("["):
            section = line.strip("[]")
            continue
        key, equals, value = line.partition("=")
        assert equals, f"no setting: {line}"
        sections.setdefault(section, {}).setdefault(key, []).append(value)
    return sections


def seconds(text: str) -> float:
    """A duration as compose and systemd write it: `60s`, `60`, `1min`."""
    found = re.fullmatch(r"(\d+)(s|min|m)?", text)
    assert found, text
    return int(found[1]) * {"s": 1, "min": 60, "m": 60}[found[2] or "s"]
