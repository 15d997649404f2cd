"""`bridge demo --matrix`: the real bridge in rooms of a real homeserver on this machine, a simulated OVH behind it."""

import asyncio
import secrets
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import aiohttp

from bridge.sandbox.demo.cast import CAST, PLACES, SENDER, TEAM, Place
from bridge.sandbox.demo.child import Bridge, BridgeEnded, Child, ChildEnded
from bridge.sandbox.demo.scene import ANSWERS_AFTER, ARRIVES_AFTER, REPORTED_AFTER
from bridge.sandbox.demo.settings import free_port, listen_near, room, shared, write_tree
from bridge.sandbox.demo.telephones import Telephones
from bridge.sandbox.demo.terminal import of_the_terminal, say, typed_lines, until_signal
from bridge.sandbox.ovh import SimulatedOvh, SmsAccount
from bridge.sandbox.page.actions import Language
from bridge.sandbox.synapse import RELAXED, Homeserver, find_synapse

NAME: Final = "bridge.test"
"""What user ids end with. Nobody else's: the top-level name `test` is nobody's (RFC 2606)."""
HOLD = 3  # seconds in which an edit or a deletion still counts
LOOK_EVERY = 0.1  # seconds between two looks at children and keyboard
MODERATOR = 50
ACCOUNT: Final = SmsAccount(credits=500.0)

_WHERE: dict[Language, str] = {
    "fr": """Démonstration sur Matrix. Aucun vrai SMS, tout reste sur cet ordinateur.
Ctrl-C arrête tout et ne laisse rien.

  serveur        {url}
  utilisateurs   {users}
  mot de passe   {password}
  salons
{rooms}

Connectez-vous sur cet ordinateur avec n'importe quel client Matrix (Element…) : choisissez ce serveur, puis l'un des
utilisateurs. Les salons sont déjà là. Activez le chiffrement d'un salon quand vous voulez : la passerelle suit.

Les SMS arrivent ci-dessous. Pour répondre, écrivez ici et validez : répond la personne qui a reçu le dernier SMS,
ou celle que vous nommez : « Petit: oui ».
""",
    "en": """Demonstration on Matrix. No real SMS, everything stays on this computer.
Ctrl-C ends it and leaves nothing.

  homeserver     {url}
  users          {users}
  password       {password}
  rooms
{rooms}

Log in on this computer with any Matrix client (Element …): choose this homeserver, then one of the users. The rooms are
there already. Switch a room's encryption on whenever you like: the bridge follows.

SMS arrive below. To answer, write here and press Enter: whoever got the latest SMS answers, or whom you name:
"Petit: yes".
""",
}
_ENDED: dict[Language, str] = {
    "fr": "{what} s'est arrêté tout seul. La fin de son journal :",
    "en": "{what} ended by itself. The end of its log:",
}
_MISSING: dict[Language, str] = {
    "fr": "Il n'y a pas de serveur Matrix ici : `make demo-matrix` l'installe (une demi-minute, une fois).",
    "en": "There is no Matrix homeserver here: `make demo-matrix` installs it (half a minute, once).",
}


async def demo_on_matrix(
    port: int = 8008,
    *,
    fault: str = "ok",
    language: Language | None = None,
    tell: Callable[[str], None] = say,
) -> int:
    """Show where to log in, and each SMS, until a signal comes; lines that are typed are answers. Gives the exit code.

    `port`: where the homeserver is wanted; the next free one is taken. `fault`: how OVH behaves from the start.
    `language`: None for the terminal's. 0: shown; 1: there is no homeserver to start, or something ended by itself.
    Raises ValueError for a fault that nobody knows.
    """
    language = language or of_the_terminal()
    python = find_synapse()
    if python is None:
        tell(_MISSING[language])
        return 1
    with tempfile.TemporaryDirectory(prefix="bridge-demo-") as folder, until_signal() as stop, typed_lines() as lines:
        try:
            async with AsyncExitStack() as stack:
                ovh = await stack.enter_async_context(_ovh(fault))
                telephones = Telephones(ovh, language, tell)
                stack.callback(ovh.subscribe(telephones.heard))
                children, told = await _set_up(Path(folder), python, port, language, ovh, stack)
                tell(told)
                while not stop.is_set():
                    for child in children:
                        child.check()
                    while lines:
                        await telephones.answer(lines.pop(0))
                    with suppress(TimeoutError):
                        await asyncio.wait_for(stop.wait(), LOOK_EVERY)
        except ChildEnded as ended:
            what = "bridge" if isinstance(ended, BridgeEnded) else "Synapse"
            tell(f"{_ENDED[language].format(what=what)}\n{ended}")
            return 1
    return 0


def _ovh(fault: str) -> SimulatedOvh:
    ovh = SimulatedOvh((ACCOUNT,), delivery_after=ARRIVES_AFTER, reported_after=REPORTED_AFTER, latency=ANSWERS_AFTER)
    ovh.set_mode(fault)
    for one in CAST:
        ovh.telephone(one.number)
        ovh.books().short_numbers[one.number] = SENDER
    return ovh


async def _set_up(
    folder: Path, python: Path, port: int, language: Language, ovh: SimulatedOvh, stack: AsyncExitStack
) -> tuple[list[Child], str]:
    """Start all; gives what runs, and what a person must know of it. Raises ChildEnded."""
    with listen_near(port) as found:
        home = Homeserver(python, folder, found.getsockname()[1], NAME)
    home.configure(RELAXED)
    synapse = Child(home.command, f"{home.url}/health", folder, "output")
    stack.push_async_callback(synapse.stop)
    await synapse.start()
    password = secrets.token_hex(4)
    async with aiohttp.ClientSession() as session:
        cast = await _people(home, session, password, language)
    tree = shared(ACCOUNT, ovh.url, http_port := free_port(), language) | {
        "matrix": {
            "homeserver": home.url,
            "user": cast.bot["user_id"],
            "access_token": cast.bot["access_token"],
            "device_id": cast.bot["device_id"],
            "store": "matrix",
        },
        "rooms": [room(place, f"matrix:{cast.rooms[place]}", language, HOLD) for place in PLACES],
        # Whoever plays alone plays both: neither is refused the other's choices.
        "operators": [f"matrix:{user}" for user in cast.team],
    }
    bridge = Bridge(write_tree(folder, tree), f"http://127.0.0.1:{http_port}")
    stack.push_async_callback(bridge.stop)
    await bridge.start()
    rooms = "\n".join(
        f"    {getattr(place, language)} ({cast.rooms[place]})\n      {place.pinned(language)}" for place in PLACES
    )
    users = ", ".join(cast.team)
    return [synapse, bridge], _WHERE[language].format(url=home.url, users=users, password=password, rooms=rooms)


@dataclass(frozen=True, slots=True)
class _Cast:
    """Who is on the homeserver, and where they meet. `bot` is logged in, the `team` is not."""

    bot: Mapping[str, str]
    team: Sequence[str]
    rooms: Mapping[Place, str]


async def _people(home: Homeserver, session: aiohttp.ClientSession, password: str, language: Language) -> _Cast:
    """A team with its rooms, and the bot in them as a moderator."""
    bot = await home.register(session, "sms", "SMS", secrets.token_hex(16))
    team = [await home.register(session, one.casefold(), one, password) for one in TEAM]
    maker, *others = team
    rooms: dict[Place, str] = {}
    for place in PLACES:
        body = {
            "name": getattr(place, language),
            "preset": "private_chat",
            "invite": [bot["user_id"], *(one["user_id"] for one in others)],
            "power_level_content_override": {"users": {bot["user_id"]: MODERATOR}},
        }
        told = await _call(home, session, maker, "/createRoom", body)
        rooms[place] = told["room_id"]
        for one in (bot, *others):
            await _call(home, session, one, f"/join/{quote(told['room_id'])}", {})
    for one in team:  # so that people meet no session of which they know nothing
        await _call(home, session, one, "/logout", {})
    return _Cast(bot, [one["user_id"] for one in team], rooms)


async def _call(
    home: Homeserver, session: aiohttp.ClientSession, who: Mapping[str, str], path: str, body: Mapping[str, Any]
) -> dict[str, Any]:
    """Raises ClientResponseError when the homeserver refuses."""
    headers = {"Authorization": f"Bearer {who['access_token']}"}
    url = f"{home.url}/_matrix/client/v3{path}"
    async with session.post(url, json=dict(body), headers=headers, raise_for_status=True) as response:
        told: dict[str, Any] = await response.json()
        return told
