"""The pure modules of the browser, tested in node."""

from app.config import ROOT
from tests import node


def test_the_javascript_tests_pass():
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "js").rglob("*.test.mjs"))
    assert files
    told = node.run("--test", *files)
    assert told.returncode == 0, told.stdout + told.stderr
