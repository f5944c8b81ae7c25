"""What travelers enter ahead on their own booking: doses, tests and letters, where the rules of the day ask for it."""

from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.booking.asking import Asked, Requirements, asked_of, enterable
from app.booking.models import Booking, BookingState, ShownDocument
from app.booking.saying import LETTERS, enter_document, say, withdraw_document
from app.errors import Refusal
from app.rules.facts import ISSUERS, PURPOSES, RESULTS
from app.web import verdicts
from app.web.forms import Form
from app.web.gate.post import issuer_words
from app.web.guard import public
from app.web.traveler.booking import BRINGS
from app.web.traveler.door import ask_who, bp, find_mine, go

PATH = "/pesanan/<code>/dokumen"
PERSON = f"{PATH}/<int(max=99):position>"

COUNTS = ("person.doses", "person.pregnant_weeks", "travel.companions")
CHOICES = ("travel.purpose",)


@bp.get(PATH)
@public
def ahead(code: str) -> str | Response:
    """One card for each person of whom the rules ask something that can be entered ahead."""
    booking = find_mine(code)
    if booking is None:
        return ask_who(code)
    asks = enterable(booking, clock.now())
    return go("ticket", booking.code) if asks is None else _page(booking, asks)


@bp.post(PERSON)
@public
def say_ahead(code: str, position: int) -> str | Response | tuple[str, int]:
    """What somebody says of themselves; only what differs from what is known is kept."""
    booking = find_mine(code)
    if booking is None:
        return ask_who(code)
    asks, person, passenger = asked_of(booking, position, clock.now())
    form = Form(request.form.to_dict(), _labels(asks))
    before = _said(asks, person)
    try:
        told = {fact: _value(position, fact) for fact in person.facts}
        say(passenger.id, {fact: value for fact, value in told.items() if value != before.get(fact)})
    except Refusal as refusal:
        form.refuse(refusal, f"{position}-{_field(str(refusal.details.get('fact', '')))}")
        return _page(booking, asks, form), refusal.status
    return _kept(booking)


@bp.post(f"{PERSON}/surat")
@public
def paper_ahead(code: str, position: int) -> str | Response | tuple[str, int]:
    """A test or a letter; it counts at the gate once an officer has seen it."""
    booking = find_mine(code)
    if booking is None:
        return ask_who(code)
    asks, person, passenger = asked_of(booking, position, clock.now())
    form = Form(request.form.to_dict(), _labels(asks))
    typed = {name: form.value(f"{position}-{name}") for name in ("kind", "result", "taken_at", "issuer", "letter")}
    kind = typed["kind"]
    try:
        if kind not in person.kinds:
            raise Refusal("paper_kind_unknown", 422, field="kind")
        enter_document(
            passenger.id,
            kind,
            _moment(typed["taken_at"], booking),
            issuer=typed["issuer"] or None,
            result=None if kind in LETTERS else typed["result"] or None,
            letter=typed["letter"],
        )
    except Refusal as refusal:
        form.refuse(refusal, f"{position}-{refusal.field}")
        return _page(booking, asks, form), refusal.status
    return _kept(booking)


@bp.post(f"{PERSON}/surat/<int(max=2147483647):paper_id>/tarik")
@public
def withdraw_ahead(code: str, position: int, paper_id: int) -> Response:
    """It was a mistake."""
    booking = find_mine(code)
    if booking is None:
        return ask_who(code)
    _asks, _asked, passenger = asked_of(booking, position, clock.now())
    withdraw_document(paper_id, passenger.id)
    return _kept(booking)


def _field(fact: str) -> str:
    return fact.replace(".", "_")


def _value(position: int, fact: str) -> Any:
    typed = request.form.get(f"{position}-{_field(fact)}", "").strip()
    if fact in COUNTS:
        if typed and not (typed.isascii() and typed.isdigit() and len(typed) < 10):
            raise Refusal("whole_number", 422, fact=fact)
        return int(typed) if typed else None
    if fact in CHOICES:
        return typed or None
    return {"true": True, "false": False}.get(typed)


def _moment(typed: str, booking: Booking) -> datetime:
    """`2022-04-27T06:10` on the port's clock. Raises Refusal `moment`."""
    try:
        moment = datetime.fromisoformat(typed.strip())
    except ValueError:
        raise Refusal("moment", 422, field="taken_at") from None
    if moment.tzinfo is not None or not 2000 < moment.year < 2200:
        raise Refusal("moment", 422, field="taken_at")
    return moment.replace(tzinfo=booking.from_call.port.tz)


def _said(asks: Requirements, person: Asked) -> dict[str, Any]:
    known = asks.known.statements if asks.known else {}
    return {fact: one.value for fact, one in known.get(person.passenger.id if person.passenger else 0, {}).items()}


def _kept(booking: Booking) -> Response:
    return redirect(url_for("traveler.ahead", code=booking.code, dicatat=1), 303)


def _papers(asks: Requirements, person: Asked) -> list[ShownDocument]:
    known = asks.known.documents if asks.known else {}
    return list(known.get(person.passenger.id if person.passenger else 0, ()))


def _page(booking: Booking, asks: Requirements, form: Form | None = None) -> str:
    people = [person for person in asks.people if person.passenger and (person.facts or person.kinds)]
    form = form or Form(labels=_labels(asks))
    for person in people:
        assert person.passenger is not None  # noqa: S101
        said = _said(asks, person)
        form.defaults = {
            **form.defaults,
            **{f"{person.passenger.position}-{_field(fact)}": _typed(value) for fact, value in said.items()},
        }
    port = booking.from_call.port
    return render_template(
        "traveler/ahead.html",
        booking=booking,
        asks=asks,
        people=[(person, [(p, _paper_words(p, port)) for p in _papers(asks, person)]) for person in people],
        form=form,
        field=_field,
        words=_words(),
        counts=COUNTS,
        purposes=[("", _("Belum diisi")), *((purpose, _purposes()[purpose]) for purpose in PURPOSES)],
        kinds=verdicts.PAPERS,
        results=[("", _("Surat, tanpa hasil")), *((result, verdicts.RESULTS[result]) for result in RESULTS)],
        issuers=[("", _("Tidak tertulis")), *((issuer, issuer_words()[issuer]) for issuer in ISSUERS)],
        letters=LETTERS,
        brings=BRINGS,
        kept="dicatat" in request.args,
        paid=booking.state_at(clock.now()) == BookingState.CONFIRMED,
        now_here=f"{clock.now().astimezone(port.tz):%Y-%m-%dT%H:%M}",
    )


def _paper_words(paper: ShownDocument, port: Any) -> str:
    told = {"kind": paper.kind, "result": paper.result, "taken_at": paper.taken_at.isoformat()}
    return str(verdicts.paper_words(told, port))


def _typed(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def _labels(asks: Requirements) -> dict[str, str]:
    """What each input is called in the summary of errors."""
    return {
        f"{person.passenger.position}-{name}": f"{person.passenger.name}: {word}"
        for person in asks.people
        if person.passenger
        for name, word in _words().items()
    }


def _words() -> dict[str, str]:
    return {
        "person_doses": _("Berapa kali divaksin Covid-19"),
        "person_health_app": _("Aplikasi kesehatan sudah diisi"),
        "person_special_condition": _("Tidak dapat divaksin, menurut dokter"),
        "person_foreigner_from_abroad": _("Orang asing yang datang dari luar negeri"),
        "person_unwell": _("Sedang sakit"),
        "person_pregnant_weeks": _("Hamil berapa minggu (0 bila tidak)"),
        "travel_purpose": _("Keperluan perjalanan"),
        "travel_companions": _("Berapa orang yang menemani"),
        "kind": _("Tes atau surat"),
        "result": _("Hasil tes"),
        "issuer": _("Dikeluarkan oleh"),
        "taken_at": _("Sampel diambil, atau surat tertanggal"),
        "letter": _("Nomor surat"),
    }


def _purposes() -> dict[str, str]:
    return {
        "homecoming": _("Mudik"),
        "other": _("Lainnya"),
        "logistics": _("Membawa barang logistik"),
        "duty": _("Perjalanan dinas"),
        "sick_family": _("Menjenguk keluarga yang sakit"),
        "family_death": _("Keluarga meninggal"),
        "pregnancy": _("Ibu hamil"),
        "childbirth": _("Persalinan"),
    }
