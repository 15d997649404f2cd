"""The same deaths on a PostgreSQL: its lock and its leases in place of the file's."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.crash.ledger import Counted
from tests.crash.play import die
from tests.crash.points import ON_POSTGRESQL, Death
from tests.crash.runs import Deaths, running, selected
from tests.crash.table import Record, note
from tests.postgres import Cluster

pytestmark = [pytest.mark.crash, pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def deaths(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgres: Cluster
) -> AsyncIterator[Deaths]:
    """The deaths that were asked for, each on a database of its own."""

    async def run(death: Death) -> Counted:
        url = await asyncio.to_thread(postgres.create)
        return await die(tmp_path_factory.mktemp("crash"), death, url)

    async with running(selected(request), run) as tasks:
        yield tasks


@pytest.mark.parametrize("death", ON_POSTGRESQL, ids=str)
async def test_killed_at_this_point_on_postgresql_it_loses_nothing_and_doubles_nothing(
    death: Death, deaths: Deaths, record_property: Record
) -> None:
    note(record_property, await deaths[death])
