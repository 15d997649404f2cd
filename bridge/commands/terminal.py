"""What a command says at a terminal, in the language of the configuration."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from bridge.domain.rooms import Language
from bridge.ports.phone import Finding
from bridge.wording import sentence

_SIGNS = {"ok": "✓", "warning": "!", "error": "✗"}
"""Never colour alone, and nothing that a plain terminal cannot show."""


@dataclass(slots=True)
class Terminal:
    """Sentences for one person. `echo` writes a line; `found` counts the findings told, by level."""

    language: Language
    timezone: str
    echo: Callable[[str], None]
    found: dict[Literal["ok", "warning", "error"], int] = field(
        default_factory=lambda: {"ok": 0, "warning": 0, "error": 0}
    )

    def say(self, kind: str, /, **params: object) -> None:
        """One sentence of the locales."""
        self.echo(self.words(kind, **params))

    def words(self, kind: str, /, **params: object) -> str:
        """The same, not yet shown."""
        return sentence(kind, params, self.language, self.timezone)

    def heading(self, kind: str, /, **params: object) -> None:
        """What the findings below it are about."""
        self.echo("")
        self.say(kind, **params)

    def finding(self, finding: Finding) -> None:
        """A line: its sign, what is so, and how to mend what is not."""
        self.found[finding.level] += 1
        self.echo(f"  {_SIGNS[finding.level]} {self.words(finding.key, **finding.params)}")
