"""Links and other contact details in a text, since OVH refuses some of them from a short number.

OVH documents URLs alone; e-mail and telephone numbers are guessed at by others. So links are refused before
sending, and all the rest is only warned about. A false alarm on a link cannot be overruled by the author, a
missed one is still refused by OVH and told: where a text may be either ("etc.Bonjour/Merci"), it is no link.
"""

import re
from collections.abc import Iterator
from typing import Final

from bridge.domain.numbers import NotANumber, parse

# The top-level domains teams link to. Left out: endings that French glues with a dot (patient.es, tous.se,
# le.la), "et", "il", "si", "je", "ma", "sa", units (mg, ml, km). With a scheme or
# www. they are links anyway.
_LINKED_TO = (
    "com net org info biz edu gov eu fr be ch lu mc re gp mq gf yt nc pf wf bzh paris alsace corsica "
    "de uk ie it at nl pt pl cz ro gr hu bg hr sk lt lv ee dk fi no is us ca au nz br jp cn in kr tr ua ru "
    "io co me tv cc ai ly gl gg gd sh vc ws im to be app dev page link site online website web shop store "
    "blog cloud tech email live news media agency club life space world xyz top gle pro "
    "doctor doctors clinic dental health healthcare care hospital pharmacy vet events tickets theatre "
    "asso gouv museum restaurant school academy social group team center"
)
_BEFORE_NAMES = "dr mr mme mlle mrs ms me pr st ste tel etc ex cf av bd"
_DOMAINS: Final = frozenset(_LINKED_TO.split())
_TITLES: Final = frozenset(_BEFORE_NAMES.split())
_ONE_LETTER: Final = frozenset({"t.me", "t.co", "g.co", "x.com", "m.me", "g.page"})

_CANDIDATE = re.compile(
    r"(?P<sure>(?<![a-z0-9+.-])[a-z0-9+.-]++://\S|(?<!\w)www\.\w)"
    r"|(?P<mail>(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<name>(?<![\w@-])[\w-]++(?:\.[\w-]++)++)",  # possessive: time grows with the length alone
    re.IGNORECASE,
)
_PATH = re.compile(r"(?::\d{1,5})?/")
_REST = re.compile(r"\S*")
_CLOSING = ".,;:!?…)]}>»”\"'"
_NUMBER = re.compile(
    r"(?<![\w+])(?:\+|00)(?:[ .()\u00a0\u202f\u2010-\u2013-]{0,2}\d){8,14}(?!\w)"
    r"|(?<!\w)0[1-9](?P<by>[ ./\u00a0\u202f\u2010-\u2013-]?)\d\d(?:(?P=by)\d\d){3}(?!\w)"
    r"|(?<!\w)0[1-9][ .]\d\d(?:[ .]\d{3}){2}(?!\w)"
)


def links(text: str) -> tuple[str, ...]:
    """What a short number cannot carry: a scheme, `www.`, or name.tld followed by `/`; whole, in order."""
    return tuple(found for _, found, link in _named(text) if link)


def other_details(text: str) -> tuple[str, ...]:
    """What OVH may refuse: a bare name.tld, e-mail addresses and telephone numbers, as written, in order."""
    named = [(start, found) for start, found, link in _named(text) if not link]
    return tuple(found for _, found in sorted([*named, *_numbers(text)]))


def _named(text: str) -> Iterator[tuple[int, str, bool]]:
    """Where something with a name of the internet begins, what it is, and whether it is a link."""
    if "." not in text and "://" not in text:
        return
    position = 0
    while candidate := _CANDIDATE.search(text, position):
        start, position = candidate.span()
        if candidate["mail"]:
            yield start, candidate["mail"], False
        elif candidate["sure"] or _is_site(candidate["name"]):
            if candidate["sure"] or _PATH.match(text, position) or "www" in _labels(candidate["name"]):
                rest = _REST.match(text, start)
                position = max(position, rest.end()) if rest else position
                yield start, text[start:position].rstrip(_CLOSING), True
            elif not text.startswith("@", position):
                yield start, candidate["name"], False


def _labels(name: str) -> list[str]:
    return name.lower().split(".")


def _is_site(name: str) -> bool:
    """Whether name.tld is the name of a site, and not the end of one sentence and the start of the next."""
    *_, before, last = _labels(name)
    written = name.rsplit(".", 1)[1]
    if "www" in _labels(name):
        return True
    if last not in _DOMAINS or not (written.islower() or name.isupper()):
        return False  # "etc.Info/accueil" is a sentence; "EXEMPLE.FR/" is shouted
    if len(before) == 1:
        return f"{before}.{last}" in _ONE_LETTER
    return any(c.isalpha() for c in before) and before not in _TITLES  # not "2.5", not "M.de", "Dr.de"


def _numbers(text: str) -> Iterator[tuple[int, str]]:
    position = 0
    while candidate := _NUMBER.search(text, position):
        try:
            parse(candidate[0])
        except NotANumber:  # "à 14:00 0612345679": the hour's zeros are no country code
            position = candidate.start() + 1
        else:
            position = candidate.end()
            yield candidate.start(), candidate[0]
