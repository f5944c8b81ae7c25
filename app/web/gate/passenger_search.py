"""Find a person at a gate without a ticket to show: by name, phone or document among those of this departure."""

from flask import render_template, request

from app.accounts.models import Role
from app.boarding.schemas import SHOWN_MAX
from app.booking.identity import mask
from app.booking.models import BookingState, Passenger
from app.booking.search import SHOWN, find_passengers
from app.web.document_kinds import BRINGS
from app.web.gate.boarding import bp, head_of, showing_now
from app.web.guard import only

PATH = "/<int(max=2147483647):departure_id>/<int(max=2147483647):gate_id>/cari"


@bp.get(PATH)
@only(Role.OFFICER)
def ask_people(departure_id: int, gate_id: int) -> str:
    """The form; what is typed into it is in no address."""
    return _page(departure_id, gate_id)


@bp.post(PATH)
@only(Role.OFFICER)
def people(departure_id: int, gate_id: int) -> str | tuple[str, int]:
    """Those of this departure whom it fits, each with the button that has the ticket judged."""
    typed = request.form.get("q", "").strip()[:SHOWN_MAX]
    call_id = head_of(departure_id, gate_id)["departure"].call_id
    try:
        found = find_passengers(typed, call_id) if typed else None
    except ValueError:
        found = None
    page = _page(departure_id, gate_id, typed, found, fault=found is None)
    return (page, 422) if found is None else page


def _page(
    departure_id: int, gate_id: int, typed: str = "", found: list[Passenger] | None = None, *, fault: bool = False
) -> str:
    good = [p for p in found or () if p.ticket and p.booking.state == BookingState.CONFIRMED]
    return render_template(
        "gate/passenger_search.html",
        **head_of(departure_id, gate_id),
        q=typed,
        fault=fault,
        found=None if found is None else good[:SHOWN],
        more=len(good) > SHOWN,
        mask=mask,
        document_words=BRINGS,
        showing=showing_now(),
    )
