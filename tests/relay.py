"""The whole bridge with the room in the browser: its chat server, and the people who write there."""

from contextlib import AsyncExitStack
from pathlib import Path

from bridge.config import Config
from bridge.sandbox.chat import ChatServer
from bridge.sandbox.chat.entries import Entry
from tests.relay_setting import Setting, configuration
from tests.whole import Whole

_LINKED = """SELECT address FROM room_address JOIN room ON room.id = room_address.room_id
    WHERE room.state != 'unlinked'"""
_QUIET_MARKS = ("//", "/", "!")


class Relay(Whole):
    """An async context manager: inside, everything runs. `stop`, `crash` and `start` are for tests of restarts."""

    def __init__(self, folder: Path, setting: Setting | None = None) -> None:
        super().__init__(folder, setting)
        self.chat = ChatServer(self.clock)

    async def _open_chat(self, stack: AsyncExitStack) -> None:
        await stack.enter_async_context(self.chat)
        for room in ("reception", "everyone", "abroad", "big", "desk", "operations"):
            self.chat.add_room(room)
        self.chat.subscribe(self.news.set)

    def config(self) -> Config:
        """The configuration from the next start on."""
        return configuration(self.setting, f"sqlite:///{self.rows.path}", self.ovh.url, self.chat, self.port)

    def _chat_rests(self) -> bool:
        return self.chat.confirmed == self.chat.log.last

    # What people do, and what they see

    def say(self, text: str, room: str = "reception", reply_to: str | None = None) -> Entry:
        """Claire writes."""
        return self.chat.say(room, "Claire", text, reply_to)

    def posts(self, room: str = "reception") -> list[str]:
        """What the bot said there, oldest first; not what stands pinned."""
        return [entry.text for entry in self.chat.entries(room) if entry.kind == "post" and not entry.pinned]

    def pinned(self, room: str = "reception") -> list[str]:
        """The first message there."""
        return [entry.text for entry in self.chat.entries(room) if entry.pinned]

    def post(self, kind: str) -> Entry:
        """The latest post of this kind, as it stands in its room."""
        return self.chat.entry(self.rows.remote_of(kind))

    def press(self, action: str, person: str = "Claire") -> None:
        """Press the latest button that does this."""
        for entry in reversed(list(self.chat.posts().values())):
            for button in entry.buttons:
                if button.data.startswith(f"{action}:"):
                    self.chat.press(entry.id, button.data, person)
                    return
        raise LookupError(action)

    def marks(self, entry: Entry) -> list[str]:
        """All marks that a message has shown, oldest first."""
        return [mark.status for mark in self.chat.entry(entry.id).marks]

    # The house rules

    def _check_chat(self) -> None:
        self._check_events()
        rows = self.rows.all("SELECT remote FROM post WHERE state = 'posted'")
        posted = [row["remote"].rpartition("#")[2] for row in rows]  # what stood where a room was before, too
        assert len(set(posted)) == len(posted), "two rows share one post"
        assert set(posted) <= {entry.id for entry in self.chat.posts().values()}

    def _check_events(self) -> None:
        """Each message that a person typed while the bot was there became rows, or a sentence that says why not."""
        seen, confirmed = self.rows.one("SELECT count(*) FROM event"), self.chat.confirmed
        assert seen >= confirmed, f"{confirmed} events confirmed, {seen} written down"
        linked = {row["address"] for row in self.rows.all(_LINKED)}
        for room in (one for one in self.chat.rooms() if one.address in linked):
            rows = self.rows.all("SELECT ref FROM message WHERE address = :of", of=room.address)
            refs = {row["ref"] for row in rows}
            answered = {entry.reply_to for entry in self.chat.entries(room.address) if entry.kind == "post"}
            for entry in self.chat.entries(room.address) if room.address != "operations" else ():
                if (
                    entry.content == "text"
                    and entry.kind == "typed"
                    and not entry.text.startswith(_QUIET_MARKS)
                    and not entry.reply_to
                ):
                    assert entry.id in refs | answered, f"nothing became of {entry}"
