"""`bridge demo`: everything on this machine, in memory and in one temporary folder, until Ctrl-C."""

import asyncio
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from aiohttp import web

from bridge.sandbox.demo.child import BridgeEnded
from bridge.sandbox.demo.director import Director
from bridge.sandbox.demo.played import Player
from bridge.sandbox.demo.settings import listen_near
from bridge.sandbox.demo.terminal import of_the_terminal, say, until_signal
from bridge.sandbox.page import add_page
from bridge.sandbox.page.actions import Language

GRACE = 0.5  # seconds for requests under way when the page closes

_WHERE: dict[Language, str] = {
    "fr": "Démonstration : {url}\nAucun vrai SMS, tout reste sur cet ordinateur. Ctrl-C arrête tout et ne laisse rien.",
    "en": "Demonstration: {url}\nNo real SMS, everything stays on this computer. Ctrl-C ends it and leaves nothing.",
}
_ENDED: dict[Language, str] = {
    "fr": "La passerelle s'est arrêtée toute seule. La fin de son journal :",
    "en": "The bridge ended by itself. The end of its log:",
}


async def demo(
    port: int = 8080,
    play: bool = False,
    *,
    fault: str = "ok",
    language: Language | None = None,
    tell: Callable[[str], None] = say,
) -> int:
    """Show the page until a signal comes, or play the conversation and print it. Gives the exit code.

    `port`: where the page is wanted; the next free one is taken. `fault`: how OVH behaves from the start.
    `language`: None for the terminal's. 0: shown, or played to the end; 1: something was missing or broke.
    Raises ValueError for a fault that nobody knows.
    """
    language = language or of_the_terminal()
    broken: list[BridgeEnded] = []
    code = 1
    try:
        with tempfile.TemporaryDirectory(prefix="bridge-demo-") as folder, until_signal() as stop:
            async with asyncio.TaskGroup() as tasks, Director(Path(folder), tasks, language) as director:
                director.scene.ovh.set_mode(fault)
                if play:
                    code = await _play(director, tell, stop)
                else:
                    await _show(director, port, tell, stop)
                    code = 0
    except* BridgeEnded as ended:
        broken += [one for one in _leaves(ended) if isinstance(one, BridgeEnded)]
    for one in broken:
        tell(f"{_ENDED[language]}\n{one}")
        code = 1
    return code


async def _show(director: Director, port: int, tell: Callable[[str], None], stop: asyncio.Event) -> None:
    listening = listen_near(port)
    app = web.Application()
    add_page(app, director)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE)
    await runner.setup()
    try:
        await web.SockSite(runner, listening).start()
        tell(_WHERE[director.scene.language].format(url=_url(listening)))
        await stop.wait()
    finally:
        await runner.cleanup()


async def _play(director: Director, tell: Callable[[str], None], stop: asyncio.Event) -> int:
    playing = asyncio.create_task(Player(director, tell).play())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({playing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return 0 if playing.done() and playing.result() else 1
    finally:
        for task in (playing, stopping):
            task.cancel()
        await asyncio.gather(playing, stopping, return_exceptions=True)


def _leaves(group: BaseExceptionGroup[BridgeEnded]) -> Iterator[BaseException]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error


def _url(listening: socket.socket) -> str:
    return f"http://127.0.0.1:{listening.getsockname()[1]}"
