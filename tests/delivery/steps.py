"""Lanes without their loop: claim, call, record; and a chat and a phone that answer as a test says."""

from datetime import timedelta
from typing import Any, cast

from bridge.delivery.context import Deliveries
from bridge.delivery.pace import Paces
from bridge.delivery.posts import PostLane
from bridge.delivery.worker import Lane
from bridge.domain.after_post import Broken
from bridge.domain.ids import OvhId, RoomAddress
from bridge.domain.numbers import E164
from bridge.domain.patience import Patience
from bridge.domain.sms import Job, Reply, Report
from bridge.metrics import Figures
from bridge.ports.chat import ChatPlatform, Mark, Post, PostedRef
from bridge.ports.phone import Phone
from tests.contract.store.world import World


class Chat:
    """Whatever is next in `answers` is given back or raised; then everything is well."""

    name = "web"
    marks_after = timedelta(0)
    sign = "/"

    def __init__(self, idempotent: bool = True) -> None:
        self.idempotent = idempotent
        self.answers: list[Exception | None] = []
        self.posted: list[Post] = []
        self.edited: list[Post] = []
        self.marked: list[Mark] = []

    def _answer(self) -> None:
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer

    async def post(self, post: Post) -> PostedRef:
        self.posted.append(post)
        self._answer()
        return PostedRef(RoomAddress("web", "line"), f"p{post.id}")

    async def edit(self, ref: PostedRef, post: Post) -> None:
        self.edited.append(post)
        self._answer()

    async def mark(self, mark: Mark, previous: str | None) -> str:
        self.marked.append(mark)
        self._answer()
        return ""


class Ovh:
    """The same for what the phone is asked."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.asked = 0

    def _answer(self) -> Any:
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def reply(self, id_: OvhId) -> Reply | None:
        return cast("Reply | None", self._answer())

    async def reports(self, job: Job) -> list[Report]:
        return cast("list[Report]", self._answer())

    async def opted_out(self, number: E164) -> bool:
        return bool(self._answer())


class Steps:
    """The outgoing side of one world; its clock moves when a test says so."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.chat = Chat()
        self.ovh = Ovh()

    def deliveries(self) -> Deliveries:
        """What lanes are given. `desk` is the operations room too: see conftest.py."""
        phone = cast(Phone, self.ovh)
        return Deliveries(
            store=self.world.store,
            clock=self.world.clock,
            phones={"accueil": phone},
            account_phones={self.world.account: phone},
            platforms={"web": cast(ChatPlatform, self.chat)},
            figures=Figures(),
            patience=Patience(),
            owner="me",
            paces=Paces(self.world.clock, {"ovh-eu/sms-1": self.world.account}),
        )

    async def step(self, lane: Lane[Any, Any]) -> int:
        """Take up what is due, as the worker does; tells how many rows there were."""
        rows = await lane.claim(lane.limit)
        done = []
        for row in rows:
            try:
                outcome: Any = await lane.call(row)
            except Exception as error:
                outcome = Broken(type(error).__name__)
            done.append((row, outcome))
        if done:
            await lane.record(done)
        return len(rows)

    async def until_rest(self, lane: Lane[Any, Any], most: int = 50) -> int:
        """One step after the other, an hour between them, until nothing is due; tells how many there were."""
        for count in range(most):
            if not await self.step(lane):
                return count
            self.world.clock.pass_(3600)
        raise AssertionError(f"{lane.name} finds no rest")

    async def told(self) -> list[str]:
        """What all rooms are told by now."""
        before = len(self.chat.posted)
        await self.until_rest(PostLane(self.deliveries()))
        return [post.text for post in self.chat.posted[before:]]
