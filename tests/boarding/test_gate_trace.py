"""A gate's device judges as the server does: a fixed sample of `make gate-trace`."""

import pytest
from flask import Flask

from tests.boarding.gate_trace import compare
from tests.conftest import Clock


@pytest.mark.one_engine
@pytest.mark.invented_counts
def test_a_device_gives_the_servers_verdicts_in_the_servers_words(app: Flask, clock: Clock) -> None:
    trace = compare(app, clock, 300, 1)
    assert trace.told == []
    assert trace.counts == {"scans": 300, "different": 0, "lost": 0, "counted_twice": 0}
    assert len(trace.verdicts) > 12
