"""The access log: what was asked and how it ended, never the path, since secrets stand in it."""

import logging
from collections.abc import Awaitable, Callable
from time import perf_counter

import structlog
from aiohttp import web

_log = structlog.get_logger(__name__)
_OFTEN = frozenset({"healthz", "readyz", "metrics"})  # asked every few seconds: told at debug

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def access_log(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Log method, route, status and seconds; what nobody caught becomes a 500 and one line with its cause."""
    began = perf_counter()
    route = request.match_info.route.name or "unknown"
    status = 500
    try:
        response = await handler(request)
        status = response.status
    except web.HTTPException as told:
        status = told.status
        raise
    except Exception:
        _log.exception("web.failed", route=route)
        return web.Response(status=500, text="failed\n")
    finally:
        level = logging.DEBUG if route in _OFTEN and status < 400 else logging.INFO
        seconds = round(perf_counter() - began, 4)
        _log.log(level, "web.request", method=request.method, route=route, status=status, seconds=seconds)
    return response


def silent_logger() -> logging.Logger:
    """For aiohttp's server, which would log every caller's broken HTTP as an error, path and all."""
    return logging.Logger("bridge.web.http", level=logging.CRITICAL + 1)
