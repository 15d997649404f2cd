"""OVH's callbacks: /ovh/{phone}/{secret}/report, /reply and /stop.

A wrong secret is a 404 that leaves no row. Nothing is answered with 200 before it is committed, and a store that
failed is a 503, so that OVH may call again; polling finds what it does not repeat.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog
from aiohttp import web

from bridge.domain.ids import AccountId
from bridge.domain.slugs import slug
from bridge.ports.callbacks import AcceptReport, FindAccount, HintReply, HintStop, RefusedCallback
from bridge.ports.clock import Clock
from bridge.web.parameters import Declined, numbers, outcome, ovh_id, parameters
from bridge.web.secrets import opened

_log = structlog.get_logger(__name__)

Taken = Callable[[AccountId, Mapping[str, str]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class OvhCallbacks:
    """What a callback is handed to. `patience`: seconds before a store that does not answer counts as failed."""

    find_account: FindAccount
    accept_report: AcceptReport
    hint_reply: HintReply
    hint_stop: HintStop
    refused: RefusedCallback
    clock: Clock
    patience: float = 20

    def routes(self) -> list[web.RouteDef]:
        """All methods, since a wrong one is told only to those who have the secret."""
        return [
            web.route("*", f"/ovh/{{phone}}/{{secret}}/{kind}", handler, name=f"ovh.{kind}")
            for kind, handler in (("report", self.report), ("reply", self.reply), ("stop", self.stop))
        ]

    async def report(self, request: web.Request) -> web.Response:
        """What became of an SMS. With the right secret it is believed."""
        return await self._take(request, self._report)

    async def reply(self, request: web.Request) -> web.Response:
        """An answer came: only its id is kept, its text comes from the signed API."""
        return await self._take(request, self._reply)

    async def stop(self, request: web.Request) -> web.Response:
        """Somebody may have written STOP: OVH's list decides."""
        return await self._take(request, self._stop)

    async def _report(self, account: AccountId, given: Mapping[str, str]) -> None:
        sms, (dlr, ptt) = ovh_id(given), outcome(given)
        await self.accept_report(account, sms, dlr, ptt)

    async def _reply(self, account: AccountId, given: Mapping[str, str]) -> None:
        await self.hint_reply(account, ovh_id(given))

    async def _stop(self, account: AccountId, given: Mapping[str, str]) -> None:
        for number in numbers(given):
            await self.hint_stop(account, number)

    async def _take(self, request: web.Request, take: Taken) -> web.Response:
        try:
            async with asyncio.timeout(self.patience):
                account = await self._account(request)
                await take(account, await parameters(request))
        except Declined as declined:
            self.refused(declined.reason)
            return web.Response(status=declined.status, text="declined\n")
        except Exception:  # ours, whatever it is: the caller may come back, and the poll will find it anyway
            self.refused("store")
            _log.exception("web.callback_failed", route=request.match_info.route.name)
            return web.Response(status=503, text="try again\n")
        return web.Response(text="ok\n")

    async def _account(self, request: web.Request) -> AccountId:
        """The account whose secret was given. Raises Declined, 404 before anything else is looked at."""
        phone, secret = request.match_info["phone"], request.match_info["secret"]
        # What is no slug is looked up as one that nobody has: databases choke on NULs and halves of letters.
        known = await self.find_account(phone if slug(phone) == phone else "?")
        account = opened(secret, known, self.clock.now())
        if account is None:
            raise Declined("secret", 404)
        if request.method not in ("GET", "POST"):
            raise Declined("method", 405)
        return account
