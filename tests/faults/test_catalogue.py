"""Every planted fault still has its place in the code; `make planted-faults` shows that each is caught."""

import ast

import pytest

from app.config import ROOT
from tests.faults.catalogue import FAULTS, Fault
from tests.faults.run import planted


def test_there_are_at_least_twenty_and_no_two_are_the_same() -> None:
    assert len(FAULTS) >= 20
    assert len({fault.name for fault in FAULTS}) == len({(f.file, f.old, f.new) for f in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "_"))
def test_its_text_is_in_the_code_exactly_once_and_what_is_planted_can_run(fault: Fault) -> None:
    source = (ROOT / fault.file).read_text(encoding="utf-8")
    code = planted(fault, source)
    if fault.file.endswith(".py"):
        ast.parse(code)
    for test in fault.tests:
        file, _, function = test.partition("::")
        assert f"def {function}" in (ROOT / file).read_text(encoding="utf-8")
