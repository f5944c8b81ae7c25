"""A name is a key: spellings that look alike are one row, in the tables of both engines."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy.exc import IntegrityError

from app.accounts.actions import create_user
from app.accounts.models import Role, User
from app.boarding.models import Gate
from app.config import ROOT
from app.db import Base, db
from app.errors import Refusal
from app.named import Named, find_by_name
from app.planning.actions.catalogue import save_operator, save_port, save_ship
from app.schedule.models import Operator, Port, Season, Ship
from app.schedule.queries import find_port
from app.seats.actions.allotments import change_channel, create_channel, save_plan
from app.seats.models import Channel, ChannelKind, FareClass, ReleasePlan
from tests.factories import PASSWORD, a_fare_class, a_gate, a_port, a_ship, a_user

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


TYPED: dict[type[Any], tuple[str, str, Callable[..., Any], Callable[..., Any]]] = {
    Port: (
        "Sampit Timur",
        "Sampit Timr",
        lambda name, **k: save_port(None, name, "Asia/Jakarta", **k),
        lambda row, name, **k: save_port(row.id, name, "Asia/Jakarta", **k),
    ),
    Operator: (
        "PT Bahari Uji",
        "PT Bahari Uij",
        lambda name, **k: save_operator(None, f"O{abs(hash(name)) % 10**6}", name, **k),
        lambda row, name, **k: save_operator(row.id, row.code, name, **k),
    ),
    Ship: (
        "KM Kirana I",
        "KM Kirano I",
        lambda name, **k: save_ship(None, name, a_ship("KM Lain").operator_id, **k),
        lambda row, name, **k: save_ship(row.id, name, row.operator_id, **k),
    ),
    Channel: (
        "Agen Uji",
        "Agen Uij",
        lambda name, **k: create_channel(ChannelKind.AGENT, name, **k),
        lambda row, name, **k: change_channel(row.id, name, **k),
    ),
    ReleasePlan: (
        "Dua tahap",
        "Dua tahp",
        lambda name, **k: save_plan(name, [(None, 50)], **k),
        lambda row, name, **k: save_plan(name, [(None, 50)], row.id, **k),
    ),
    User: (
        "siti.rahma",
        "siti.rahmi",
        lambda name, **k: create_user(name, "Siti", Role.OFFICER, PASSWORD, **k),
        None,
    ),
}
"""Of each kind whose name is typed: a name, a slip of it, what makes a row of a name, and what gives a row another."""

NOT_TYPED = {
    FareClass: "the classes come with Dermaga",
    Gate: "the gates come with their port and are named after it",
    Season: "the seasons come with the demonstration and with a replay",
}


def test_every_kind_whose_name_is_a_key_is_known_here() -> None:
    kinds = {mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Named)}
    assert kinds == TYPED.keys() | NOT_TYPED.keys()
    doors = "".join(path.read_text() for path in (ROOT / "app").rglob("*.py"))
    for kind in NOT_TYPED:
        assert f"def save_{kind.__name__.lower()}(" not in doors
        assert f"def create_{kind.__name__.lower()}(" not in doors


@pytest.mark.parametrize("kind", TYPED, ids=lambda kind: kind.__name__)
def test_a_near_miss_of_every_name_that_is_typed_is_asked_and_can_be_confirmed(app: Flask, kind: type[Any]) -> None:
    name, slip, make, change = TYPED[kind]
    row = make(name)
    with pytest.raises(Refusal) as asked:
        make(slip)
    assert (asked.value.code, asked.value.field, asked.value.details["near"]) == ("name_near", kind.KEY_OF, name)
    other = make(slip, as_typed=True)
    assert other.id != row.id
    if change is None:
        return
    third, doubled = make("Sama Sekali Berbeda"), re.sub("([aeiou])", r"\1\1", slip, count=1)
    with pytest.raises(Refusal, match="name_near"):
        change(third, doubled)
    assert change(third, doubled, as_typed=True).id == third.id
    assert change(third, doubled.upper()).id == third.id, "its own name in another spelling is not asked about"
    with pytest.raises(Refusal, match="name_taken"):
        change(third, name.upper() + ".")


def test_a_near_miss_of_a_ship_is_asked_and_can_be_confirmed(app: Flask) -> None:
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
