"""Serves Dermaga on this machine: the web and the live process together, one signal stops both.

For trying out and for tests; in production each process is a service of its own (dermaga-web.service,
dermaga-live.service). Only the standard library.
"""

import argparse
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
STILL_SECONDS = 15
"""So often it is told what is waited for, while the servers do not answer yet."""
STOP_SECONDS = 12
PR_SET_PDEATHSIG = 1

TRY_FIRST = """\
What to try first
  1. Book: take a place on the first ship, which boards now; the order has a code.
  2. Scan: sign in as the officer in another window; under "Loket" take the money for that code; under "Gerbang" choose
     that ship, show the ticket or type its number; compare name and number and press the button that says so.
  3. Watch: sign in as the official in a third window; the count on the board rises by itself.
  4. Decide: as the official, open "Aturan": the administrator has proposed a draft of the travel rules. Compare it, try
     it, approve it.

The voyages are a demonstration: Sampit's Lebaran 2024, moved to the coming days. Ctrl-C stops everything."""


class Fault(Exception):
    """Something the person who started us can mend, in one sentence with its remedy."""


def tell(line: str) -> None:
    """Say something to the person at the keyboard, apart from the output that programs read."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201  # a command line speaks


def ports() -> tuple[int, int]:
    """The ports of web (PORT, 8000) and live (LIVE_PORT, the next one)."""
    web = _number("PORT", 8000)
    return web, _number("LIVE_PORT", web + 1)


def _number(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or not 1 <= int(text) <= 65534:
        raise Fault(f"{name} must be a whole number from 1 to 65534, not {text!r}.")
    return int(text)


def check_ports() -> None:
    """Raises Fault where somebody else listens already."""
    for port in ports():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except PermissionError:
                raise Fault(f"Port {port} is for the system only: choose one above 1023, as in PORT=8000.") from None
            except OSError:
                free = ports()[0] + 10
                raise Fault(
                    f"Port {port} is taken: stop what listens there, or choose another, as in "
                    f"make run PORT={free} (it takes {free} and {free + 1})."
                ) from None


class Servers:
    """The two processes, started and stopped together."""

    def __init__(self, web_app: str, live_app: str) -> None:
        self.web_port, live_port = ports()
        env = os.environ | {"PORT": str(self.web_port), "LIVE_PORT": str(live_port)}
        live = ["-k", "asgi", "-w", "1", "--threads", "1", "-b", f"{HOST}:{live_port}", live_app]
        self.running = {
            name: subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-c", "app/server.py", *arguments],
                cwd=ROOT,
                env=env,
                process_group=0,  # Ctrl-C reaches us alone, and we stop them in order
                preexec_fn=_die_with_parent,  # no threads here
            )
            for name, arguments in (("web", [web_app]), ("live", live))
        }

    def ended(self) -> str | None:
        """The name of a process that is no longer there."""
        return next((name for name, process in self.running.items() if process.poll() is not None), None)

    def silent(self) -> str:
        """The name of a process that does not answer yet; empty once both do."""
        try:
            with socket.create_connection((HOST, ports()[1]), timeout=1):
                pass
        except OSError:
            return "live"
        try:
            with urllib.request.urlopen(f"http://{HOST}:{self.web_port}/healthz", timeout=5) as answer:
                return "" if answer.status == 200 else "web"
        except OSError:
            return "web"

    def stop(self) -> None:
        """End both: the web process after the requests in its hands, the live one at once (boards reconnect)."""
        for name, process in self.running.items():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM if name == "web" else signal.SIGQUIT)
        deadline = time.monotonic() + STOP_SECONDS
        for process in self.running.values():
            try:
                process.wait(max(0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _die_with_parent() -> None:
    # Where the system can (Linux): when we are killed outright, it ends the servers for us.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def serve(web_app: str, live_app: str, demo: bool) -> None:
    """Serve until a signal; raises Fault when a process does not start, or ends by itself."""
    check_ports()
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: stopping.append(number))
    signins = _signins() if demo else None
    servers = Servers(web_app, live_app)
    try:
        say_again = time.monotonic() + STILL_SECONDS
        told = False
        while not stopping:
            if name := servers.ended():
                raise Fault(f"The {name} process ended by itself; what it said is above. Both are stopped.")
            if not told and not servers.silent():
                _welcome(f"http://{HOST}:{servers.web_port}", signins)
                told = True
            if not told and time.monotonic() > say_again:
                tell(f"Waiting for the {servers.silent()} process, which has started and does not answer yet.")
                say_again += STILL_SECONDS
            time.sleep(0.2 if told else 0.05)
    finally:
        servers.stop()


def _signins() -> subprocess.Popen[str]:
    # Asked for while the servers start, so that it costs no time.
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi.py", "signins"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _welcome(url: str, signins: subprocess.Popen[str] | None) -> None:
    tell(f"\nDermaga is at {url}\n")
    if signins:
        said = signins.communicate()[0].strip().replace("\n", "\n  ")
        tell(f"Sign-ins of the demonstration\n  {said}\n\n{TRY_FIRST}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--web", default="wsgi:app", help="the WSGI application")
    parser.add_argument("--live", default="app.live.stream:app", help="the ASGI application")
    parser.add_argument("--demo", action="store_true", help="tell the sign-ins and what to try first")
    arguments = parser.parse_args()
    serve(arguments.web, arguments.live, arguments.demo)


if __name__ == "__main__":
    try:
        main()
    except Fault as fault:
        sys.exit(f"Dermaga: {fault}")
