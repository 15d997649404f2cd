"""The stage of the demo page: takes what people press and write, keeps the bridge on, starts everything again."""

import asyncio
import time
from collections.abc import Coroutine
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self, assert_never

from bridge.sandbox.chat import Entry
from bridge.sandbox.chat.refusals import NoSuchEntry
from bridge.sandbox.demo.cast import CAST, PLACES, TEAM, Place
from bridge.sandbox.demo.drawing import draw
from bridge.sandbox.demo.scene import Scene
from bridge.sandbox.page import Action, ActionRefused, Snapshot, actions
from bridge.sandbox.page.actions import Language

OFF_FOR = 3.0  # seconds of a power cut
LOOK_EVERY = 0.2  # seconds between two looks whether the bridge is still there


class Director:
    """Directs one scene after the other; an async context manager, entered once a scene is ready.

    Each scene has its own folder under `folder`. `tasks` runs what outlasts an action: what fails there ends the
    demonstration, with BridgeEnded when the bridge itself ended.
    """

    def __init__(self, folder: Path, tasks: asyncio.TaskGroup, language: Language = "fr") -> None:
        self._folder = folder
        self._tasks = tasks
        self._running: set[asyncio.Task[None]] = set()
        self._scenes = count(1)
        self._version = 1
        self._news = asyncio.Event()
        self._switching = asyncio.Lock()
        self.scene = self._new_scene(language)

    async def __aenter__(self) -> Self:
        await self.scene.__aenter__()
        self._start(self._watch())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self.scene.__aexit__(kind, error, trace)

    def _new_scene(self, language: Language) -> Scene:
        folder = self._folder / f"scene-{next(self._scenes)}"
        folder.mkdir()
        return Scene(folder, language, self._changed)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self._tasks.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _watch(self) -> None:
        while True:
            self.scene.bridge.check()
            await asyncio.sleep(LOOK_EVERY)

    # The page's Stage

    @property
    def version(self) -> int:
        """Number of the present state; every visible change raises it."""
        return self._version

    async def changed(self, version: int) -> None:
        """Return as soon as `self.version` differs from `version`, at once if it already does."""
        while self._version == version:
            await self._news.wait()

    def snapshot(self, language: Language) -> Snapshot:
        """The present state."""
        return draw(self.scene, self._version, language)

    def _changed(self) -> None:
        self._version += 1
        self._news.set()
        self._news = asyncio.Event()

    async def act(self, action: Action) -> None:
        """Do what a person pressed or wrote. Raises ActionRefused."""
        match action:
            case actions.Send() | actions.Edit() | actions.Delete() | actions.Press():
                self._in_room(action)
            case actions.Answer():
                self._answer(action)
            case actions.SetTelephone():
                self._set_telephone(action)
            case actions.SetFault():
                self.scene.ovh.set_mode(action.mode)
            case actions.PowerCut():
                await self._cut()
            case actions.StartAgain():
                await asyncio.shield(self._start(self._again()))
            case actions.SpeakLanguage():
                await asyncio.shield(self._start(self._speak(action.language)))
            case _:
                assert_never(action)
        self._changed()

    # In the rooms

    def _in_room(self, action: actions.Send | actions.Edit | actions.Delete | actions.Press) -> None:
        try:
            match action:
                case actions.Send():
                    self.scene.say(_place(action.room), _person(action.person), action.text, action.reply_to)
                case actions.Edit():
                    self.scene.edit(self._typed(action.entry).id, action.text)
                case actions.Delete():
                    self.scene.chat.delete(self._typed(action.entry).id)
                case actions.Press():
                    entry = self.scene.chat.entry(action.entry)
                    self.scene.press(entry, action.data, _person(action.person))
                case _:
                    assert_never(action)
        except NoSuchEntry:
            raise ActionRefused("Ce message n'est plus là.", "This message is no longer there.") from None

    def _typed(self, entry_id: str) -> Entry:
        entry = self.scene.chat.entry(entry_id)
        if entry.kind != "typed":
            raise ActionRefused("Ce message n'est pas le vôtre.", "This message is not yours.")
        return entry

    # At the telephones

    def _answer(self, action: actions.Answer) -> None:
        number = _number(action.number)
        telephone = self.scene.ovh.telephone(number)
        if not (telephone.on and telephone.exists):
            raise ActionRefused("Ce téléphone est éteint.", "This telephone is off.")
        self._start(self._write(number, action.text))

    async def _write(self, number: str, text: str) -> None:
        await self.scene.ovh.answer(number, text)
        self._changed()

    def _set_telephone(self, action: actions.SetTelephone) -> None:
        number, ovh = _number(action.number), self.scene.ovh
        match action.change:
            case "switch_off":
                ovh.switch_off(number)
            case "switch_on":
                self._start(ovh.switch_on(number))
            case "does_not_exist":
                ovh.number_does_not_exist(number)
            case "exists":
                ovh.number_does_not_exist(number, exists=True)
            case "window_48h":
                ovh.close_window(number)
            case "window_open":
                ovh.telephone(number).window_open = True
            case "write_stop":
                self._start(self._write(number, "STOP"))
            case _:
                assert_never(action.change)

    # The bridge and everything

    async def _cut(self) -> None:
        """The bridge is gone when this returns, and comes back by itself."""
        if self.scene.off or self._switching.locked():
            raise ActionRefused("La passerelle est déjà éteinte.", "The bridge is off already.")
        await self._switching.acquire()
        self.scene.off, self.scene.off_seconds = True, OFF_FOR
        self._start(self._power_back(self.scene))
        await self.scene.bridge.kill()

    async def _power_back(self, scene: Scene) -> None:
        try:
            began = time.monotonic()
            await asyncio.sleep(OFF_FOR)
            await scene.bridge.start()
            scene.off, scene.off_seconds = False, time.monotonic() - began
            scene.coach["cut"] = True
        finally:
            self._switching.release()
            self._changed()

    async def _again(self) -> None:
        async with self._switching:
            scene = self._new_scene(self.scene.language)
            await self.scene.__aexit__(None, None, None)
            await scene.__aenter__()
            self.scene = scene

    async def _speak(self, language: Language) -> None:
        async with self._switching:
            if language != self.scene.language:
                await self.scene.speak(language)


def _place(address: str) -> Place:
    for place in PLACES:
        if address == str(place.address):
            return place
    raise ActionRefused("Ce salon n'existe pas.", "There is no such room.")


def _person(name: str) -> str:
    if name not in TEAM:
        raise ActionRefused("Cette personne n'est pas de l'équipe.", "This person is not in the team.")
    return name


def _number(number: str) -> str:
    if number not in {one.number for one in CAST}:
        raise ActionRefused("Ce numéro ne joue pas ici.", "This number plays no part here.")
    return number
