"""The counter's doors to changing a booking for people without a phone, and the money that is owed back."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.accounts.models import Role
from app.booking.actions.cancellation import pay_refund
from app.booking.actions.document_correction import Document, correct_document
from app.booking.fields import normal_code
from app.booking.identity import mask
from app.booking.models import Booking
from app.booking.money.refunds import list_open_refunds
from app.booking.queries import get_booking
from app.booking.schemas import CardIn
from app.errors import NotFound, Refusal
from app.web import changes as change_pages
from app.web import words
from app.web.changes import Page, Side
from app.web.document_kinds import KINDS
from app.web.forms import Form
from app.web.gate.counter import bp
from app.web.guard import only, user
from app.web.own_ports import own_ports
from app.web.words import sentence


@bp.get("/<code>/ubah")
@only(Role.OFFICER)
def changes(code: str) -> Page:
    """Everybody who travels, and what can be changed about them."""
    return change_pages.overview(_side(), get_booking(normal_code(code)))


@bp.route("/<code>/ubah/batal", methods=["GET", "POST"])
@only(Role.OFFICER)
def cancellation(code: str) -> Page:
    """Those who do not travel, with what comes back."""
    return change_pages.cancel(_side(), get_booking(normal_code(code)))


@bp.route("/<code>/ubah/pindah", methods=["GET", "POST"])
@only(Role.OFFICER)
def moving(code: str) -> Page:
    """Those who travel on another ship; a difference is taken here, at this moment."""
    answer = change_pages.move(_side(), get_booking(normal_code(code)))
    return _side().back(answer) if isinstance(answer, Booking) else answer


@bp.route("/<code>/ubah/nama/<int(min=0, max=99):position>", methods=["GET", "POST"])
@only(Role.OFFICER)
def naming(code: str, position: int) -> Page:
    """One name to put right, with the document on the desk."""
    return change_pages.name(_side(), get_booking(normal_code(code)), position)


@bp.route("/<code>/ubah/dokumen/<int(min=0, max=99):position>", methods=["GET", "POST"])
@only(Role.OFFICER)
def document(code: str, position: int) -> Page:
    """Number, birth date and sex as they stand on the card on the desk."""
    side, booking = _side(), get_booking(normal_code(code))
    person = booking.passenger_at(position)
    if person is None:
        return side.back(booking)
    present = {name: getattr(person, name) for name in ("document_kind", "birth_date", "sex")}
    form, status = Form(request.form.to_dict(), _labels(), present), 422
    if request.method == "POST" and (typed := form.load(CardIn())):
        keyring = current_app.extensions["keyring"]
        try:
            correct_document(booking.code, position, Document(**typed), keyring, user().id)
        except NotFound:
            return side.back(booking)
        except Refusal as refusal:
            form.refuse(refusal, refusal.field)
            status = refusal.status
        else:
            flash(
                _(
                    "Dokumen %(name)s sudah dibetulkan. Kode lama tidak berlaku; cetak tiket yang baru.",
                    name=person.name,
                )
            )
            return side.back(booking)
    page = render_template(
        "changes/document.html",
        side=side,
        booking=booking,
        form=form,
        person=person,
        kinds=list(KINDS.items()),
        # The number is typed from the card on the desk, so the page need not tell it.
        written=mask(person.document_number),
    )
    return (page, status) if form.errors else page


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
        paid = pay_refund(refund_id, user().id, int(typed) if typed else None)
    except NotFound:
        raise
    except Refusal as refusal:
        return _refunds_page(sentence(refusal.code, refusal.details), refund_id), refusal.status
    amount, name = words.rupiah(paid.amount_idr or 0), paid.passenger.name
    flash(_("Sudah dicatat: %(amount)s dibayarkan kepada %(name)s.", amount=amount, name=name))
    return redirect(url_for("counter.refunds"), 303)


def _labels() -> dict[str, str]:
    return {
        "document_kind": _("Dokumen"),
        "document_number": _("Nomor di dokumen"),
        "birth_date": _("Tanggal lahir"),
        "sex": _("Jenis kelamin"),
    }


def _refunds_page(fault: str = "", at: int = 0) -> str:
    refunds = list_open_refunds(own_ports())
    return render_template("gate/refunds.html", refunds=refunds, fault=fault, at=at, as_of=clock.now())


def _side() -> Side:
    return Side("gate/base.html", "counter", "counter.booking", user().id)
