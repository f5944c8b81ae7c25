"""The words of the README are classes, and mean there what their docstrings say."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from app.config import ROOT

ROW = re.compile(r"^\| (\w+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)


def first_sentence(docstring: str) -> str:
    """The first sentence in one line; `...` ends none."""
    paragraph = " ".join(docstring.split("\n\n")[0].split())
    return re.split(r"(?<=[^.]\.)\s(?=[A-Z])", paragraph)[0]


def test_each_word_of_the_readme_is_a_class_that_says_the_same() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8").split("## Words")[1].split("\n## ")[0]
    said = {word: sentence for word, sentence in ROW.findall(table) if word != "word"}
    classes: dict[str, str] = {}
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and node.name in said:
                classes[node.name] = first_sentence(ast.get_docstring(node) or "")
    assert len(said) > 30
    assert classes == said


VAGUE = {"Anybody", "Nobody", "Somebody", "What", "Who", "Whoever", "Whom", "Whose"}
"""A first sentence does not begin so: a function's begins with its verb, a class's or a file's with its noun."""

NEVER = {"Nobody", "What", "Whoever"}
"""No other sentence begins so either."""


def texts(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The texts about the code of a file with their lines, each as its sentences."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, re.split(r"(?<=[.?!])\s+", " ".join(node.value.value.split()))


def test_no_sentence_about_the_code_begins_with_a_vague_word() -> None:
    offenders = []
    for path in (ROOT / "app").rglob("*.py"):
        for line, (first, *others) in texts(path):
            vague = [first for word in VAGUE if re.match(rf"{word}\b", first)]
            vague += [sentence for sentence in others for word in NEVER if re.match(rf"{word}\b", sentence)]
            offenders += [f"{path.relative_to(ROOT)}:{line}: {sentence}" for sentence in vague]
    assert sorted(offenders) == []
