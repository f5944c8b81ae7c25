"""The commands of the Makefile and the set-up behind them."""

import json
import re
import subprocess
import sys

import pytest

from app.config import ROOT


@pytest.fixture
def setup(monkeypatch, tmp_path):
    """deploy/setup.py as a module, with its log elsewhere."""
    monkeypatch.syspath_prepend(ROOT / "deploy")
    import setup

    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "LOG", tmp_path / "build" / "setup.log")
    return setup


def test_make_help_lists_the_commands_that_people_rely_on():
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = {line.split()[1] for line in said.splitlines() if line.startswith("  make ")}
    assert listed >= {"run", "test", "replay", "bench", "help"}


def test_browser_libraries_are_pinned_exactly_and_the_lock_names_no_registry():
    wanted = json.loads((ROOT / "package.json").read_text())
    versions = [*wanted["dependencies"].values(), *wanted["devDependencies"].values()]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("npm error code ENOTFOUND", "connect to the network"),
        ("sqlalchemy.exc.OperationalError: connection refused", "correct DATABASE_URL"),
        ("something else", "the details are in build/setup.log"),
    ],
)
def test_a_step_that_fails_is_one_sentence_with_its_remedy(setup, said, remedy):
    with pytest.raises(setup.Fault, match=remedy) as fault:
        setup._run([sys.executable, "-c", f"print({said!r}); raise SystemExit(1)"], "the part")
    assert "\n" not in str(fault.value)
    assert said in setup.LOG.read_text()
