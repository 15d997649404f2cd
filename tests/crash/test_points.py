"""Killed with SIGKILL at every named point of both lanes and started again: nothing is lost, nothing doubles."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.crash.ledger import Counted
from tests.crash.play import die
from tests.crash.points import EVERY_POINT, OVH_FAILS_TOO, Death
from tests.crash.runs import Deaths, running, selected
from tests.crash.table import Record, note

pytestmark = [pytest.mark.crash, pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def deaths(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deaths]:
    """The deaths that were asked for, some at a time."""

    async def run(death: Death) -> Counted:
        return await die(tmp_path_factory.mktemp("crash"), death)

    async with running(selected(request), run) as tasks:
        yield tasks


@pytest.mark.parametrize("death", EVERY_POINT, ids=str)
async def test_killed_at_this_point_it_loses_nothing_and_doubles_nothing(
    death: Death, deaths: Deaths, record_property: Record
) -> None:
    note(record_property, await deaths[death])


@pytest.mark.parametrize("death", OVH_FAILS_TOO, ids=str)
async def test_killed_while_ovh_fails_it_loses_nothing_and_doubles_nothing(
    death: Death, deaths: Deaths, record_property: Record
) -> None:
    note(record_property, await deaths[death])
