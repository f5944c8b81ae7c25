"""Words for people: how old they look."""

from typing import Any

from flask_babel import lazy_gettext as _

from app.booking.walk_ons.models import AgeBand

AGE_BANDS: dict[str, Any] = {
    AgeBand.ADULT: _("dewasa"),
    AgeBand.CHILD: _("anak"),
    AgeBand.INFANT: _("bayi"),
}
