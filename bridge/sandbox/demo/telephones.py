"""The receivers' telephones in a terminal: each SMS is a line, and each line that is typed is an answer."""

from collections.abc import Callable

from bridge.domain.numbers import national
from bridge.sandbox.demo.cast import CAST, Character
from bridge.sandbox.ovh import Change, SimulatedOvh
from bridge.sandbox.page.actions import Language


class Telephones:
    """Those of the cast. `tell` is given each line to show."""

    def __init__(self, ovh: SimulatedOvh, language: Language, tell: Callable[[str], None]) -> None:
        self._ovh = ovh
        self._language = language
        self._tell = tell
        self._shown = dict.fromkeys(CAST, 0)
        self._latest = CAST[0]

    def heard(self, _change: Change) -> None:
        """Something happened at OVH: show what has arrived since."""
        for one, shown in list(self._shown.items()):
            inbox = self._ovh.telephone(one.number).inbox
            for sms in inbox[shown:]:
                self._latest = one
                self._tell(f"{self._name(one)} ({national(one.number)}) <- {sms.text}")
            self._shown[one] = len(inbox)

    async def answer(self, line: str) -> None:
        """Somebody writes back: whom the line names (`Petit: yes`), else whoever got the latest SMS."""
        who, text = self._latest, line
        named, colon, rest = line.partition(":")
        for one in CAST:
            if colon and named.strip().casefold() in (
                self._name(one).casefold(),
                self._name(one).split()[-1].casefold(),
            ):
                who, text = one, rest.strip()
        if text:
            self._tell(f"{self._name(who)} ({national(who.number)}) -> {text}")
            await self._ovh.answer(who.number, text)

    def _name(self, one: Character) -> str:
        return one.name(self._language)
