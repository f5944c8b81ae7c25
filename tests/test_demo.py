"""The demonstration shows what there is to see: among others a draft of rules that waits for the official."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app import clock
from app.accounts.queries import find_user_by_name
from app.boarding.models import DepartureState
from app.boarding.queries import list_departures
from app.booking.models import sale_closes_at
from app.cli import demo
from app.db import db
from app.rules.actions.drafts import approve
from app.rules.queries import find_set_in_force, list_drafts
from app.rules.wording.rule_rows import compare
from app.schedule.days import WEST, local_day
from app.seats.programmes import list_open_programmes
from tests.conftest import Clock


def test_a_draft_waits_for_somebody_else_than_its_proposer(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signins = tmp_path / "demo-signins.txt"
    monkeypatch.setattr("app.cli.demonstration._signins_file", lambda: signins)
    for said in ("12 pelayaran", "Demo sudah ada"):
        told = app.test_cli_runner().invoke(demo)
        assert said in told.output, told.output
    [programme] = list_open_programmes()
    assert (programme.channel.sponsor, programme.quota, programme.per_family) == ("Kementerian Perhubungan", 500, 4)
    assert signins.read_text().count("\n") == 3
    [draft] = list_drafts()
    in_force = find_set_in_force(clock.now())
    assert in_force
    changed = compare(in_force.bodies, draft.bodies, "en")
    assert (changed.added, changed.removed, len(changed.changed)) == ([], [], 1)
    assert [row.label for row in changed.changed[0].rows] == ["Not used, because", "How sure"]
    official = find_user_by_name("pejabat")
    assert official
    assert draft.proposal
    assert draft.proposal.proposer.username == "admin"
    approve(draft.id, official.id, draft.version)
    now_in_force = find_set_in_force(clock.now())
    assert now_in_force == draft


def test_at_each_start_a_ship_is_boarded_and_on_sale(
    app: Flask, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the hour, a stranger can book and go through the gate; a ship that boards already is left alone."""
    monkeypatch.setattr("app.cli.demonstration._signins_file", lambda: tmp_path / "demo-signins.txt")

    def boarded() -> list[int]:
        assert app.test_cli_runner().invoke(demo).exit_code == 0
        db.session.rollback()
        rows = list_departures(local_day(clock(), WEST), local_day(clock(), WEST) + timedelta(days=2))
        found = [d for d in rows if d.state(clock()) == DepartureState.BOARDING]
        assert all(sale_closes_at(d.call) > clock() for d in found)
        return [d.id for d in found]

    first = boarded()
    assert len(first) == 1
    clock.forward(minutes=30)
    assert boarded() == first
    clock.forward(hours=9)
    later = boarded()
    assert len(later) == 1
    assert later != first
