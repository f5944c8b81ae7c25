"""A name is a key: spellings that look alike are one row, in the tables of both engines."""

from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Role, User
from app.boarding.models import Gate
from app.config import ROOT
from app.db import db
from app.errors import Refusal
from app.flow.catalogue import save_operator, save_port, save_ship
from app.named import find_by_name
from app.schedule.models import Operator, Port, Ship
from app.schedule.queries import find_port
from app.seats.allotting import create_channel, save_plan
from app.seats.models import Channel, ChannelKind, FareClass
from tests.factories import a_fare_class, a_gate, a_port, a_ship, a_user

ALIKE = "KM. KIRANA\xa0I\u200b"


def again(thing: Any, **values: Any) -> Any:
    """Another row of the same kind, with the same name spelled in another way."""
    return type(thing)(**values, name=thing.name.upper().replace(" ", "\xa0") + "\u200b.")


def test_the_tables_refuse_a_second_spelling_of_every_name_that_is_a_key(app: Flask) -> None:
    port, ship, fare_class, gate = a_port(), a_ship("KM Kirana I"), a_fare_class(), a_gate()
    channel = create_channel(ChannelKind.AGENT, "Agen Uji")
    plan = save_plan("Dua tahap", [(None, 50), (3, 50)])
    seconds = [
        again(port, code="XX"),
        again(ship, operator_id=ship.operator_id),
        again(ship.operator, code="XX"),
        again(fare_class, id=99, code="lain"),
        again(gate, port_id=port.id),
        again(channel, kind=ChannelKind.AGENT),
        again(plan, steps=[]),
        User(
            username="PE.TUGAS",
            name="Lain",
            role=Role.OFFICER,
            password_hash="x",
            created_at=a_user(username="petugas").created_at,
        ),
    ]
    for second in seconds:
        db.session.add(second)
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


def test_one_ship_is_found_and_not_made_twice_in_whatever_spelling(app: Flask) -> None:
    ship = a_ship("KM Kirana I")
    assert find_by_name(Ship, ALIKE) is ship
    with pytest.raises(Refusal, match="ship_name_taken"):
        save_ship(None, ALIKE, ship.operator_id)
    assert save_ship(None, "KM Kirana III", ship.operator_id).name == "KM Kirana III"
    with pytest.raises(Refusal, match="operator_name_taken"):
        save_operator(None, "XX", ship.operator.name.upper())
    with pytest.raises(Refusal, match="port_name_taken"):
        save_port(None, "SAMPIT.", a_port("Sampit").zone)
    assert find_port("sam\u200bpit") is a_port("Sampit")


def test_a_near_miss_is_asked_and_can_be_confirmed(app: Flask) -> None:
    ship = a_ship("KM Kirana I")
    with pytest.raises(Refusal) as asked:
        save_ship(None, "KM Kirano I", ship.operator_id)
    assert (asked.value.code, asked.value.field, asked.value.details["near"]) == ("name_near", "name", "KM Kirana I")
    assert save_ship(None, "KM Kirano I", ship.operator_id, as_typed=True).id != ship.id


def test_a_slip_in_a_ships_own_name_is_put_right_without_being_asked(app: Flask) -> None:
    ship = a_ship("KM Kirano I")
    assert save_ship(ship.id, "KM Kirana I", ship.operator_id).name == "KM Kirana I"
    assert save_ship(ship.id, "KM KIRANA I", ship.operator_id).name == "KM KIRANA I"


def test_a_channel_and_a_plan_are_known_by_every_spelling(app: Flask) -> None:
    channel = create_channel(ChannelKind.AGENT, "Agen Uji")
    assert create_channel(ChannelKind.AGENT, "AGEN  UJI.").id == channel.id
    plan = save_plan("Dua tahap", [(None, 100)])
    assert save_plan("DUA TAHAP", [(None, 100)]).id == plan.id
    assert db.session.query(Channel).filter(Channel.name_key == "agenuji").count() == 1


def test_two_spellings_that_were_there_before_the_key_stay_and_a_third_is_refused(app: Flask) -> None:
    operator_id = a_ship("KM Kirana I").operator_id
    db.session.commit()
    (migration,) = (ROOT / "migrations/versions").glob("*_names_that_look_alike.py")
    downgrade(revision=f"{int(migration.name[:4]) - 1:04}")
    with db.engine.begin() as connection:
        connection.execute(
            db.text(
                "INSERT INTO ship (name, operator_id, type, source_url, note) VALUES ('KM. KIRANA I', :id, '', '', '')"
            ),
            {"id": operator_id},
        )
    db.session.remove()
    upgrade()
    assert db.session.query(Ship).count() == 2
    with pytest.raises(Refusal, match="ship_name_taken"):
        save_ship(None, "km kirana i", operator_id)
    assert (db.session.query(Operator).count(), db.session.query(Port).count()) == (1, 0)
    assert db.session.query(Gate).count() == db.session.query(FareClass).count() == 0
