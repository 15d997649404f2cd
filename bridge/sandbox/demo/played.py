"""`--play`: the five moves of the demonstration without a browser, printed as they happen."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bridge.sandbox.demo.cast import DIALLO, DURAND, EVERYONE, PETIT, RECEPTION, TEAM, Place
from bridge.sandbox.demo.director import Director
from bridge.sandbox.page import actions
from bridge.sandbox.page.actions import Action, Language
from bridge.sandbox.page.stage import Entry, Snapshot

STEP_WITHIN = 12.0  # seconds


class StepMissing(Exception):
    """What should have followed did not."""


@dataclass(frozen=True, slots=True)
class _Words:
    appointment: str
    yes: str
    closed: str
    reminder: str
    late: str
    titles: tuple[str, ...]
    cut: str
    counters: str
    over: str
    missing: str


_WORDS: dict[Language, _Words] = {
    "fr": _Words(
        "Votre RDV de jeudi 10 h est annulé. Vendredi 9 h vous convient ?",
        "Oui, parfait.",
        "Le cabinet sera fermé lundi.",
        "Pensez à votre carte Vitale.",
        "Le docteur a dix minutes de retard.",
        (
            "1 Un SMS part, et arrive",
            "2 La réponse revient dans le salon",
            "3 Une liste, et un échec nommé",
            "4 STOP",
            "5 Coupure de courant",
        ),
        "La passerelle est tuée net (SIGKILL), éteinte 3 s, relancée.",
        "écrits {written} · envoyés {sent} · perdus {lost} · doublés {doubled}",
        "Tout y est.",
        "Il manque : {what}",
    ),
    "en": _Words(
        "Your appointment on Thursday 10 am is cancelled. Would Friday 9 am suit you?",
        "Yes, perfect.",
        "The surgery will be closed on Monday.",
        "Please bring your insurance card.",
        "The doctor is ten minutes late.",
        (
            "1 An SMS leaves, and arrives",
            "2 The answer comes back into the room",
            "3 A list, and one failure named",
            "4 STOP",
            "5 Power cut",
        ),
        "The bridge is killed (SIGKILL), off for 3 s, started again.",
        "written {written} · sent {sent} · lost {lost} · doubled {doubled}",
        "Everything is there.",
        "Missing: {what}",
    ),
}


class Player:
    """Plays to an audience that reads lines."""

    def __init__(self, director: Director, tell: Callable[[str], None]) -> None:
        self._director = director
        self._language = director.scene.language
        self._words = _WORDS[self._language]
        self._tell_line = tell
        self._began = time.monotonic()
        self._told: dict[str, str] = {}

    async def play(self) -> bool:
        """Whether everything followed that should."""
        steps = (self._send, self._answer, self._list, self._stop, self._power_cut)
        try:
            for title, step in zip(self._words.titles, steps, strict=True):
                await self._step(title, step)
        except StepMissing as missing:
            self._tell(self._words.missing.format(what=missing))
            return False
        self._tell(self._words.over)
        return True

    async def _step(self, title: str, step: Callable[[], Awaitable[None]]) -> None:
        self._tell("")
        self._tell(title)
        await step()

    async def _send(self) -> None:
        entry = await self._say(RECEPTION, self._words.appointment)
        await self._until("delivered", lambda shown: _state(shown, entry) == "delivered")
        received = self._shown()["telephones"][0]["sms"]
        self._require("SMS", bool(received) and self._words.appointment in received[-1]["text"])

    async def _answer(self) -> None:
        typed = self._last(RECEPTION, "typed")
        await self._act(actions.Answer(DURAND.number, self._words.yes))
        self._tell(f"{DURAND.name(self._language)}, SMS : {self._words.yes}")
        await self._until(
            "answer",
            lambda shown: any(
                one["reply_to"] == typed["id"] and self._words.yes in one["text"] for one in _entries(shown, RECEPTION)
            ),
        )

    async def _list(self) -> None:
        await self._act(actions.SetTelephone(PETIT.number, "does_not_exist"))
        entry = await self._say(EVERYONE, self._words.closed)
        await self._until("delivered 2/3", lambda shown: _figures(shown, entry) == (3, 2, 1))
        await self._until_told(EVERYONE, entry, PETIT.name(self._language))
        await self._act(actions.SetTelephone(PETIT.number, "exists"))

    async def _stop(self) -> None:
        await self._act(actions.SetTelephone(DIALLO.number, "write_stop"))
        self._tell(f"{DIALLO.name(self._language)}, SMS : STOP")
        name = DIALLO.name(self._language)
        posts = len(_entries(self._shown(), EVERYONE))
        await self._until(
            "STOP",
            lambda shown: any(
                name in one["text"] and "STOP" in one["text"] and one.get("tone") != "answer"
                for one in _entries(shown, EVERYONE)[posts:]
            ),
        )
        entry = await self._say(EVERYONE, self._words.reminder)
        await self._until("delivered 2/3", lambda shown: _figures(shown, entry) == (3, 2, 1))
        received = self._shown()["telephones"][2]["sms"]
        self._require("STOP", all(self._words.reminder not in sms["text"] for sms in received))

    async def _power_cut(self) -> None:
        entry = await self._say(RECEPTION, self._words.late)
        await self._act(actions.PowerCut())
        self._tell(self._words.cut)
        await self._until("bridge", lambda shown: shown["bridge"]["up"])
        await self._until("delivered", lambda shown: _state(shown, entry) == "delivered")
        counters = self._shown()["counters"]
        self._tell(self._words.counters.format_map(counters))
        # 1 + 3 + 3 + 1 receivers, one of whom had written STOP.
        self._require("counters", counters == {"written": 8, "sent": 7, "lost": 0, "doubled": 0})

    # How it is done

    async def _say(self, place: Place, text: str) -> str:
        await self._act(actions.Send(str(place.address), TEAM[0], text, None))
        return self._last(place, "typed")["id"]

    def _last(self, place: Place, kind: str) -> Entry:
        return [one for one in _entries(self._shown(), place) if one["kind"] == kind][-1]

    async def _act(self, action: Action) -> None:
        await self._director.act(action)
        self._follow(self._shown())

    async def _until_told(self, place: Place, entry: str, name: str) -> None:
        await self._until(
            name,
            lambda shown: any(one["reply_to"] == entry and name in one["text"] for one in _entries(shown, place)),
        )

    async def _until(self, what: str, seen: Callable[[Snapshot], bool]) -> None:
        try:
            async with asyncio.timeout(STEP_WITHIN):
                while True:
                    version, shown = self._director.version, self._shown()
                    self._follow(shown)
                    if seen(shown):
                        return
                    await self._director.changed(version)
        except TimeoutError:
            raise StepMissing(what) from None

    def _require(self, what: str, is_so: bool) -> None:
        if not is_so:
            raise StepMissing(what)

    def _shown(self) -> Snapshot:
        return self._director.snapshot(self._language)

    def _follow(self, shown: Snapshot) -> None:
        """Tell what is new in the rooms: words, and marks in the room's own language."""
        for room in shown["rooms"]:
            for one in room["entries"]:
                word = self._director.scene.chat.entry(one["id"]).mark
                line = f"{one['person'] or '←'} : {one['text']}"
                if self._told.get(one["id"]) != line:
                    self._told[one["id"]] = line
                    self._tell(f"[{room['title'][self._language]}] {line}")
                if word is not None and self._told.get(f"{one['id']} mark") != word.word:
                    self._told[f"{one['id']} mark"] = word.word
                    self._tell(f"[{room['title'][self._language]}]    … {word.word}")

    def _tell(self, line: str) -> None:
        self._tell_line(f"{time.monotonic() - self._began:5.1f} s  {line}" if line else "")


def _entries(shown: Snapshot, place: Place) -> list[Entry]:
    [room] = [room for room in shown["rooms"] if room["address"] == str(place.address)]
    return room["entries"]


def _state(shown: Snapshot, entry: str) -> str | None:
    mark = _entry(shown, entry)["mark"]
    return None if mark is None else mark["state"]


def _figures(shown: Snapshot, entry: str) -> tuple[int, int, int] | None:
    mark = _entry(shown, entry)["mark"]
    if mark is None or "summary" not in mark:
        return None
    return mark["summary"]["total"], mark["summary"]["delivered"], mark["summary"]["failed"]


def _entry(shown: Snapshot, entry: str) -> Entry:
    [found] = [one for room in shown["rooms"] for one in room["entries"] if one["id"] == entry]
    return found
