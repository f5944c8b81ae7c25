"""Ports, operators and ships entered by hand, on both engines."""

import pytest
from flask import Flask

from app.boarding.models import Gate
from app.db import db
from app.errors import NotFound, Refusal
from app.planning.actions.catalogue import save_operator, save_port, save_ship
from app.schedule.models import Port, Ship


def test_a_port_has_two_gangways_once_and_a_provisional_code_until_somebody_reads_it(app: Flask) -> None:
    first, second = (save_port(None, name, "Asia/Jakarta") for name in ("Karimunjawa", "Bawean"))
    assert (first.code, second.code) == ("?1", "?2")
    save_port(first.id, "Karimunjawa", "Asia/Jakarta", harbour="Legon Bajak")
    assert db.session.query(Gate).filter_by(port_id=first.id).count() == 3
    with pytest.raises(Refusal) as refusal:
        save_port(first.id, "Karimunjawa", "Asia/Jakarta", confirmed_by="kata orang")
    assert refusal.value.code == "code_provisional"
    with pytest.raises(Refusal) as refusal:
        save_port(second.id, "Karimunjawa", "Asia/Jakarta")
    assert (refusal.value.code, refusal.value.field) == ("port_name_taken", "name")
    db.session.rollback()
    db.session.expire_all()
    assert db.session.scalars(db.select(Port.name).order_by(Port.id)).all() == ["Karimunjawa", "Bawean"]


def test_a_ship_belongs_to_an_operator_and_its_imo_number_to_it_alone(app: Flask) -> None:
    operator = save_operator(None, "uji", "PT Uji")
    ship = save_ship(None, "KM Satu", operator.id, imo="9074729")
    other = save_ship(None, "KM Dua", operator.id)
    for wrong, code in (({"imo": "9074729"}, "imo_taken"), ({"imo": "9074720"}, "imo")):
        with pytest.raises(Refusal) as refusal:
            save_ship(other.id, "KM Dua", operator.id, **wrong)
        assert refusal.value.code == code
    with pytest.raises(NotFound):
        save_ship(None, "KM Tiga", 999)
    save_ship(ship.id, "KM Satu", operator.id)
    assert save_ship(other.id, "KM Dua", operator.id, imo="9074729").imo == "9074729"
    assert db.session.query(Ship).count() == 2
