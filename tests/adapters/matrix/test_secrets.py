"""No token, password or key is ever logged or stands in an exception, at the loudest level."""

import io
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bridge import logs
from bridge.adapters.matrix import MatrixPlatform
from bridge.domain.events import Typed
from bridge.domain.failures import Temporary
from tests.contract.matrix_world import FAULTS, MatrixWorld
from tests.contract.worlds import Break, Recorder, a_post, listening
from tests.matrix.proxy import Fault


@pytest.fixture
def heard() -> Iterator[io.StringIO]:
    """All that is logged, by libraries too; nobody hides anything from it."""
    stream, root = io.StringIO(), logging.getLogger()
    before, level = list(root.handlers), root.level
    logs.configure("console", [], stream, logging.DEBUG)
    yield stream
    root.handlers[:], root.level = before, level
    structlog.reset_defaults()


def told_by(failure: BaseException) -> str:
    """The exception with all that it carries, as a crash would print it, and as a debugger would."""
    chain, one = [], failure
    while one is not None:
        chain += [repr(one), str(one.args), *map(repr, vars(one).values())]
        one = one.__cause__ or one.__context__  # type: ignore[assignment]
    return "".join(traceback.format_exception(failure)) + "\n".join(chain)


async def test_logging_in_and_being_logged_out_tells_no_secret(
    sealed: MatrixWorld, tmp_path: Path, heard: io.StringIO
) -> None:
    tokens: list[str] = []
    settings = {"access_token": None, "password": sealed.bot.password, "device_id": None, "store": tmp_path / "new"}
    failures = []
    sink = Recorder()
    async with sealed.platform_with(hide=tokens.append, **settings) as platform:
        async with listening(platform, sink):
            await sink.until(lambda seen: bool(seen.cursors))
            await sealed.claire.types(sealed.room.address, "des mots à ne pas dire")
            await sink.until(lambda seen: any(isinstance(event, Typed) for event in seen.events))
            await platform.post(a_post(sealed, "une réponse à ne pas dire"))
        await sealed.synapse.call("POST", "/logout", tokens[0])
        failures.append(await failing(platform, sealed))
    async with sealed.platform_with(
        **settings | {"password": "a wrong password", "store": tmp_path / "other"}
    ) as other:
        failures.append(await failing(other, sealed))
    for how in (Break.CUT, Break.HANGS, Break.ERROR):
        sealed.proxy.plan("/whoami", FAULTS[how])
        async with sealed.platform() as broken:
            failures.append(await failing(broken, sealed))
        sealed.proxy.heal()
    sealed.proxy.plan("/whoami", Fault(200, "x" * 100, "text/html"))
    async with sealed.platform() as broken:
        failures.append(await failing(broken, sealed))

    told = heard.getvalue() + "\n".join(map(told_by, failures)) + repr(platform) + repr(sealed.settings)
    assert "matrix.login_refused" in told
    assert tokens
    secrets = [*tokens, sealed.bot.token, sealed.bot.password, "a wrong password", "à ne pas dire"]
    assert [secret for secret in secrets if secret in told] == []


async def failing(platform: MatrixPlatform, world: MatrixWorld) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011  whatever it is, it is looked through
        await platform.post(a_post(world))
    return caught.value


async def test_what_a_login_left_is_its_owner_s_alone(plain: MatrixWorld, tmp_path: Path) -> None:
    settings = {"access_token": None, "password": plain.bot.password, "device_id": None, "store": tmp_path / "a" / "b"}
    async with plain.platform_with(**settings) as platform:
        await platform.post(a_post(plain))

    assert {path.name: path.stat().st_mode & 0o077 for path in (tmp_path / "a").rglob("*")} == {
        path.name: 0 for path in (tmp_path / "a").rglob("*")
    }
    assert (settings["store"] / "session.json").exists()
    with pytest.raises(Temporary):
        async with plain.platform_with(**settings | {"password": None, "store": tmp_path / "none"}) as platform:
            await platform.post(a_post(plain))
