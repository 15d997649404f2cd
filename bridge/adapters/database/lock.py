"""One owner a database: a file lock that the kernel releases when its holder dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Another process owns the database; `path` is the lock's file."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"another process holds {path}")
        self.path = path


@contextmanager
def owner_lock(database: Path) -> Iterator[None]:
    """Hold `<database>.lock` for the block. Never waits; the file stays, only the lock on it counts.

    Raises AlreadyRunning when another process holds it, OSError when the folder cannot be written.
    Children do not inherit it: Python opens files close-on-exec.
    """
    path = database.with_name(f"{database.name}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(path) from None
        yield
    finally:
        os.close(descriptor)
