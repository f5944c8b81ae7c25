"""CONTRIBUTING.md leads to files that are there, and counts them as docs/decisions.md does."""

import re

from app.config import ROOT

ROW = re.compile(r"^\| (an? [^|]+?) \| ([^|]+) \|", re.MULTILINE)
FILE = re.compile(r"`([\w.<>-]+/[\w./<>-]*|messages\.po)`")
MADE_OF_SEVERAL = {"a language"}
"""Only its first files are named; docs/decisions.md counts the rest."""


def rows(file: str, title: str) -> dict[str, str]:
    """The second cell of each row of the table under that title."""
    section = (ROOT / file).read_text(encoding="utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
    return dict(ROW.findall(section))


def test_every_file_that_it_names_is_there() -> None:
    named = FILE.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    patterns = {re.sub(r"<\w+>", "*", name) for name in named} - {"messages.po"}
    assert len(patterns) > 40
    assert sorted(pattern for pattern in patterns if not any(ROOT.glob(pattern.rstrip("/")))) == []


def test_a_change_touches_as_many_files_as_the_decisions_count() -> None:
    # What follows a semicolon is needed by some only, and of two files with an "or" between them one is touched.
    always = {name: files.split(";")[0] for name, files in rows("CONTRIBUTING.md", "Where things go").items()}
    touched = {name: len(FILE.findall(files)) - files.count(" or `") for name, files in always.items()}
    counted = {name: int(files) for name, files in rows("docs/decisions.md", "What a change touches").items()}
    assert len(counted) == 7
    assert {name: touched[name] for name in counted.keys() - MADE_OF_SEVERAL} == {
        name: files for name, files in counted.items() if name not in MADE_OF_SEVERAL
    }
