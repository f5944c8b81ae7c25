"""The words of the README are classes, and mean there what their docstrings say."""

import ast
import re

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
"""Words that begin a sentence about nothing yet: a function begins with its verb, a class or a file with its noun."""


def test_no_docstring_begins_with_a_vague_word() -> None:
    offenders = []
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                words = (ast.get_docstring(node) or "").split()
                if words and words[0].strip(",;:?") in VAGUE:
                    name = getattr(node, "name", "the file")
                    offenders.append(f"{path.relative_to(ROOT)}: {name}: {first_sentence(' '.join(words))}")
    assert sorted(offenders) == []
