"""What many tests share: a real PostgreSQL, a real Chromium, a real Synapse, and how their absence is told.

`make test` skips what the machine lacks and lists it last. Under BRIDGE_REQUIRE_ALL=1 no test may skip.
"""

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from tests.crash import table
from tests.postgres import Cluster, find_binaries, running_cluster
from tests.synapse import Synapse, find_synapse, running_synapse

pytest_terminal_summary = table.pytest_terminal_summary  # a hook, which pytest finds by its name
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MARKS = {  # fixture: marker
    "postgres": "postgres",
    "postgres_url": "postgres",
    "chromium_path": "browser",
    "synapse": "synapse",
    "strict_synapse": "synapse",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they use, so that `make check` can leave them out."""
    for item in items:
        for name in getattr(item, "fixturenames", ()):
            if name in _MARKS:
                item.add_marker(_MARKS[name])


def _unskipped(report: Report) -> Report:
    if os.environ.get("BRIDGE_REQUIRE_ALL") == "1" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, though BRIDGE_REQUIRE_ALL=1: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything is required, a skipped test is a failure."""
    return _unskipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """And so is a skipped file."""
    return _unskipped((yield))


@pytest.fixture(autouse=True)
def only_the_test_s_own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep BRIDGE_ variables of the person who runs the tests out of them."""
    for name in os.environ:
        if name.startswith("BRIDGE_") and name != "BRIDGE_REQUIRE_ALL":
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A running cluster; `postgres.create(template=…)` gives further databases."""
    pytest.importorskip("asyncpg", reason="the extra `postgres` is not installed")
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server on this machine")
    with running_cluster(binaries) as cluster:
        yield cluster


@pytest.fixture
def postgres_url(postgres: Cluster) -> Iterator[str]:
    """The URL of an empty database of this test's own."""
    url = postgres.create()
    yield url
    postgres.drop(url)


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """A Chromium for Playwright's `executable_path`."""
    pytest.importorskip("playwright", reason="Playwright is not installed")
    found = next(filter(None, map(shutil.which, _CHROMIUMS)), None)
    if found is None:
        pytest.skip("no Chromium on this machine")
    return Path(found)


@pytest.fixture(scope="session")
def synapse() -> Iterator[Synapse]:
    """A running Matrix homeserver without limits; `synapse.register(name)` gives users of the test's own."""
    python = find_synapse()
    if python is None:
        pytest.skip("no Synapse here: `make synapse` installs one")
    with running_synapse(python) as server:
        yield server


@pytest.fixture
def synapse_again(synapse: Synapse) -> Iterator[Synapse]:
    """The same, for tests that stop it: afterwards it runs again."""
    yield synapse
    if not synapse.running:
        synapse.start()


@pytest.fixture(scope="session")
def strict_synapse() -> Iterator[Synapse]:
    """A homeserver with the limits that Synapse comes with: ten messages at once, then one in five seconds."""
    python = find_synapse()
    if python is None:
        pytest.skip("no Synapse here: `make synapse` installs one")
    with running_synapse(python, limits={}) as server:
        yield server
