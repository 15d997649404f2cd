"""`bridge check`: every phone, platform and room, what is wrong and how to mend it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bridge.commands.terminal import Terminal
from bridge.domain.ids import RoomAddress
from bridge.domain.rooms import Receiver, hears_all
from bridge.ports.chat import ChatPlatform
from bridge.ports.phone import CallbackUrls, Finding, Phone

Reach = Literal["ours", "other", "nobody"]
"""What answered at a callback's address: this bridge, something else, nothing."""


_POLLED = frozenset({"check_polled", "check_callback_unasked"})
"""What a phone finds that is not told where to call: only true where OVH cannot call at all."""


@dataclass(frozen=True, slots=True)
class CheckedRoom:
    """A room as the configuration has it."""

    address: RoomAddress
    phone: str
    receivers: tuple[Receiver, ...]
    sends: Literal["everything", "commands"]

    @property
    def hears_all(self) -> bool:
        """Whether all that is typed there leaves: replies and commands reach the bot in any case."""
        return hears_all(self.sends, self.receivers)


@dataclass(frozen=True, slots=True)
class Checked:
    """All that is looked at. `bridge`: what is known of database and process, found beforehand.

    `urls`: where OVH is to call, by phone, None where it cannot reach the bridge (`polled`) or that is not known yet;
    `reach` asks such an address, and is None when nothing can answer there, since no bridge runs. `operations`: the
    room that alarms go to.
    """

    bridge: Sequence[Finding]
    phones: Mapping[str, Phone]
    urls: Mapping[str, CallbackUrls | None]
    platforms: Mapping[str, ChatPlatform]
    rooms: Sequence[CheckedRoom]
    operations: RoomAddress | None
    reach: Callable[[str], Awaitable[Reach]] | None
    polled: bool

    def on(self, platform: str) -> dict[RoomAddress, bool]:
        """The rooms to look at there, each with whether all that is typed in it leaves."""
        rooms = {room.address: room.hears_all for room in self.rooms}
        if self.operations is not None:
            rooms.setdefault(self.operations, False)
        return {address: hears for address, hears in rooms.items() if address.platform == platform}


async def check(terminal: Terminal, checked: Checked) -> int:
    """Tell everything, one line each. Gives the exit code: 1 with an error, 0 with warnings alone."""
    terminal.heading("check_bridge")
    for finding in checked.bridge:
        terminal.finding(finding)
    shown: set[CallbackUrls] = set()
    for name, phone in checked.phones.items():
        terminal.heading("check_phone", phone=name)
        urls = checked.urls.get(name)
        for finding in await phone.check(urls):
            if checked.polled or finding.key not in _POLLED:
                terminal.finding(finding)
        if urls is not None and urls not in shown:
            shown.add(urls)
            await _callbacks(terminal, urls, checked.reach)
    for name, platform in checked.platforms.items():
        terminal.heading("check_platform", platform=name.capitalize())
        for finding in await platform.check(checked.on(name)):
            terminal.finding(finding)
    if checked.rooms:
        terminal.heading("check_rooms")
        for room in checked.rooms:
            terminal.finding(_room(room))
    return _sum(terminal)


async def _callbacks(terminal: Terminal, urls: CallbackUrls, reach: Callable[[str], Awaitable[Reach]] | None) -> None:
    """Whether OVH's calls would arrive, and the addresses ready to copy: the one place where they are shown."""
    if reach is not None:
        found = await reach(urls.report)
        key = {"ours": "check_reached", "other": "check_reached_other", "nobody": "check_not_reached"}[found]
        terminal.finding(Finding("ok" if found == "ours" else "error", key, {}))
    terminal.echo(f"    {terminal.words('check_urls')}")
    for which, url in (("report", urls.report), ("reply", urls.reply), ("stop", urls.stop)):
        terminal.echo(f"    {which:7}{url}")


def _room(room: CheckedRoom) -> Finding:
    people = [one.name or one.number for one in room.receivers]
    kind = "desk" if not people else "line" if len(people) == 1 else "list"
    if room.sends == "commands":
        kind = "commands"
    return Finding("ok", f"check_room_{kind}", {"room": str(room.address), "phone": room.phone, "people": people})


def _sum(terminal: Terminal) -> int:
    errors, warnings = terminal.found["error"], terminal.found["warning"]
    terminal.echo("")
    terminal.say("check_well" if not errors and not warnings else "check_found", errors=errors, warnings=warnings)
    return 1 if errors else 0
