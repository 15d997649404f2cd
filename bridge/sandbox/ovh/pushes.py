"""What OVH calls by itself: reports, answers and STOP, at the URLs that an account registered."""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Literal

import aiohttp
from yarl import URL

from bridge.sandbox.ovh import ptts
from bridge.sandbox.ovh.books import Books
from bridge.sandbox.ovh.times import as_reports_write
from bridge.sandbox.ovh.values import Change, Clock, Happened, IncomingSms, OutgoingSms, Push, Subscriber

# assumption: how long OVH waits for a callback is unknown, here 10 s.
_PATIENCE = aiohttp.ClientTimeout(total=10)


class Pushes:
    """Sends pushes and keeps each in `log`. A push that fails is not repeated.

    `on` is False where OVH cannot reach the bridge; `holding` keeps pushes in `held` until a test lets them
    go. `report_method` is GET as OVH's guide has it, or POST.
    """

    # assumption: whether OVH repeats a failed call is unknown; here it does not, `again` does it by hand.

    def __init__(self, now: Clock, tell: Subscriber, keep: int | None) -> None:
        self._now = now
        self._tell = tell
        self._session: aiohttp.ClientSession | None = None
        self.on = True
        self.holding = False
        self.report_method: Literal["GET", "POST"] = "GET"
        self.log: deque[Push] = deque(maxlen=keep)
        self.held: list[Push] = []

    async def open(self) -> None:
        """Makes the client; needs a running loop."""
        self._session = aiohttp.ClientSession(timeout=_PATIENCE)

    async def close(self) -> None:
        """Ends the client's connections."""
        if self._session is not None:
            await self._session.close()

    async def report(self, books: Books, sms: OutgoingSms) -> None:
        """The report's callback: `description` is the DLR id."""
        if books.call_back is None:
            return
        told = {
            "id": str(sms.id),
            "ptt": str(sms.ptt),
            "date": as_reports_write(self._now()),
            "description": str(sms.receipt),
            "descriptionDlr": ptts.RECEIPTS.get(sms.receipt, ""),
        }
        if self.report_method == "GET":
            await self._send(Push("report", "GET", books.call_back, query=told))
        else:
            await self._send(Push("report", "POST", books.call_back, body=told))

    async def reply(self, books: Books, sms: IncomingSms) -> None:
        """The answer's callback: a form, with the query parameters of the URL in it once more."""
        if books.reply_url is None:
            return
        told = {
            "id": str(sms.id),
            "senderid": sms.sender,
            "message": sms.message,
            "keyword": "",
            "shortcode": sms.short_number,
            "tag": sms.tag,
            **URL(books.reply_url).query,
        }
        await self._send(Push("reply", "POST", books.reply_url, body=told))

    async def stop(self, books: Books, number: str, incoming_id: int) -> None:
        """The callback that tells of a STOP."""
        if books.stop_call_back is None:
            return
        # assumption: neither method nor names are documented; a GET with the number under both likely names.
        told = {"number": number, "senderid": number, "id": str(incoming_id)}
        await self._send(Push("stop", "GET", books.stop_call_back, query=told))

    async def raw(
        self, url: str, method: str, query: Mapping[str, str] | None, body: Mapping[str, str] | bytes | None
    ) -> Push:
        """A call of any shape to any URL, at once, even while pushes are off or held."""
        return await self._call(Push("raw", method, url, query=dict(query or {}), body=body))

    async def again(self, push: Push) -> Push:
        """The same call once more."""
        return await self._call(Push(push.kind, push.method, push.url, push.query, push.body))

    async def let_go(self, order: Callable[[list[Push]], list[Push]]) -> list[Push]:
        """Sends what was held, one after the other, in the order (and as often) as `order` says."""
        self.holding, held, self.held = False, self.held, []
        return [await self.again(push) for push in order(held)]

    async def _send(self, push: Push) -> None:
        if self.holding:
            self.held.append(push)
        elif self.on:
            await self._call(push)

    async def _call(self, push: Push) -> Push:
        assert self._session is not None, "the simulated OVH is not open"  # noqa: S101 - a caller's mistake
        push.at = self._now()
        self.log.append(push)
        url = URL(push.url).update_query(dict(push.query)) if push.query else URL(push.url)
        try:
            async with self._session.request(push.method, url, data=push.body, allow_redirects=False) as answer:
                await answer.read()
                push.status = answer.status
        except (aiohttp.ClientError, TimeoutError) as failure:
            push.error = type(failure).__name__
        self._tell(Change(Happened.PUSH, subject=push))
        return push
