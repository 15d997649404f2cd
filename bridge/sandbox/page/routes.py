"""The page's routes: its static files, its snapshots (once and as a stream), and its actions."""

from __future__ import annotations

import asyncio
import ipaddress
import json
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from aiohttp import web

from bridge.sandbox.page.actions import ActionRefused, Language, read_action
from bridge.sandbox.page.fixture import every_state
from bridge.sandbox.page.stage import Snapshot, Stage

STATIC = Path(__file__).parent / "static"
MAX_BODY = 16 * 1024  # bytes
COALESCE = 0.05  # seconds between two snapshots: at most 20 a second
HEARTBEAT = 15.0  # seconds of silence after which a comment shows that the stream lives
MAX_ENTRIES = 200  # entries of a room that are sent

CONTENT_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def add_page(app: web.Application, stage: Stage) -> None:
    """Serve the page at `/` and everything it needs under `/page/`; open streams end with the app."""
    page = _Page(stage)
    app.router.add_get("/", page.index)
    app.router.add_get("/page/state", page.state)
    app.router.add_get("/page/fixture", page.fixture)
    app.router.add_get("/page/stream", page.stream)
    app.router.add_post("/page/act", page.act)
    app.router.add_get("/page/{file}", page.file)
    app.on_shutdown.append(page.end_streams)


class _Page:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._streams: set[asyncio.Task[object]] = set()
        # Only these names are served: no path of a request ever reaches the file system.
        self._files = {path.name: path for path in STATIC.iterdir() if path.suffix in CONTENT_TYPES}

    async def index(self, request: web.Request) -> web.Response:
        _require_this_machine(request)
        return _static(self._files["index.html"])

    async def file(self, request: web.Request) -> web.Response:
        path = self._files.get(request.match_info["file"])
        if path is None:
            return _json({"error": {"fr": "Introuvable.", "en": "Not found."}}, status=404)
        return _static(path)

    async def state(self, request: web.Request) -> web.Response:
        _require_this_machine(request)
        return _json(_capped(self._stage.snapshot(_language(request))))

    async def fixture(self, request: web.Request) -> web.Response:
        return _json(every_state(_language(request)))

    async def stream(self, request: web.Request) -> web.StreamResponse:
        _require_this_machine(request)
        response = web.StreamResponse(headers={**SECURITY, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        task = cast("asyncio.Task[object]", asyncio.current_task())
        self._streams.add(task)
        try:
            await self._send_snapshots(response, _language(request))
        except ConnectionError:
            return response  # the browser is gone
        finally:
            self._streams.discard(task)
        return response

    async def _send_snapshots(self, response: web.StreamResponse, language: Language) -> None:
        await response.write(b"retry: 1000\n\n")  # milliseconds until a browser that lost us asks again
        while True:
            snapshot = _capped(self._stage.snapshot(language))
            version = snapshot["version"]
            await response.write(f"id: {version}\ndata: {json.dumps(snapshot)}\n\n".encode())
            await asyncio.sleep(COALESCE)
            while not await self._changed(version):
                await response.write(b": still here\n\n")

    async def _changed(self, version: int) -> bool:
        try:
            async with asyncio.timeout(HEARTBEAT):
                await self._stage.changed(version)
        except TimeoutError:
            return False
        return True

    async def act(self, request: web.Request) -> web.Response:
        _require_this_machine(request)
        if not _same_origin(request):
            return _refusal(403, "Cette page-ci seulement peut agir.", "Only this page itself may act.")
        if request.content_type != "application/json":
            return _refusal(415, "Du JSON est attendu.", "JSON is expected.")
        raw = await _read_body(request)
        if raw is None:
            return _refusal(413, "Demande trop longue.", "The request is too long.")
        try:
            await self._stage.act(read_action(json.loads(raw)))
        except ActionRefused as refused:
            return _refusal(422, refused.fr, refused.en)
        except ValueError:  # json.loads: neither JSON nor UTF-8
            return _refusal(400, "Ce n'est pas du JSON.", "This is not JSON.")
        return _json({"ok": True})

    async def end_streams(self, _: web.Application) -> None:
        """Streams never end by themselves, and the server waits for its requests."""
        for task in list(self._streams):
            task.cancel()


async def _read_body(request: web.Request) -> bytes | None:
    """The body, or None when it is longer than `MAX_BODY`; reads no more than that."""
    body = b""
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return body


def _same_origin(request: web.Request) -> bool:
    """True when the page itself asks: browsers send at least one of these headers with a POST."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is None and origin is None:
        return False
    return site in (None, "same-origin") and origin in (None, f"{request.scheme}://{request.host}")


def _require_this_machine(request: web.Request) -> None:
    """Refuse names that a stranger's DNS may point at this machine; an address or localhost cannot lie."""
    name = urlsplit(f"//{request.host}").hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return
    try:
        ipaddress.ip_address(name)
    except ValueError:
        raise web.HTTPMisdirectedRequest(text="open this page as http://127.0.0.1") from None


def _language(request: web.Request) -> Language:
    return "en" if request.query.get("language") == "en" else "fr"


def _capped(snapshot: Snapshot) -> Snapshot:
    rooms = [{**room, "entries": room["entries"][-MAX_ENTRIES:]} for room in snapshot["rooms"]]
    return cast("Snapshot", {**snapshot, "rooms": rooms})


def _static(path: Path) -> web.Response:
    return web.Response(
        body=path.read_bytes(), content_type=CONTENT_TYPES[path.suffix], charset="utf-8", headers=SECURITY
    )


def _json(value: object, status: int = 200) -> web.Response:
    return web.json_response(value, status=status, headers=SECURITY)


def _refusal(status: int, fr: str, en: str) -> web.Response:
    return _json({"error": {"fr": fr, "en": en}}, status=status)
