"""One OVH account (endpoint and service): its threads, its connections, its clock, its calls."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

import structlog

from bridge.adapters.ovh.signer import (
    CONNECT_SECONDS,
    READ_SECONDS,
    Keys,
    Signer,
    base_url,
    trusted_certificates,
)
from bridge.adapters.ovh.translate import Circumstances, Failure, Payload, Refused, classify
from bridge.adapters.ovh.wire import Answer, Cut, Unreachable, Wire
from bridge.domain.failures import Reason, Temporary
from bridge.ports.clock import Clock

T = TypeVar("T")
Observe = Callable[[str, str, float], None]
"""Told of every call: what was asked, "ok" or the failure's reason, seconds. Called in threads."""

NO_KEY: Final = "NO_CONSUMER_KEY"  # our own word beside OVH's codes: there is no key to sign with
THREADS: Final = 32  # an idle one costs nothing; how many POST at once is delivery's
_LONGEST_CALL = 90.0  # seconds: the time-outs bound each read alone, and a trickle would hold its thread for ever
_CLOCK_JUMP = 20.0  # seconds between wall and monotonic clock: OVH refuses from about a minute on
_CLOCK_AGE = 3600.0  # seconds after which OVH's time is asked for again

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _OvhTime:
    """OVH's clock against ours, and our two clocks when it was read: they part when one is set."""

    ahead: float
    wall: float
    monotonic: float


class OvhAccount:
    """Everything phones of one account share. Calls run in threads; close it with `aclose`.

    `pace` is awaited before each GET and PUT: who counts calls a second waits there. POSTs are not held up: a
    job that is written down as submitting must not wait. `timeout`: seconds for connecting and for each read.
    """

    def __init__(
        self,
        endpoint: str,
        service: str,
        keys: Keys,
        *,
        clock: Clock,
        observe: Observe | None = None,
        pace: Callable[[], Awaitable[None]] | None = None,
        timeout: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
        threads: int = THREADS,
    ) -> None:
        self.service = service
        self.path = f"/sms/{quote(service, safe='')}"
        self.credits_left: float | None = None
        self.base = base_url(endpoint)
        self._keys = keys
        self.clock = clock
        self._observe = observe
        self._pace = pace
        self._timeout = timeout
        self._tls = trusted_certificates() if self.base.startswith("https") else None
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=f"ovh-{service}")
        self._idle: list[Signer] = []  # the one used last is taken first: few connections stay warm
        self._busy: dict[Signer, float] = {}  # since when, by the monotonic clock
        self._flying: set[asyncio.Future[Any]] = set()
        self._time: _OvhTime | None = None
        self._time_lock = threading.Lock()
        self._closed = False

    # -- from the event loop -------------------------------------------------------------------------------

    async def get(self, what: str, path: str, **query: str | int) -> object:
        """GET `path` (from the root) and give its JSON. Raises Temporary, Permanent.

        `what` names the call in figures and logs. Dots in parameter names are written as two underscores.
        """
        if query:
            path = f"{path}?{urlencode({name.replace('__', '.'): value for name, value in query.items()})}"
        return await self._ask("GET", what, path, None)

    async def put(self, what: str, path: str, body: object) -> None:
        """PUT a body. Raises Temporary, Permanent."""
        await self._ask("PUT", what, path, body)

    async def _ask(self, method: str, what: str, path: str, body: object) -> object:
        if self._pace is not None:
            await self._pace()
        return await asyncio.shield(self.start(lambda: self.call(method, what, path, body)))

    def start(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Run `work` in a thread of the account. The future ends whoever waits for it: `aclose` counts it.

        Await it through `asyncio.shield`: cancelling it would lose the answer, not stop the call.
        """
        if self._closed:
            raise Temporary(Reason.NETWORK)
        self._break(older_than=_LONGEST_CALL)
        future = asyncio.get_running_loop().run_in_executor(self._executor, work)
        self._flying.add(future)
        future.add_done_callback(self._landed)
        return future

    def _break(self, older_than: float) -> None:
        """End calls that last longer than so many seconds."""
        latest = self.clock.monotonic() - older_than
        for signer, since in self._busy.copy().items():  # threads change it meanwhile
            if since <= latest:
                signer.wire.abort()

    def _landed(self, future: asyncio.Future[T]) -> None:
        self._flying.discard(future)

    async def time(self) -> datetime:
        """OVH's time now (UTC), asked for if it is not known. Raises Temporary."""
        if not self._time_known():
            await asyncio.shield(self.start(self._know_time))
        return self.now()

    def now(self) -> datetime:
        """OVH's time (UTC) as far as it is known, else ours."""
        known = self._time
        return self.clock.now() + timedelta(seconds=known.ahead if known else 0.0)

    @property
    def ahead(self) -> float | None:
        """Seconds by which OVH's clock is ahead of this machine's; None before it was asked."""
        return self._time.ahead if self._time else None

    @property
    def has_key(self) -> bool:
        """Whether there is a consumer key to sign with."""
        return self._keys.consumer_key is not None

    def use(self, consumer_key: str | None) -> str | None:
        """Sign with this consumer key from now on; gives the one before. Only while no call is under way."""
        before, self._keys = self._keys.consumer_key, replace(self._keys, consumer_key=consumer_key)
        while self._idle:
            self._idle.pop().wire.close()
        return before

    def at_ovh(self, moment: datetime) -> datetime:
        """A moment of our clock as OVH's clock told it."""
        return moment + (self.now() - self.clock.now())

    async def aclose(self, grace: float = 5.0) -> None:
        """Wait up to `grace` seconds for calls in flight, break those that last, end the threads.

        A broken POST ends as OutcomeUnknown: its job was written down as submitting and will be looked up.
        """
        self._closed = True
        if self._flying:
            await asyncio.wait(set(self._flying), timeout=grace)
        if self._flying:
            _log.warning("ovh_calls_broken", service=self.service, calls=len(self._flying))
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._break(older_than=0.0)
            await asyncio.wait(set(self._flying), timeout=CONNECT_SECONDS)
        self._executor.shutdown(wait=False, cancel_futures=True)
        for signer in self._idle:
            signer.wire.close()

    # -- in a thread -----------------------------------------------------------------------------------------

    def call(self, method: str, what: str, path: str, body: object = None) -> object:
        """One signed call, repeated once when OVH finds the clock wrong (surely not carried out then).

        Gives the JSON. Raises Temporary, Permanent, and OutcomeUnknown after a POST.
        """
        if not self.has_key:
            raise Refused(Reason.KEYS, NO_KEY)
        known = self._know_time()
        outcome = self._once(method, what, path, body, known)
        if isinstance(outcome, Temporary) and outcome.reason is Reason.CLOCK:
            known = self._know_time(but_not=known)
            outcome = self._once(method, what, path, body, known)
        if isinstance(outcome, Payload):
            return outcome.value
        raise outcome

    def unsigned(self, method: str, what: str, path: str, body: object = None) -> object:
        """One call under the application key alone. Gives the JSON. Raises as `call` does."""
        outcome = self._once(method, what, path, body, None)
        if isinstance(outcome, Payload):
            return outcome.value
        raise outcome

    def _once(self, method: str, what: str, path: str, body: object, known: _OvhTime | None) -> Payload | Failure:
        """One exchange, signed if the time is known, and what it came to."""
        delta = None
        if known is not None:
            # The client adds this to the machine's clock; ours is passed in.
            delta = int(self.clock.now().timestamp() + known.ahead) - int(time.time())
        began = time.perf_counter()
        met = self._exchange(method, path, body, delta)
        around = Circumstances(self.now(), self.credits_left, self._keys.secrets)
        outcome = classify(method, met, around)
        if self._observe is not None:
            word = "ok" if isinstance(outcome, Payload) else outcome.reason.value
            self._observe(what, word, time.perf_counter() - began)
        if not isinstance(outcome, Payload):
            _log.info(
                "ovh_call_failed",
                service=self.service,
                call=what,
                failure=type(outcome).__name__,
                reason=outcome.reason.value,
                met=met.status if isinstance(met, Answer) else str(met),
            )
        return outcome

    def _exchange(self, method: str, path: str, body: object, delta: int | None) -> Answer | Exception:
        try:
            signer = self._idle.pop()
        except IndexError:
            wire = Wire(self.base, self._tls, self._timeout, self.clock.monotonic)
            signer = Signer(self.base, self._keys, wire)
        self._busy[signer] = self.clock.monotonic()
        try:
            return signer.ask(method, path, body, delta)
        except (Unreachable, Cut) as error:
            return error
        finally:
            self._busy.pop(signer)
            if self._closed:
                signer.wire.close()
            else:
                self._idle.append(signer)

    def _time_known(self) -> _OvhTime | None:
        known = self._time
        if known is None:
            return None
        monotonic = self.clock.monotonic()
        moved = (self.clock.now().timestamp() - known.wall) - (monotonic - known.monotonic)
        return known if abs(moved) < _CLOCK_JUMP and monotonic - known.monotonic < _CLOCK_AGE else None

    def _know_time(self, but_not: _OvhTime | None = None) -> _OvhTime:
        """OVH's clock, read before a call is signed: the client would read it in a POST. Raises Temporary."""
        known = self._time_known()
        if known is not None and known is not but_not:
            return known
        with self._time_lock:  # one thread asks, the others wait for its answer
            known = self._time_known()
            if known is not None and known is not but_not:
                return known
            outcome = self._once("GET", "time", "/auth/time", None, None)
            if isinstance(outcome, Temporary):
                raise outcome
            if not isinstance(outcome, Payload) or type(outcome.value) is not int:
                raise Temporary(Reason.SERVER)
            wall = self.clock.now().timestamp()
            self._time = _OvhTime(outcome.value - wall, wall, self.clock.monotonic())
            return self._time
