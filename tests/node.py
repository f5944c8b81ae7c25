"""Node for the tests of browser code: the pinned one beside this Python, else the machine's."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from app.config import ROOT


def executable() -> str:
    """The path of node. Raises FileNotFoundError where there is none."""
    places = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    found = shutil.which("node", path=places)
    if found is None:
        raise FileNotFoundError("no node on this machine: `make test` installs it")
    return found


def run(*arguments: str, stdin: str = "", timeout_seconds: int = 120) -> subprocess.CompletedProcess[str]:
    """Run node in the project's folder; the answer holds its exit code and what it said."""
    return subprocess.run(
        [executable(), *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=timeout_seconds,
        check=False,
    )
