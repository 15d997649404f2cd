"""The owner's lock: one process a database, free again as soon as its holder is gone."""

import subprocess
import sys
from pathlib import Path

import pytest

from bridge.adapters.database.lock import AlreadyRunning, owner_lock

HOLD = """
import sys
from pathlib import Path
from bridge.adapters.database.lock import AlreadyRunning, owner_lock
try:
    with owner_lock(Path(sys.argv[1])):
        print("held", flush=True)
        sys.stdin.read()
except AlreadyRunning as told:
    print(f"running {told.path.name}", flush=True)
"""


def start(database: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_second_process_is_told_at_once_and_killing_the_first_frees_the_database(tmp_path: Path) -> None:
    database = tmp_path / "data" / "bridge.db"
    with start(database) as first:
        assert first_line(first) == "held"
        with start(database) as second:
            assert first_line(second) == "running bridge.db.lock"
        with pytest.raises(AlreadyRunning), owner_lock(database):
            pytest.fail("the lock was taken twice")
        first.kill()
        first.wait()
        with owner_lock(database):
            pass


def test_the_lock_is_released_at_the_end_of_the_block_even_after_an_exception(tmp_path: Path) -> None:
    database = tmp_path / "bridge.db"
    with pytest.raises(RuntimeError), owner_lock(database):
        raise RuntimeError
    with owner_lock(database):
        assert (tmp_path / "bridge.db.lock").exists()
