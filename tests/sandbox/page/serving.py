"""The page's server, which can go away and come back at the same address."""

from aiohttp import web

from bridge.sandbox.page import Stage, add_page


class Served:
    """Serves the page of one stage on a port that stays the same."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._port = 0
        self._runner: web.AppRunner | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        app = web.Application()
        add_page(app, self._stage)
        self._runner = web.AppRunner(app, shutdown_timeout=50)  # seconds: a stream that stays would show
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
