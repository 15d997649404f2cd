"""Ctrl-C before an SMS can leave: it does not leave any more."""

import asyncio
import os
import signal
from pathlib import Path

from bridge.adapters.database.tables import job
from tests.commands.hands import hands


async def test_interrupted_while_it_is_written_down_nothing_leaves_afterwards(tmp_path: Path) -> None:
    async with hands(tmp_path) as given:
        await given.furnish()
        before = signal.getsignal(signal.SIGINT)
        command = given.begin()
        while signal.getsignal(signal.SIGINT) is before:
            assert not command.done()
            await asyncio.sleep(0)
        os.kill(os.getpid(), signal.SIGINT)

        assert await given.end(command) == 1
        assert given.said == ["Cancelled: nothing was sent, nothing was charged."]
        assert given.ovh.records.posts_seen == 0
        assert [row.state for row in await given.rows(job)] == ["queued", "cancelled"]
