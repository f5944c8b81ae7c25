"""A gate's phone that is killed and started again: a short run of `make gate-kill`."""

from pathlib import Path

import pytest
from flask import Flask

from tests.journeys.gate_kill import board

pytestmark = pytest.mark.browser


def test_a_phone_that_is_killed_again_and_again_forgets_no_verdict_and_counts_nobody_twice(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    counts = board(app, database_url, tmp_path, 5, 1)
    assert counts["found"] == []
    assert (counts["kills"], counts["forgotten"], counts["doubled"]) == (5, 0, 0)
    assert counts["shown"] > 0
