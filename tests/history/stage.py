"""What is killed: gunicorn's web processes, the sweeper and the database; and the clock that is set off."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from app.config import ROOT
from bench.figures import children
from tests import postgres as embedded
from tests.conftest import UNBOUND_ENVIRONMENT
from tests.history.wsgi import EMPTY, set_wrong
from tests.server import free_ports


class Stage:
    """Dermaga on one database, for as long as the block; `url` is a database's address, or "" for a fresh one."""

    def __init__(self, url: str = "", sqlite: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dermaga-soak-"))
        self.database: embedded.Postgres | None = None
        if sqlite:
            url = f"sqlite:///{self.folder}/soak.db"
        elif not url:
            self.database = embedded.start(fsync=True)
            url = self.database.create_database("soak")
        self.url = url
        self.port = free_ports()[0]
        self.offset_file = self.folder / "clock"
        self.offset_file.write_bytes(EMPTY)
        self.web: subprocess.Popen[bytes] | None = None
        self.sweeper: subprocess.Popen[bytes] | None = None
        self._restarting: threading.Thread | None = None

    @property
    def engine(self) -> str:
        """Its name."""
        return "sqlite" if self.url.startswith("sqlite") else "postgresql"

    def start(self) -> None:
        """Start what does not run; whoever connects before it listens is refused."""
        env = {
            **os.environ,
            **UNBOUND_ENVIRONMENT,
            "DATABASE_URL": self.url,
            "PORT": str(self.port),
            "LOG_LEVEL": "critical",
        }
        env |= {"CLOCK_OFFSET_FILE": str(self.offset_file)}
        log = (self.folder / "log").open("ab")
        if self.web is None:
            command = [sys.executable, "-m", "gunicorn", "-c", "app/server.py", "tests.history.wsgi:app"]
            self.web = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        if self.sweeper is None:
            command = [sys.executable, "-m", "tests.history.sweeper", self.url, str(self.offset_file)]
            self.sweeper = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=log, stderr=log)
        log.close()

    def kill(self, what: str) -> None:
        """kill -9 of one `worker`, of the whole `server`, or of the `database`; what was killed comes again."""
        if what == "worker":
            workers = children(self.web.pid)[1:] if self.web else []
            if workers:
                _kill9(workers[0])
        elif what == "server":
            self._kill_all()
            self.start()
        elif self.database is not None:
            self.database.kill9()
            self._restarting = threading.Thread(target=self.database.restart)
            self._restarting.start()

    def ready(self) -> None:
        """Wait until the database is there again."""
        if self._restarting is not None:
            self._restarting.join()

    def set_off(self, seconds: float) -> None:
        """Let the servers' clocks be wrong by so much."""
        set_wrong(self.offset_file, seconds)

    def stop(self) -> None:
        """End everything."""
        self.ready()
        self._kill_all()
        if self.database is not None:
            self.database.stop()

    def _kill_all(self) -> None:
        for process in (self.web, self.sweeper):
            if process is not None:
                for pid in children(process.pid):
                    _kill9(pid)
                # Reaps it, and closes its pipe.
                process.communicate()
        self.web = self.sweeper = None


def _kill9(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
