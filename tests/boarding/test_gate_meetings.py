"""Phones that meet find every copy, in whatever order they meet: a fixed sample of `make gate-meetings`."""

import pytest
from flask import Flask

from tests.boarding.gate_meetings import is_wrong, meet
from tests.conftest import Clock


@pytest.mark.one_engine
def test_every_copy_is_flagged_on_every_phone_and_at_the_server_in_any_order_of_meetings(
    app: Flask, clock: Clock
) -> None:
    counts = meet(app.extensions["keyring"], clock, phones=6, orders=200, people=80, seed=3)
    assert not is_wrong(counts), counts
    assert counts["copies"] > 5
    assert counts["refused_by_meeting"] > 0
    assert 0 < counts["firsts_known"] < counts["copies"], "one clock of six is wrong"
