"""Whether a bridge answers: on this machine, and where OVH's calls would arrive."""

from typing import Literal

import aiohttp

_WITHIN = aiohttp.ClientTimeout(total=10.0)  # seconds
_MOST = 64 * 1024  # octets


async def reach(url: str) -> Literal["ours", "other", "nobody"]:
    """Call a callback's address without parameters: the bridge declines that in its own words, and writes nothing."""
    answer = await _get(url)
    if answer is None:
        return "nobody"
    return "ours" if answer == (400, b"declined\n") else "other"


async def answers(host: str, port: int) -> bool:
    """Whether a bridge serves at this address of this machine."""
    here = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)
    here = f"[{here}]" if ":" in here else here
    answer = await _get(f"http://{here}:{port}/readyz")
    return answer is not None and answer[0] in (200, 503)


async def _get(url: str) -> tuple[int, bytes] | None:
    try:
        async with (
            aiohttp.ClientSession(timeout=_WITHIN) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            return answer.status, await answer.content.read(_MOST)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return None
