"""The bridge's own web server, open as long as its context is."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiohttp import web

from bridge.web.access import access_log, silent_logger
from bridge.web.parameters import MAX_BODY

_FAREWELL = 5.0  # seconds that requests in progress get at the end


@asynccontextmanager
async def serve(host: str, port: int, routes: Iterable[web.RouteDef]) -> AsyncIterator[int]:
    """Serve these routes, for example `[*OvhCallbacks(…).routes(), *Health(…).routes()]`.

    Gives the port that was bound, which is another one than asked for when that was 0. Raises OSError when it is
    taken. Leaving closes the port, then waits for what is in progress.
    """
    app = web.Application(middlewares=[access_log], client_max_size=MAX_BODY)
    app.add_routes(routes)
    # Bodies stay as they came: what is compressed is declined, and cannot unfold to more than its limit.
    runner = web.AppRunner(
        app,
        access_log=None,
        logger=silent_logger(),
        auto_decompress=False,
        shutdown_timeout=_FAREWELL,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
