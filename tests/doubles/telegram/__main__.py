"""The Bot API double as a process of its own.

    python -m tests.doubles.telegram --port 8081 --token 700000001:AAsecret

It prints its address in one line once it listens, holds all in memory, and ends on SIGINT or SIGTERM; with exit
code 1 when it was asked for what it does not support. A bot reaches it as http://127.0.0.1:8081/bot<TOKEN>/<method>;
people are played through /control/ on the same port:

    curl -s localhost:8081/control/people -d '{"first_name": "Claire"}'
    curl -s localhost:8081/control/chats -d '{"type": "supergroup", "title": "Accueil", "members": [5000000001]}'
    curl -s localhost:8081/control/types -d '{"chat": -1002000000002, "by": 5000000001, "text": "Bonjour"}'
    curl -s 'localhost:8081/control/messages?chat=-1002000000002'

All that it understands is listed in control.py beside this file.
"""

import argparse
import asyncio
import signal

from tests.doubles.telegram.double import TOKEN, TelegramDouble


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.doubles.telegram", description="A small Bot API of Telegram."
    )
    parser.add_argument("--port", type=int, default=8081, help="0 lets the system choose (8081)")
    parser.add_argument("--token", default=TOKEN, help=f"the bot's token ({TOKEN})")
    parser.add_argument("--username", default="relais_bot", help="the bot's name (relais_bot)")
    parser.add_argument("--privacy", action="store_true", help="privacy mode on: the bot sees commands and replies")
    return parser.parse_args()


async def _serve(asked: argparse.Namespace) -> None:
    ended = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, ended.set)
    double = TelegramDouble(
        token=asked.token, username=asked.username, reads_all=not asked.privacy, port=asked.port, control=True
    )
    async with double as telegram:
        print(f"listening on {telegram.url}", flush=True)
        await ended.wait()


if __name__ == "__main__":
    try:
        asyncio.run(_serve(_arguments()))
    except (OSError, ValueError) as failure:
        raise SystemExit(f"cannot start: {failure}") from None
