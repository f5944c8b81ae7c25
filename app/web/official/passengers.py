"""The people behind a number of a departure, one row each; names are masked."""

from typing import Any

from flask import render_template, request

from app import clock
from app.accounts.models import Role
from app.boarding.passenger_counts import Group, list_aboard, list_passengers
from app.boarding.queries import get_departure
from app.booking.people_without_places import list_open_displacements, list_waiting
from app.booking.walk_ons.models import WalkOn
from app.booking.walk_ons.queries import list_riding, list_walk_ons
from app.web.guard import only, user
from app.web.official.departure_words import GROUPS
from app.web.official.door import bp
from app.web.words.people import AGE_BANDS

PEOPLE = 200
"""So many people are on one page."""


@bp.get("/papan/<int(max=2147483647):departure_id>/orang")
@only(Role.OFFICIAL, Role.ADMINISTRATOR)
def people(departure_id: int) -> str:
    """Those of one number: aboard, still to come, stayed away, turned away, waiting, or without a way out."""
    found = get_departure(departure_id)
    asked = request.args.get("bagian", "naik")
    asked = asked if asked in GROUPS else "naik"
    number, title = GROUPS[asked]
    page, port = max(0, request.args.get("halaman", 0, int)), request.args.get("tujuan", "")
    rows: list[Any] = []
    if number == "waiting":
        rows = list_waiting(found.call_id)
    elif number == "displaced":
        rows = list_open_displacements(found.call_id)
    elif number == "aboard":
        rows = list_aboard(found, PEOPLE + 1, page * PEOPLE)
    else:
        rows = list_passengers(departure_id, Group(number), PEOPLE + 1, page * PEOPLE, port)
    walk_ons: list[WalkOn] = []
    if number == "aboard" and not page:
        walk_ons = list_riding(found.call)
    elif number == Group.BOARDED and not page:
        walk_ons = [one for one in list_walk_ons(found.call_id) if one.ashore_at is None]
    in_pages = number not in ("waiting", "displaced")
    return render_template(
        "official/passengers.html",
        departure=found,
        asked=asked,
        number=number if not port else "boarded_to",
        title=title,
        destination=port,
        groups=GROUPS,
        AGE_BANDS=AGE_BANDS,
        rows=rows[:PEOPLE] if in_pages else rows,
        walk_ons=[one for one in walk_ons if port in ("", one.to_call.port.name)],
        page=page,
        more=in_pages and len(rows) > PEOPLE,
        role=user().role,
        as_of=clock.now(),
    )
