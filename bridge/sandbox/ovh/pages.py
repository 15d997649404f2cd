"""What a person sees in a browser at the simulated OVH: the page on which an account's owner agrees to a key."""

from collections.abc import Awaitable, Callable
from html import escape

from aiohttp import web

from bridge.sandbox.ovh.access import Access, Credential

Responder = Callable[[web.BaseRequest], Awaitable[web.StreamResponse | None]]
"""Answers a request, or gives None for one that is not its own."""

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Simulated OVH</title>
<style>body{{font:16px/1.5 sans-serif;max-width:42em;margin:3em auto;padding:0 1em}}</style>
<h1>Simulated OVH</h1>{body}</html>"""
_ASKS = """<p>A program asks for a key that may make these calls, for an unlimited time:</p><ul>{rules}</ul>
<form method="post"><button name="agree" value="yes">Agree</button>
<button name="agree" value="no">Refuse</button></form>"""


class Pages:
    """Pages outside of the API. GET shows, POST decides; `?ok` and `?refuse` decide without a form."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse | None:
        """The page of a key, None for any other address."""
        if request.path != "/auth/":
            return None
        credential = self._access.asked_for(request.query.get("credentialToken", ""))
        if credential is None:
            return _page("<p>Nobody asked for this key.</p>", status=404)
        agrees = await _decision(request)
        if agrees is not None and credential.status == "pendingValidation":
            credential.status = "validated" if agrees else "refused"
            if agrees and credential.redirection is not None:
                return web.Response(status=302, headers={"Location": credential.redirection})
        return _page(_told(credential))


async def _decision(request: web.BaseRequest) -> bool | None:
    if request.method == "POST":
        return (await request.post()).get("agree", "yes") == "yes"
    if "ok" in request.query or "refuse" in request.query:
        return "ok" in request.query
    return None


def _told(credential: Credential) -> str:
    match credential.status:
        case "pendingValidation":
            rules = "".join(f"<li><code>{escape(f'{method} {path}')}</code></li>" for method, path in credential.rules)
            return _ASKS.format(rules=rules)
        case "validated":
            return "<p>The key is valid. You can close this page.</p>"
        case _:
            return "<p>The key was refused and stays without any right.</p>"


def _page(body: str, status: int = 200) -> web.Response:
    return web.Response(text=_PAGE.format(body=body), content_type="text/html", status=status)
