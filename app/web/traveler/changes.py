"""The traveler's doors to changing a booking: who does not travel, who travels on another ship, a slip in a name."""

from app.booking.models import Booking
from app.web import changes as change_pages
from app.web.browser_bookings import find_mine, remember
from app.web.changes import TRAVELER, Page
from app.web.guard import public
from app.web.traveler.door import ask_who, bp


@bp.get("/pesanan/<code>/ubah")
@public
def changes(code: str) -> Page:
    """Everybody who travels, and what can be changed about them."""
    booking = find_mine(code)
    return change_pages.overview(TRAVELER, booking) if booking else ask_who(code)


@bp.route("/pesanan/<code>/ubah/batal", methods=["GET", "POST"])
@public
def cancellation(code: str) -> Page:
    """Those who do not travel, with what comes back."""
    booking = find_mine(code)
    return change_pages.cancel(TRAVELER, booking) if booking else ask_who(code)


@bp.route("/pesanan/<code>/ubah/pindah", methods=["GET", "POST"])
@public
def moving(code: str) -> Page:
    """Those who travel on another ship; the new booking is this browser's too."""
    booking = find_mine(code)
    if booking is None:
        return ask_who(code)
    answer = change_pages.move(TRAVELER, booking)
    if not isinstance(answer, Booking):
        return answer
    remember(answer.code)
    return TRAVELER.back(answer)


@bp.route("/pesanan/<code>/ubah/nama/<int(min=0, max=99):position>", methods=["GET", "POST"])
@public
def naming(code: str, position: int) -> Page:
    """One name to put right."""
    booking = find_mine(code)
    return change_pages.name(TRAVELER, booking, position) if booking else ask_who(code)
