"""Words and figures as visitors read them: the language, times with zone, money, and a sentence per code.

Sentences are written in Indonesian here and in the templates; English stands in `app/translations`.
"""

from app.web.words.figures import (
    CAUSES,
    CHANGES,
    at,
    channel_name,
    day,
    hour,
    last_day,
    leaves_at,
    local,
    ngettext,
    number,
    rupiah,
    said,
    ship_booked,
    why,
    window,
    zone_name,
)
from app.web.words.pages import LANGUAGES, live_origin, live_url, register
from app.web.words.sentences import SENTENCES, sentence

__all__ = [
    "CAUSES",
    "CHANGES",
    "LANGUAGES",
    "SENTENCES",
    "at",
    "channel_name",
    "day",
    "hour",
    "last_day",
    "leaves_at",
    "live_origin",
    "live_url",
    "local",
    "ngettext",
    "number",
    "register",
    "rupiah",
    "said",
    "sentence",
    "ship_booked",
    "why",
    "window",
    "zone_name",
]
