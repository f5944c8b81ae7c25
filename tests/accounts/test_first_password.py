"""A password that somebody else gave opens one door: the one where it is changed; and it ends by itself."""

import re

import pytest
from flask import Flask

from app import config
from app.accounts.actions import change_own_password, change_user, create_user
from app.accounts.models import Role
from app.accounts.passwords import is_guessable, new_first_password
from app.accounts.queries import find_user_by_name
from app.db import db
from app.errors import Refusal
from tests.conftest import Clock
from tests.factories import PASSWORD, a_user

NEW = "sandi lain yang panjang"


def refused(code: str, user_id: int, old: str, new: str) -> None:
    with pytest.raises(Refusal) as refusal:
        change_own_password(user_id, old, new)
    assert refusal.value.code == code


def test_a_first_password_is_changed_for_another_one_within_its_hours(app: Flask, clock: Clock) -> None:
    made = create_user("siti.rahma", "Siti Rahma", Role.OFFICER, PASSWORD, a_user(Role.ADMINISTRATOR).id, once=True)
    refused("password_once", made.id, PASSWORD, PASSWORD)
    clock.forward(hours=config.current().first_password_hours)
    refused("first_password_ended", made.id, PASSWORD, NEW)
    change_user(made.id, active=True, role=Role.OFFICER, password=PASSWORD, once=True)
    assert change_own_password(made.id, PASSWORD, NEW).first_password_until is None
    clock.forward(hours=1000)
    assert change_own_password(made.id, NEW, PASSWORD).first_password_until is None


def test_a_first_password_is_made_by_nobody_and_never_the_same() -> None:
    made = {new_first_password() for _ in range(200)}
    assert len(made) == 200
    for one in made:
        assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", one)
        assert not re.search(r"[ilo01]", one), "nothing that is read as something else"
        assert not is_guessable(one, "siti.rahma", "Siti Rahma")


def test_the_command_line_prints_one_once(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["create-user", "bos", "administrator"])
    assert told.exit_code == 0, told.output
    [password] = re.findall(r"first password\): (\S+)", told.output)
    db.session.rollback()
    made = find_user_by_name("bos")
    assert made is not None
    assert made.has_password(password)
    assert made.first_password_until is not None
    assert change_own_password(made.id, password, NEW).first_password_until is None
