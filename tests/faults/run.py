"""Plants every fault of the catalogue, each in a copy of its own, and sees whether the suite turns red.

`python -m tests.faults.run [WORD ...]` (only faults with such a word in their name); the last line is JSON, and the
exit status is 1 when a fault was missed.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tqdm import tqdm

from app.config import ROOT
from tests.faults.catalogue import FAULTS, Fault

AT_A_TIME = 2
TEST_SECONDS = 240
COPIED = ("app", "migrations", "static", "tests")
"""What is changed, and what finds its place by its own file; everything else is linked."""
RED, GREEN = 1, 0
"""pytest's exit statuses: a test failed, all passed. Any other one says that no test has said anything."""


class NotPlanted(Exception):
    """The text is not there exactly once: the catalogue is behind the code."""


def planted(fault: Fault, source: str) -> str:
    """The file's text with the fault in it. Raises NotPlanted."""
    if source.count(fault.old) != 1:
        raise NotPlanted(f"{fault.name}: {fault.file} has the text {source.count(fault.old)} times")
    return source.replace(fault.old, fault.new)


def copy_with(fault: Fault, folder: Path) -> None:
    """The tree with the fault planted, in an empty folder."""
    for path in ROOT.iterdir():
        if path.name in COPIED:
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(path, folder / path.name, ignore=ignored, symlinks=True)
        elif path.name not in {".git", ".hypothesis", ".pytest_cache", "instance"}:
            (folder / path.name).symlink_to(path)
    file = folder / fault.file
    file.write_text(planted(fault, file.read_text(encoding="utf-8")), encoding="utf-8")


def is_caught(fault: Fault) -> bool:
    """Whether one of its tests fails. Raises NotPlanted; RuntimeError when the tests could not be run."""
    with tempfile.TemporaryDirectory(prefix="fault-") as name:
        folder = Path(name)
        copy_with(fault, folder)
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *fault.tests]
        command += ["-k", f"not {'sqlite' if fault.engine == 'postgresql' else 'postgresql'}"]
        env = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
        try:
            ran = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=TEST_SECONDS)
        except subprocess.TimeoutExpired:
            return True  # nothing comes to an end any more: that is red too
    if ran.returncode not in {RED, GREEN} or re.search(r"^no tests ran", ran.stdout, re.MULTILINE):
        raise RuntimeError(
            f"{fault.name}: pytest ended with {ran.returncode}\n{ran.stdout[-3000:]}{ran.stderr[-2000:]}"
        )
    return ran.returncode == RED


def main(words: list[str]) -> None:
    """The command line."""
    faults = [fault for fault in FAULTS if not words or any(word in fault.name for word in words)]
    began = time.monotonic()
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        caught = list(tqdm(pool.map(is_caught, faults), total=len(faults), disable=None, file=sys.stderr))
    missed = [fault.name for fault, red in zip(faults, caught, strict=True) if not red]
    told = {"planted": len(faults), "caught": sum(caught), "missed": missed, "seconds": round(time.monotonic() - began)}
    print(json.dumps(told))  # noqa: T201 - a command line speaks
    sys.exit(bool(missed))


if __name__ == "__main__":
    main(sys.argv[1:])
