"""The whole bridge on Telegram and on Matrix at once: the groups of one relay beside the rooms of the other."""

from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Literal

from bridge.config import Config
from tests.matrix.relay import MatrixRelay
from tests.relay_setting import Setting
from tests.synapse import Synapse
from tests.telegram.relay import TelegramRelay


class BothRelay(MatrixRelay):
    """As `MatrixRelay`; `groups` are what `TelegramRelay` has, with the same people behind them.

    `operations`: where alarms are told. The desk, where one is wanted, is a Matrix room.
    """

    waits = TelegramRelay.waits

    def __init__(
        self,
        folder: Path,
        setting: Setting | None = None,
        *,
        synapse: Synapse,
        operations: Literal["telegram", "matrix"] = "telegram",
    ) -> None:
        super().__init__(folder, setting, synapse=synapse)
        self.operations = operations
        self.groups = TelegramRelay(folder, replace(self.setting, desk=False), clock=self.clock)
        self.groups.clock, self.groups.ovh, self.groups.news = self.clock, self.ovh, self.news

    async def _open_chat(self, stack: AsyncExitStack) -> None:
        await super()._open_chat(stack)
        await self.groups._open_chat(stack)

    async def start(self) -> None:
        """As before; both sides look at the one bridge."""
        await super().start()
        self.groups.bridge = self.bridge

    async def _end(self) -> None:
        self.groups.bridge = None
        await super()._end()

    def config(self) -> Config:
        """What both sides need, in one file."""
        rooms, groups = super().config(), self.groups.config()
        told = groups if self.operations == "telegram" else rooms
        both = {
            "telegram": groups.telegram,
            "rooms": [*rooms.rooms, *groups.rooms],
            "operators": [*rooms.operators, *groups.operators],
            "operations_room": told.operations_room,
        }
        return rooms.model_copy(update=both)

    def _chat_rests(self) -> bool:
        return super()._chat_rests() and self.groups._chat_rests()

    async def told(self) -> list[str]:
        """What stands in the operations room."""
        there = self.groups.posts("operations") if self.operations == "telegram" else await self.posts("operations")
        return [text or "" for text in there]

    # The house rules

    def _check_chat(self) -> None:
        super()._check_chat()
        self.groups._check_chat()
        self._check_nothing_crosses()

    def _check_nothing_crosses(self) -> None:
        """No answer stands on both sides more often than it came."""
        in_groups = [
            line.text for room in (*self.groups.rooms.values(), self.groups.forum) for line in self.groups.lines(room)
        ]
        in_rooms = [line.text or "" for lines in self._seen.values() for line in lines if line.sender == self.bot.user]
        for row in self.rows.all("SELECT text, count(*) AS times FROM reply WHERE state = 'routed' GROUP BY text"):
            shown = [one for one in (*in_groups, *in_rooms) if f'"{row["text"]}"' in one]
            assert len(shown) <= row["times"], shown
