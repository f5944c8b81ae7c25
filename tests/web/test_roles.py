"""Each role has a page to land on and its words, stated once."""

import pytest
from flask import Flask

from app.accounts.models import Role
from app.web.roles import ROLES, role_name


@pytest.mark.one_engine
def test_every_role_lands_on_a_page_that_lets_it_in_and_has_its_name(app: Flask) -> None:
    assert ROLES.keys() == set(Role)
    for role, words in ROLES.items():
        assert role in app.view_functions[words.landing].guard
    with app.test_request_context():
        assert [role_name(role.value) for role in ROLES] == ["Petugas", "Pejabat", "Administrator"]
