"""One HTTP exchange: the call is recorded, meets its fault, is carried out and answered, or not."""

import inspect
import re
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bridge.sandbox import endings
from bridge.sandbox.endings import Answer, Ending
from tests.doubles.telegram import errors, schema, server
from tests.doubles.telegram.args import Args
from tests.doubles.telegram.calls import Call
from tests.doubles.telegram.errors import Refused, Unsupported
from tests.doubles.telegram.faults import Fault, Script, in_json
from tests.doubles.telegram.methods import METHODS
from tests.doubles.telegram.world import World

PATH = re.compile(r"/bot([^/]+)/([A-Za-z]+)/?")
TOKEN_FORM = re.compile(r"\d+:[\w-]+")
_NONE = Fault("none", carried_out=True)
_ALL = frozenset(name.lower() for name in schema.methods())
_BY_LOWER = {name.lower(): name for name in METHODS}


class Exchange:
    """Answers calls. `checked` is given each answer with its method; what it raises fails the double."""

    def __init__(self, world: World, token: str, checked: Callable[[str, Any], None]) -> None:
        self._world = world
        self._checked = checked
        self._closing = False
        self.token = token
        self.revoked = False
        self.script = Script()
        self.gate = endings.Gate()
        self.calls: list[Call] = []
        self.failures: list[Exception] = []

    def close(self) -> None:
        """What hangs is let go into a reset, and nothing hangs any more."""
        self._closing = True
        self.gate.let_go()

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse:
        """One request, to its end."""
        found = PATH.fullmatch(request.path)
        try:
            refused = self._refused(found)
            if refused is not None or found is None:
                return endings.as_response(in_json((refused or errors.not_found()).json()))
            return await self._called(request, _BY_LOWER[found[2].lower()])
        except ConnectionError:
            raise  # the caller went away: aiohttp's own affair
        except Exception as failure:
            self.failures.append(failure)
            return endings.as_response(in_json(errors.error(500, f"Internal Server Error: {type(failure).__name__}")))

    def _refused(self, found: re.Match[str] | None) -> Refused | None:
        if found is None or not TOKEN_FORM.fullmatch(found[1]):
            return errors.not_found()
        if found[1] != self.token or self.revoked:
            return errors.unauthorized()
        if found[2].lower() in _BY_LOWER:
            return None
        if found[2].lower() in _ALL:
            raise Unsupported(f"the method {found[2]}")
        return Refused(404, "Not Found: method not found")

    async def _called(self, request: web.BaseRequest, method: str) -> web.StreamResponse:
        try:
            given = await server.arguments(request)
        except ValueError:
            return endings.as_response(in_json(errors.bad("can't parse JSON object").json()))
        call = Call(self._world.clock.now(), method, given)
        self.calls.append(call)
        fault = self.script.take(call) or _NONE
        call.fault = None if fault is _NONE else fault.name
        self._world.tell()
        try:
            return await self._end(request, call, fault)
        finally:
            self._world.tell()

    async def _end(self, request: web.BaseRequest, call: Call, fault: Fault) -> web.StreamResponse:
        real = await self._carried_out(call) if fault.carried_out else None
        answer = fault.answer or real or in_json(errors.error(500, "Internal Server Error"))
        if fault.ending is Ending.HANG and not self._closing:
            self._world.tell()
            await self.gate.wait()
        if fault.ending is Ending.RESET or (fault.ending is Ending.HANG and (self._closing or real is None)):
            return endings.reset(request)
        call.status = answer.status
        if fault.ending is Ending.CUT_SHORT:
            return await endings.cut_short(request, answer)
        return endings.as_response(answer)

    async def _carried_out(self, call: Call) -> Answer:
        args = Args(call.args)
        try:
            result = METHODS[call.method](self._world, args)
            result = await result if inspect.isawaitable(result) else result
            args.check(call.method)
        except Refused as refused:
            call.description = refused.description
            self._checked("error", refused.json())
            return in_json(refused.json())
        self._checked(call.method, result)
        return in_json({"ok": True, "result": result})
