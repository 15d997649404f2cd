"""Who plays in the demonstration: three people with telephones, a team of two, two rooms, one phone at OVH."""

from dataclasses import dataclass

from bridge.domain.ids import RoomAddress
from bridge.domain.numbers import E164
from bridge.sandbox.page.actions import Language


@dataclass(frozen=True, slots=True)
class Character:
    """Somebody with a telephone."""

    number: E164
    fr: str
    en: str

    def name(self, language: Language) -> str:
        """As the team calls them."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Place:
    """A room, and whose telephones it texts."""

    address: RoomAddress
    fr: str
    en: str
    receivers: tuple[Character, ...]

    def pinned(self, language: Language) -> str:
        """What stands above the room."""
        names = ", ".join(one.name(language) for one in self.receivers)
        if language == "fr":
            whom = names if len(self.receivers) == 1 else f"{len(self.receivers)} personnes ({names})"
            return f"Ce que vous écrivez ici part chez {whom}."
        whom = names if len(self.receivers) == 1 else f"{len(self.receivers)} people ({names})"
        return f"What you write here goes to {whom}."


DURAND = Character(E164("+33612345678"), "Mme Durand", "Mrs Durand")
PETIT = Character(E164("+33612345679"), "M. Petit", "Mr Petit")
DIALLO = Character(E164("+33612345680"), "Mme Diallo", "Ms Diallo")
CAST = (DURAND, PETIT, DIALLO)

RECEPTION = Place(RoomAddress("web", "reception"), "Accueil", "Reception", (DURAND,))
EVERYONE = Place(RoomAddress("web", "everyone"), "Tout le monde", "Everyone", CAST)
PLACES = (RECEPTION, EVERYONE)

TEAM = ("Claire", "Karim")
PHONE = "accueil"
PREFIX = "Cabinet Martin : "
SENDER = "38416"
"""The short number that telephones show; OVH's own would be another one for each conversation."""
