"""A throw-away PostgreSQL: a real cluster of the machine's own server, reached by a Unix socket alone."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

_PROGRAMS = ("initdb", "pg_ctl", "psql")


def find_binaries() -> Path | None:
    """The folder of the newest server on this machine: Debian keeps it out of PATH."""
    in_path = shutil.which("initdb")
    folders = [Path(in_path).resolve().parent] if in_path else []
    folders += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True
    )
    return next((folder for folder in folders if all((folder / p).exists() for p in _PROGRAMS)), None)


@dataclass(frozen=True)
class Cluster:
    """A running server; it gives out databases."""

    binaries: Path
    folder: Path
    _names: Iterator[int] = field(default_factory=count)

    def create(self, template: str = "template1") -> str:
        """Make a database like `template` and give its URL: `postgresql://postgres@/name?host=…`."""
        name = f"test_{next(self._names)}"
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def drop(self, url: str) -> None:
        """Remove a database of `create`, whoever is still connected."""
        name = url.partition("@/")[2].partition("?")[0]
        self.sql(f'DROP DATABASE "{name}" WITH (FORCE)')

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run one statement as the superuser; gives psql's unadorned output."""
        where: list[str | Path] = ["-h", self.folder, "-U", "postgres", "-d", database]
        return _run([self.binaries / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", *where, "-c", statement])


@contextmanager
def running_cluster(binaries: Path) -> Iterator[Cluster]:
    """Initialise and start a cluster in a folder of its own; stop it and remove the folder at the end."""
    folder = Path(tempfile.mkdtemp(prefix="bridge-pg-", dir="/tmp"))  # a socket's path: under 108 characters
    server = _as_server(folder)
    control: list[str | Path] = [*server, binaries / "pg_ctl", "-D", folder / "data", "-w", "-t", "30"]
    try:
        # --no-sync hurries the birth of the cluster alone; the server itself keeps its promises to the disk.
        born: list[str | Path] = [
            "-U",
            "postgres",
            "-A",
            "trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        _run([*server, binaries / "initdb", "-D", folder / "data", *born])
        options = f"-k {folder} -c listen_addresses='' -c max_connections=60"
        _run([*control, "-l", folder / "log", "-o", options, "start"])
        try:
            yield Cluster(binaries, folder)
        finally:
            _run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_server(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: there, hand the folder to its own user and run as it."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    runuser = shutil.which("runuser", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    return [runuser or "runuser", "-u", "postgres", "--"]


def _run(command: list[str | Path]) -> str:
    # Output through a file: a server that stays would keep a pipe open for ever.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(command, stdout=output, stderr=output, cwd="/tmp", timeout=50, check=False)
        output.seek(0)
        text = output.read().decode(errors="replace").strip()
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} … {command[-1]}: {text}")
    return text
