"""Text as every store and wire can carry it: chats hand over halves of surrogate pairs and NULs."""

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def well_formed(text: str) -> str:
    """The same text, half surrogate pairs joined or replaced, NULs replaced (PostgreSQL takes neither)."""
    if text.isprintable():
        return text
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined.replace("\0", REPLACEMENT)
