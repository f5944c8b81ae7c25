"""`python -m bench [NAME ...]`: measure everything, or only what is named (pages, load, live, rules, replay)."""

import json
import os
import subprocess
import sys
import tempfile

from app.config import ROOT
from bench.figures import tell


def pages() -> None:
    """Bytes of the first page and of a purchase, on the demonstration."""
    from bench import pages
    from tests.server import serving

    with tempfile.TemporaryDirectory(prefix="dermaga-bench-") as folder:
        url = f"sqlite:///{folder}/demo.db"
        _flask(url, "db", "upgrade")
        _flask(url, "demo")
        with serving(url) as web:
            pages.measure(web)


def load() -> None:
    """Reads, purchases and scans by many at once, on both databases."""
    from bench import load

    load.measure()


def live() -> None:
    """How long a commit takes to reach 200 open boards."""
    from bench import live

    live.measure()


def rules() -> None:
    """Verdicts of the travel rules, in Python and in a slowed browser."""
    from bench import rules

    rules.measure()


def replay() -> None:
    """A whole season through the real actions."""
    told = json.loads(_flask("", "replay", str(ROOT / "data/seasons/lebaran-2024.csv"), "--seed", "1").splitlines()[-1])
    tell("replay_seconds", told["seconds"], "s")
    tell("replay_differences", len(told["differences"]), "calls")


PARTS = {part.__name__: part for part in (pages, load, live, rules, replay)}


def _flask(database_url: str, *arguments: str) -> str:
    env = {**os.environ, **({"DATABASE_URL": database_url} if database_url else {})}
    command = [sys.executable, "-m", "flask", "--app", "wsgi.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ).stdout


def main() -> None:
    """Measure what is named, else everything."""
    names = sys.argv[1:] or list(PARTS)
    if unknown := set(names) - set(PARTS):
        sys.exit(f"bench: unknown: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    for name in names:
        PARTS[name]()


if __name__ == "__main__":
    main()
