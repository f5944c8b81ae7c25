"""The counter's doors to changing a booking for people without a phone, and the money that is owed back."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.accounts.models import Role
from app.booking.changes import pay_refund
from app.booking.models import Booking
from app.booking.queries import get_booking
from app.booking.refunds import list_open_refunds
from app.booking.schemas import normal_code
from app.errors import NotFound, Refusal
from app.web import changing
from app.web.changing import Page, Side
from app.web.gate.counter import bp
from app.web.guard import only, user
from app.web.words import sentence


@bp.get("/<code>/ubah")
@only(Role.OFFICER)
def changes(code: str) -> Page:
    """Everybody who travels, and what can be changed about them."""
    return changing.overview(_side(), get_booking(normal_code(code)))


@bp.route("/<code>/ubah/batal", methods=["GET", "POST"])
@only(Role.OFFICER)
def cancellation(code: str) -> Page:
    """Those who do not travel, with what comes back."""
    return changing.cancel(_side(), get_booking(normal_code(code)))


@bp.route("/<code>/ubah/pindah", methods=["GET", "POST"])
@only(Role.OFFICER)
def moving(code: str) -> Page:
    """Those who travel on another ship; a difference is taken here, at this moment."""
    answer = changing.move(_side(), get_booking(normal_code(code)))
    return _side().back(answer) if isinstance(answer, Booking) else answer


@bp.route("/<code>/ubah/nama/<int(min=0, max=99):position>", methods=["GET", "POST"])
@only(Role.OFFICER)
def naming(code: str, position: int) -> Page:
    """One name to put right, with the document on the desk."""
    return changing.name(_side(), get_booking(normal_code(code)), position)


@bp.get("/pengembalian")
@only(Role.OFFICER)
def refunds() -> str:
    """The money that is still owed to those who cancelled or moved, the oldest first."""
    return _refunds_page()


@bp.post("/pengembalian/<int(min=1, max=2147483647):refund_id>")
@only(Role.OFFICER)
def paid_back(refund_id: int) -> Response | tuple[str, int]:
    """The money was given back; who did it and when is kept."""
    typed = "".join(char for char in request.form.get("amount_idr", "") if char.isdecimal())[:10]
    try:
        pay_refund(refund_id, user().id, int(typed) if typed else None)
    except NotFound:
        raise
    except Refusal as refusal:
        return _refunds_page(sentence(refusal.code, refusal.details), refund_id), refusal.status
    return redirect(url_for("counter.refunds"), 303)


def _refunds_page(fault: str = "", at: int = 0) -> str:
    return render_template("gate/refunds.html", refunds=list_open_refunds(), fault=fault, at=at, as_of=clock.now())


def _side() -> Side:
    return Side("gate/base.html", "counter", "counter.booking", user().id)
