"""A stage without a bridge: it takes the page's actions and shows what a test tells it to."""

from __future__ import annotations

import asyncio
from typing import Any, assert_never, cast

from bridge.sandbox.page.actions import (
    Action,
    ActionRefused,
    Answer,
    Delete,
    Edit,
    Language,
    PowerCut,
    Press,
    Send,
    SetFault,
    SetTelephone,
    SpeakLanguage,
    StartAgain,
)
from bridge.sandbox.page.fixture import DURAND, every_state
from bridge.sandbox.page.fixture import entry as an_entry
from bridge.sandbox.page.stage import Entry, MarkState, Request, Sms, Snapshot

NOW = "2026-01-29T09:42:00Z"


def fresh(language: Language) -> Snapshot:
    """How the demo begins: the bridge up, rooms empty, telephones on."""
    snapshot: Any = every_state(language)
    snapshot["bridge"] = {"up": True, "since": NOW, "off_seconds": 0.0}
    for room in snapshot["rooms"]:
        room["entries"] = []
    for telephone in snapshot["telephones"]:
        telephone.update(on=True, exists=True, window_open=True, stopped=False, sms=[])
    steps = snapshot["steps"]
    for step in (steps["written"], steps["given"], steps["arrived"], steps["answered"]):
        step.update(state="idle", requests=[])
    snapshot["counters"] = {"written": 0, "sent": 0, "lost": 0, "doubled": 0}
    snapshot["coach"] = {"send": False, "arrive": False, "answer": False, "off": False, "cut": False}
    snapshot["fault"] = "ok"
    return cast("Snapshot", snapshot)


class FixtureStage:
    """Records `actions`; a test moves things with `deliver`, `mark`, `post`, or edits `shown` and `touch`es."""

    def __init__(self, language: Language = "fr") -> None:
        self.shown: Any = fresh(language)  # tests change what they like
        self.actions: list[Action] = []
        self.refusal: ActionRefused | None = None
        self._wake = asyncio.Event()

    @property
    def version(self) -> int:
        return int(self.shown["version"])

    async def changed(self, version: int) -> None:
        while self.version == version:
            await self._wake.wait()

    def snapshot(self, language: Language) -> Snapshot:
        return cast("Snapshot", self.shown)

    def touch(self) -> None:
        self.shown["version"] += 1
        self._wake.set()
        self._wake = asyncio.Event()

    async def act(self, action: Action) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.actions.append(action)
        self._play(action)
        self.touch()

    def entry(self, entry_id: str) -> Any:
        return next(e for room in self.shown["rooms"] for e in room["entries"] if e["id"] == entry_id)

    def telephone(self, number: str = DURAND) -> Any:
        return next(t for t in self.shown["telephones"] if t["number"] == number)

    def mark(self, entry_id: str, state: MarkState) -> None:
        self.entry(entry_id)["mark"] = {"state": state}
        self.touch()

    def post(self, room: int, text: str, reply_to: str | None = None) -> Entry:
        entries = self.shown["rooms"][room]["entries"]
        entry = an_entry(f"p{len(entries)}", NOW, text)
        entry["reply_to"] = reply_to
        entries.append(entry)
        self.touch()
        return entry

    def receive(self, text: str, number: str = DURAND) -> None:
        sms = self.telephone(number)["sms"]
        text = self.shown["phone"]["prefix"] + text
        sms.append(
            {"id": str(len(sms)), "direction": "received", "sender": "38416", "text": text, "at": NOW, "lost": False}
        )  # fmt: skip
        self.touch()

    def deliver(self, entry_id: str) -> None:
        self.receive(self.entry(entry_id)["text"])
        steps = self.shown["steps"]
        request: Request = {
            "at": NOW,
            "sender": "bridge → OVH",
            "method": "POST",
            "path": "/1.0/sms/sms-de12345-1/jobs",
            "status": 200,
            "body": '{"receivers": ["+336•••678"]}',
        }
        steps["given"].update(state="done", requests=[request])
        steps["arrived"].update(state="done")
        self.shown["counters"].update(written=1, sent=1)
        self.shown["coach"].update(send=True, arrive=True)
        self.mark(entry_id, "delivered")

    def _play(self, action: Action) -> None:
        match action:
            case Send() | Edit() | Delete() | Press():
                self._play_in_room(action)
            case Answer():
                self._answer(action)
            case SetTelephone():
                self._change(action)
            case SetFault():
                self.shown["fault"] = action.mode
            case PowerCut():
                self.shown["bridge"]["up"] = False
            case StartAgain():
                self.shown = {**fresh(self.shown["language"]), "version": self.version}
            case SpeakLanguage():
                self.shown["language"] = action.language
            case _:
                assert_never(action)

    def _play_in_room(self, action: Send | Edit | Delete | Press) -> None:
        match action:
            case Send():
                room = next(r for r in self.shown["rooms"] if r["address"] == action.room)
                id_ = f"t{sum(len(each['entries']) for each in self.shown['rooms'])}"
                room["entries"].append(an_entry(id_, NOW, action.text, action.person, "queued"))
                self.shown["steps"]["written"]["state"] = "done"
                self.shown["steps"]["given"]["state"] = "waiting"
            case Edit():
                self.entry(action.entry).update(text=action.text, edited=True)
            case Delete():
                self.entry(action.entry).update(text="", deleted=True, mark=None)
            case Press():
                pass
            case _:
                assert_never(action)

    def _answer(self, action: Answer) -> None:
        telephone = self.telephone(action.number)
        sms: Sms = {
            "id": str(len(telephone["sms"])),
            "direction": "written",
            "sender": action.number,
            "text": action.text,
            "at": NOW,
            "lost": not telephone["window_open"],
        }
        telephone["sms"].append(sms)

    def _change(self, action: SetTelephone) -> None:
        telephone = self.telephone(action.number)
        match action.change:
            case "switch_off" | "switch_on":
                telephone["on"] = action.change == "switch_on"
            case "does_not_exist" | "exists":
                telephone["exists"] = action.change == "exists"
            case "window_48h" | "window_open":
                telephone["window_open"] = action.change == "window_open"
            case "write_stop":
                telephone["stopped"] = True
            case _:
                assert_never(action.change)
