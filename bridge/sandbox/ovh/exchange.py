"""One HTTP exchange: the request is recorded, meets its fault, is carried out and answered, or not."""

from dataclasses import dataclass

from aiohttp import web

from bridge.sandbox import endings
from bridge.sandbox.endings import Answer, Ending
from bridge.sandbox.ovh import server
from bridge.sandbox.ovh.api import Api, Done, Signed
from bridge.sandbox.ovh.errors import RefusalError
from bridge.sandbox.ovh.faults import Fault, Script, below_service
from bridge.sandbox.ovh.records import Records
from bridge.sandbox.ovh.tasks import Tasks
from bridge.sandbox.ovh.telephones import Network
from bridge.sandbox.ovh.values import Change, Clock, Happened, Mode, SeenRequest, Sleep, Subscriber

_HANG, _RESET, _REVOKED, _NONE = Fault.hang(), Fault.reset(), Fault.revoked(), Fault("none", carried_out=True)


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where the consequences of a call go."""

    network: Network
    records: Records
    tasks: Tasks
    tell: Subscriber


class Exchange:
    """Answers requests. `latency` is in seconds before each answer."""

    def __init__(self, api: Api, outlets: Outlets, now: Clock, sleep: Sleep, latency: float) -> None:
        self._api = api
        self._outlets = outlets
        self._now = now
        self._sleep = sleep
        self._latency = latency
        self._closing = False
        self.script = Script()
        self.gate = endings.Gate()
        self.mode = Mode.OK

    def close(self) -> None:
        """What hangs is let go into a reset, and nothing hangs any more."""
        self._closing = True
        self.gate.let_go()

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse:
        """One request, to its end."""
        try:
            return await self._respond(request)
        except ConnectionError:
            raise  # the caller went away: aiohttp's own affair
        except Exception as failure:
            self._outlets.tasks.failed(failure)
            raise

    async def _respond(self, request: web.BaseRequest) -> web.StreamResponse:
        seen, signed = await server.read(request, self._now)
        self._outlets.records.seen(seen)
        fault = self.script.take(seen) or self._by_mode(seen)
        if fault is not None:
            seen.fault = fault.name
        if self._latency:
            await self._sleep(self._latency)
        response = await self._end(request, seen, signed, fault or _NONE)
        seen.connection_lost = seen.connection_lost or request.transport is None
        self._outlets.tell(Change(Happened.REQUEST, subject=seen))
        return response

    def _by_mode(self, seen: SeenRequest) -> Fault | None:
        if self.mode is Mode.OK or seen.path == "/auth/time":
            return None
        below = below_service(seen.path)
        posts = seen.method == "POST" and below == "jobs"
        lists = seen.method == "GET" and below in ("jobs", "outgoing")
        match self.mode:
            case Mode.REVOKED:
                return _REVOKED
            case Mode.SILENT if posts:
                return _HANG
            case Mode.UNCONFIRMED if posts or lists:
                return _RESET
            case _:
                return None

    async def _end(
        self, request: web.BaseRequest, seen: SeenRequest, signed: Signed, fault: Fault
    ) -> web.StreamResponse:
        answer = await self._answer(seen, signed, fault)
        if fault.ending is Ending.HANG:
            self._outlets.tell(Change(Happened.REQUEST, subject=seen))
            if not self._closing:
                await self.gate.wait()
        breaks = fault.ending is Ending.RESET or (
            fault.ending is Ending.HANG and (self._closing or not fault.carried_out)
        )
        if breaks:
            seen.connection_lost = True
            return endings.reset(request)
        seen.status = answer.status
        if fault.ending is Ending.CUT_SHORT:
            seen.connection_lost = True
            return await endings.cut_short(request, answer)
        return endings.as_response(answer)

    async def _answer(self, seen: SeenRequest, signed: Signed, fault: Fault) -> Answer:
        real = await self._carried_out(seen, signed, fault) if fault.carried_out else None
        if fault.refuses_receivers:
            return _all_refused(seen)
        return fault.answer or real or server.in_json(500, None)

    async def _carried_out(self, seen: SeenRequest, signed: Signed, fault: Fault) -> Answer:
        try:
            done = self._api.call(seen, signed)
        except RefusalError as refusal:
            return server.in_json(refusal.status, refusal.body)
        await self._accepted(done, fault)
        return server.in_json(200, done.answer)

    async def _accepted(self, done: Done, fault: Fault) -> None:
        taken = done.taken
        if taken is None or taken.accepted is None:
            return
        self._outlets.records.took(taken.accepted)
        self._outlets.tell(Change(Happened.ACCEPTED, subject=taken.accepted))
        pace = self._outlets.network.pace
        for sms in taken.sms:
            if fault.early_report is not None:
                await self._outlets.network.settle(sms, *fault.early_report)
            elif pace.delivery_after is not None:
                self._outlets.tasks.start(self._outlets.network.carry(sms, pace.delivery_after))


def _all_refused(seen: SeenRequest) -> Answer:
    asked = seen.body if isinstance(seen.body, dict) else {}
    return server.in_json(
        200,
        {
            "ids": [],
            "validReceivers": [],
            "invalidReceivers": asked.get("receivers", []),
            "totalCreditsRemoved": 0,
            "tag": asked.get("tag", ""),
        },
    )
