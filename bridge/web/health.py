"""/healthz for what restarts the process, /readyz for what sends it traffic, /metrics for Prometheus."""

from dataclasses import dataclass

import structlog
from aiohttp import web

from bridge.ports.callbacks import Alive, Readiness, Ready, Render

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Health:
    """How the process stands, for machines."""

    alive: Alive
    ready: Ready
    render: Render

    def routes(self) -> list[web.RouteDef]:
        """GET, and HEAD with it."""
        return [
            web.get("/healthz", self.healthz, name="healthz"),
            web.get("/readyz", self.readyz, name="readyz"),
            web.get("/metrics", self.metrics, name="metrics"),
        ]

    async def healthz(self, _request: web.Request) -> web.Response:
        """200 while the process and all its loops are alive."""
        alive = self.alive()
        return web.json_response({"alive": alive}, status=200 if alive else 503)

    async def readyz(self, _request: web.Request) -> web.Response:
        """200 when migrated, writable and started; how the outside stands is told in the body alone."""
        try:
            now = await self.ready()
        except Exception:  # a store that cannot even be asked is not ready
            _log.exception("web.readiness_failed")
            now = Readiness(migrated=False, writable=False, started=False)
        told = {
            **now.details,
            "ready": now.ready,
            "migrated": now.migrated,
            "writable": now.writable,
            "started": now.started,
        }
        return web.json_response(told, status=200 if now.ready else 503)

    async def metrics(self, _request: web.Request) -> web.Response:
        """The figures, Prometheus text format 0.0.4."""
        return web.Response(
            body=self.render(),
            headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"},
        )
