"""A phone's name as it stands in the path of its callbacks."""

import re
import unicodedata

_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


def slug(name: str) -> str:
    """Lower-case ASCII letters, digits and single dashes: `Accueil 2e étage` is `accueil-2e-etage`, "" is `phone`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return _NOT_PLAIN.sub("-", plain).strip("-") or "phone"
