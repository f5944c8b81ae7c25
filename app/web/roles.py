"""Roles on pages: where each works and lands, its name, and its work in words."""

from typing import Any, NamedTuple

from flask import Flask
from flask_babel import lazy_gettext as _

from app.accounts.models import Role


class RoleWords(NamedTuple):
    """A role on pages."""

    landing: str
    """The endpoint where it works, and so where it lands."""
    name: Any
    work: Any


ROLES = {
    Role.OFFICER: RoleWords("gate.choose", _("Petugas"), _("Petugas: gerbang dan loket")),
    Role.OFFICIAL: RoleWords("official.board", _("Pejabat"), _("Pejabat: papan keberangkatan dan laporan")),
    Role.ADMINISTRATOR: RoleWords(
        "official.board", _("Administrator"), _("Administrator: pengguna, kuota, waktu dan jadwal")
    ),
}


def role_name(role: str) -> str:
    """Name a role."""
    return str(ROLES[Role(role)].name)


def register(app: Flask) -> None:
    """Give the pages the filter."""
    app.add_template_filter(role_name)
