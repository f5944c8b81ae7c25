"""The web application on a clock that can be set off from outside, with doors that need no officer's sign-in.

CLOCK_OFFSET_FILE names a file of eight bytes: by how many seconds (a float) this machine's clock is wrong. It is
mapped into memory, so that a jump is seen by every process at once.
"""

import json
import mmap
import os
import struct
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app import clock
from app.booking.actions.hold import Held, hold
from app.errors import Refusal
from tests import factories

EMPTY = struct.pack("d", 0.0)


def wrong_by(path: str) -> Callable[[], datetime]:
    """A clock that is wrong by what stands in the file."""
    with Path(path).open("r+b") as file:
        page = mmap.mmap(file.fileno(), len(EMPTY))
    return lambda: datetime.now(UTC) + timedelta(seconds=struct.unpack("d", page[:])[0])


def set_wrong(path: Path, seconds: float) -> None:
    """Let all clocks on that file be wrong by so much from now on."""
    with path.open("r+b") as file:
        file.write(struct.pack("d", seconds))


_clock = clock.set_to(wrong_by(os.environ["CLOCK_OFFSET_FILE"])) if "CLOCK_OFFSET_FILE" in os.environ else None
if _clock:
    _clock.__enter__()

    from wsgi import app as dermaga


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Everything as it is; POST /soak/holds with all that a wish can say, and /soak/payments/CODE as the cashier."""
    path = environ["PATH_INFO"]
    if not path.startswith("/soak/"):
        return dermaga(environ, start_response)
    wish = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    with dermaga.app_context():
        try:
            done = hold(**wish) if path == "/soak/holds" else factories.pay(path)
            status = "201 Created" if isinstance(done, Held) and done.new else "200 OK"
            ends = done.expires_at and done.expires_at.isoformat()
            told = {"code": done.code, "state": done.state, "expires_at": ends}
        except Refusal as refusal:
            status, told = f"{refusal.status} Refused", {"code": refusal.code}
        except Exception as fault:  # the database was killed: the same answer as the API's
            status, told = "503 Away", {"code": type(fault).__name__}
    body = json.dumps(told).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
