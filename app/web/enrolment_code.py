"""Draw the code that lets a device in, for the camera of that device."""

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from app.booking.tickets import qr


def picture_of(code: str) -> Markup:
    """The address of the page that enrols a phone, with the code behind its mark: so it is in no log of a server."""
    return qr.svg_of_address(f"{url_for('gate.device', _external=True)}#{code}", _("Kode pendaftaran"))
