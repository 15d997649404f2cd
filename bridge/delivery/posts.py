"""Notices and answers are put into their rooms, one at a time a room, in order."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bridge.delivery.context import Deliveries
from bridge.delivery.operations import tell_operations
from bridge.delivery.parking import TOLD, tell_parked
from bridge.domain.after_post import MAX_FAILURES, Broken
from bridge.domain.failures import OutcomeUnknown, Permanent, Refusal, Temporary
from bridge.domain.retry import delay
from bridge.domain.routing import TAKES_PART
from bridge.domain.states import PostState, RoomState
from bridge.ports.chat import Button, ChatPlatform, Post, PostedRef
from bridge.ports.rows import PostRow
from bridge.ports.store import Tx
from bridge.wording import Chat, button, offered, repeated, sentence

ANSWERS = frozenset({"reply", "stranger"})
"""What a receiver wrote: posted again when nobody knows whether it is there; a notice is not."""

_SHUT = {Refusal.ROOM_GONE: RoomState.SUSPENDED, Refusal.MAY_NOT_WRITE: RoomState.MUTED}

Posted = PostedRef | Temporary | Permanent | OutcomeUnknown


class PostLane:
    """Claim the first due post of each room, word it, put it there or edit it, write down where it stands."""

    name = "posts"
    limit = 32

    def __init__(self, deliveries: Deliveries) -> None:
        self._d = deliveries
        self._platforms = tuple(deliveries.platforms)

    async def claim(self, free: int) -> Sequence[PostRow]:
        """Posts in flight are `sending` on disk."""
        now = self._d.clock.now()
        until = now + self._d.patience.lease
        rows = await self._d.store.write(lambda tx: tx.posts.claim(now, until, free, self._platforms))
        if rows:
            self._d.probe("post_row.claimed")
        return rows

    async def call(self, row: PostRow) -> Posted:
        """Put it into its room; one that stands there already is edited."""
        if row.uncertain and not self._may_repeat(row):
            return OutcomeUnknown()  # its process died while posting: it may stand there, and stays the only one
        platform = self._d.platforms[row.room.platform]
        post = worded(row, self._d.platforms)
        try:
            if row.remote is not None:
                await platform.edit(PostedRef(row.room, row.remote), post)
                return PostedRef(row.room, row.remote)
            return await platform.post(post)
        except (Temporary, Permanent, OutcomeUnknown) as failure:
            return failure

    async def record(self, done: Sequence[tuple[PostRow, Posted | Broken]]) -> None:
        """Posted, queued again, suspended or failed."""
        now = self._d.clock.now()

        async def work(tx: Tx) -> None:
            for row, posted in done:
                await self._settle(tx, row, posted, now)
            tx.ring("posts")

        self._d.probe("post_row.before_record")
        await self._d.store.write(work)
        self._d.probe("post_row.recorded")
        for row, posted in done:
            outcome = "posted" if isinstance(posted, PostedRef) else type(posted).__name__.lower()
            self._d.figures.post_out(row.room.platform, row.kind, outcome)

    async def _settle(self, tx: Tx, row: PostRow, posted: Posted | Broken, now: datetime) -> None:
        settle = tx.posts.settle
        match posted:
            case PostedRef():
                await settle(row.id, row.revision, PostState.POSTED, remote=posted.id)
            case Permanent(reason=Refusal.ROOM_GONE | Refusal.MAY_NOT_WRITE) if row.remote is None:
                await settle(row.id, row.revision, PostState.SUSPENDED)
                await self._shut(tx, row, _SHUT[posted.reason])
            case Permanent(reason=Refusal.ROOM_GONE | Refusal.MAY_NOT_WRITE):
                # An edit that the room does not show: due, which in a shut room means once the bot is back.
                shut = await self._shut(tx, row, _SHUT[posted.reason])
                due = now if shut else None
                await settle(row.id, row.revision, PostState.POSTED, remote=row.remote, due_at=due)
            case Permanent() if row.kind not in ANSWERS or row.remote is not None:
                await settle(row.id, row.revision, _after_refusal(row), remote=row.remote)
            case OutcomeUnknown() if not self._may_repeat(row):
                await settle(row.id, row.revision, PostState.FAILED)
            case Broken() | Permanent() if row.failures + 1 >= MAX_FAILURES:
                await settle(row.id, row.revision, _after_refusal(row), remote=row.remote)
                if row.kind != TOLD:  # what says so is not told of itself
                    await tell_parked(tx, self._d, self.name, row.id)
            case Temporary() | OutcomeUnknown() | Broken() | Permanent():  # an answer is not dropped for one refusal
                asked = posted.retry_after if isinstance(posted, Temporary) else None
                wait = delay(row.attempt + 1, key=row.id, most=timedelta(minutes=1), retry_after=asked)
                uncertain = not isinstance(posted, Temporary | Permanent)
                await settle(
                    row.id,
                    row.revision,
                    PostState.QUEUED,
                    remote=row.remote,
                    due_at=now + wait,
                    uncertain=uncertain,
                    broken=isinstance(posted, Broken | Permanent),
                )
                await self._take_back(tx, row)

    async def _shut(self, tx: Tx, row: PostRow, to: RoomState) -> bool:
        """Nothing can be shown there: answers meant for it go by the next rule or wait, and an operator is told.

        False where no phone is for the place.
        """
        room = (await tx.rooms.by_id({row.room_id})).get(row.room_id)
        if room is None or room.state is RoomState.UNLINKED:
            return False  # nobody's room: what was to be said there is not worth an alarm
        if room.state in TAKES_PART and room.state is not to:  # else it is known, or no room of ours any more
            await tx.rooms.set_state(row.room_id, to)
            params = {"room": str(row.room), "state": to.value}
            await tell_operations(tx, self._d, "ops_room_shut", f"post:{row.id}", params)
        await tx.replies.withdraw(row.room_id)
        tx.ring("replies")
        return True

    async def _take_back(self, tx: Tx, row: PostRow) -> None:
        """An answer whose room was shut while it was on its way there goes by the next rule too."""
        if row.kind in ANSWERS:
            room = (await tx.rooms.by_id({row.room_id})).get(row.room_id)
            if room is not None and room.state not in (RoomState.ACTIVE, RoomState.UNLINKED):
                await tx.replies.withdraw(row.room_id)
                tx.ring("replies")

    def _may_repeat(self, row: PostRow) -> bool:
        """A second time is harmless: an edit, an answer, or a platform that knows our row's id."""
        return row.remote is not None or row.kind in ANSWERS or self._d.platforms[row.room.platform].idempotent

    async def next_due(self) -> datetime | None:
        """When a post is due next."""
        return await self._d.store.read(lambda tx: tx.dues.next_due(self.name, self._platforms))


def _after_refusal(row: PostRow) -> PostState:
    """An edit that is refused leaves the post as it stands; a post that is refused will never be there."""
    return PostState.POSTED if row.remote is not None else PostState.FAILED


def worded(row: PostRow, platforms: Mapping[str, ChatPlatform]) -> Post:
    """The row in the room's language; what may stand there already says so, where the platform cannot tell.

    It may tell of a room on another of the `platforms`.
    """
    platform = platforms[row.room.platform]
    chat = Chat(row.room.platform, platform.sign, {name: one.sign for name, one in platforms.items()})
    text = sentence(row.kind, row.params, row.language, row.timezone, now=row.created_at, chat=chat)
    if row.uncertain and row.remote is None and not platform.idempotent:
        text = repeated(text, row.language)
    buttons = tuple(Button(data, button(data.partition(":")[0], row.params, row.language)) for data in row.buttons)
    if buttons:
        text = offered(text, row.language, chat)
    return Post(row.id, row.room, text, row.reply_to, buttons, row.pinned, row.created_at, row.uncertain)
