"""The post beside the gate: tests and letters, baggage and goods of one ticket, and exemptions; then it is scanned."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.accounts.models import Role
from app.boarding.queries import find_last_judged, get_departure
from app.booking.code import BadTicket, clean_serial
from app.booking.facts import Known, known_of
from app.booking.models import Ticket
from app.booking.queries import find_ticket
from app.booking.saying import LETTERS, enter_document, say, see_document, withdraw_document
from app.errors import NotFound, Refusal
from app.rules.exempting import grant_exemption
from app.rules.facts import DOCUMENT_KINDS, GOODS, ISSUERS, RESULTS
from app.rules.queries import exemptions_of, prepared_set
from app.web import verdicts
from app.web.forms import Form
from app.web.gate.boarding import bp, facts
from app.web.guard import only, user

PATH = "/<int(max=2147483647):departure_id>/<int(max=2147483647):gate_id>/periksa/<serial>"

TRUTHS = (
    "identity.name_matches",
    "identity.number_matches",
    "identity.person_matches",
    "ticket.exchanged",
    "person.health_app",
    "person.special_condition",
    "person.foreigner_from_abroad",
    "person.unwell",
)
COUNTS = ("person.doses", "person.pregnant_weeks", "baggage.kg", "baggage.cm3")


@bp.get(PATH)
@only(Role.OFFICER)
def post(departure_id: int, gate_id: int, serial: str) -> str:
    """What is known about the holder, what the last scan missed, and the forms for it."""
    return _page(departure_id, gate_id, _ticket(departure_id, serial))


@bp.post(PATH)
@only(Role.OFFICER)
def told(departure_id: int, gate_id: int, serial: str) -> Response | tuple[str, int]:
    """What the officer has looked at; only what differs from what is known is kept."""
    ticket = _ticket(departure_id, serial)
    form = Form(request.form.to_dict(), _labels())
    try:
        said = _changes(known_of([ticket.passenger_id]), ticket)
        say(ticket.passenger_id, said, user().id)
    except Refusal as refusal:
        form.refuse(refusal, str(refusal.details.get("fact", refusal.field or "")).replace(".", "-"))
        return _page(departure_id, gate_id, ticket, form), refusal.status
    return _back(departure_id, gate_id, ticket, "facts")


@bp.post(f"{PATH}/surat")
@only(Role.OFFICER)
def paper(departure_id: int, gate_id: int, serial: str) -> Response | tuple[str, int]:
    """A test or a letter that the officer has in the hand."""
    ticket = _ticket(departure_id, serial)
    typed = request.form.to_dict()
    form = Form(typed, _labels())
    kind = typed.get("kind", "")
    try:
        enter_document(
            ticket.passenger_id,
            kind,
            _moment(typed.get("taken_at", ""), departure_id),
            issuer=typed.get("issuer") or None,
            result=None if kind in LETTERS else typed.get("result") or None,
            signed="signed" in typed if kind in LETTERS else None,
            letter=typed.get("letter", ""),
            entered_by=user().id,
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(departure_id, gate_id, ticket, form), refusal.status
    return _back(departure_id, gate_id, ticket, "papers")


@bp.post(f"{PATH}/surat/<int(max=2147483647):paper_id>")
@only(Role.OFFICER)
def paper_looked_at(departure_id: int, gate_id: int, serial: str, paper_id: int) -> Response:
    """It was seen, or it was a mistake."""
    ticket = _ticket(departure_id, serial)
    if "withdraw" in request.form:
        withdraw_document(paper_id, ticket.passenger_id, user().id)
    else:
        see_document(paper_id, ticket.passenger_id, user().id)
    return _back(departure_id, gate_id, ticket, "papers")


@bp.post(f"{PATH}/pengecualian")
@only(Role.OFFICER)
def exemption(departure_id: int, gate_id: int, serial: str) -> Response | tuple[str, int]:
    """A written exception to one rule for this ticket, by an officer who may grant it."""
    ticket = _ticket(departure_id, serial)
    typed = request.form.to_dict()
    form = Form(typed, _labels())
    try:
        rule, why, number = (typed.get(name, "") for name in ("rule", "reason", "exemption_letter"))
        grant_exemption(ticket.id, rule[:60], why[:300], number[:80], user().id)
    except Refusal as refusal:
        form.refuse(refusal, {"letter": "exemption_letter"}.get(refusal.field or "", refusal.field))
        return _page(departure_id, gate_id, ticket, form), refusal.status
    return _back(departure_id, gate_id, ticket, "exemption")


def _ticket(departure_id: int, serial: str) -> Ticket:
    """A good ticket of this departure. Raises NotFound."""
    try:
        ticket = find_ticket(clean_serial(serial))
    except BadTicket:
        ticket = None
    departure = get_departure(departure_id)
    if ticket is None or ticket.void_at or ticket.passenger.booking.from_call_id != departure.call_id:
        raise NotFound("ticket_not_found")
    return ticket


def _changes(known: Known, ticket: Ticket) -> dict[str, Any]:
    """What the form says otherwise than is known. Raises Refusal `whole_number` with the fact."""
    before = known.statements.get(ticket.passenger_id, {})
    said: dict[str, Any] = {}
    for fact in TRUTHS:
        said[fact] = {"true": True, "false": False}.get(request.form.get(fact.replace(".", "-"), ""))
    for fact in COUNTS:
        typed = request.form.get(fact.replace(".", "-"), "").strip()
        if typed and not (typed.isascii() and typed.isdigit() and len(typed) < 10):
            raise Refusal("whole_number", 422, fact=fact)
        said[fact] = int(typed) if typed else None
    found = [kind for kind in GOODS if kind in request.form.getlist("goods")]
    said["goods"] = found if found or "searched" in request.form else None
    said["documents"] = [] if "none_shown" in request.form else None
    return {fact: value for fact, value in said.items() if value != (before[fact].value if fact in before else None)}


def _moment(typed: str, departure_id: int) -> datetime:
    """`2022-04-27T06:10` on the port's clock. Raises Refusal `moment`."""
    try:
        moment = datetime.fromisoformat(typed.strip())
    except ValueError:
        raise Refusal("moment", 422, field="taken_at") from None
    if moment.tzinfo is not None or not 2000 < moment.year < 2200:
        raise Refusal("moment", 422, field="taken_at")
    return moment.replace(tzinfo=get_departure(departure_id).call.port.tz)


def _back(departure_id: int, gate_id: int, ticket: Ticket, part: str) -> Response:
    address = url_for("gate.post", departure_id=departure_id, gate_id=gate_id, serial=ticket.serial, kept=part)
    return redirect(address, 303)


def _page(departure_id: int, gate_id: int, ticket: Ticket, form: Form | None = None) -> str:
    head = facts(departure_id, gate_id)
    port = head["port"]
    known = known_of([ticket.passenger_id])
    said = {fact: one.value for fact, one in known.statements.get(ticket.passenger_id, {}).items()}
    last = find_last_judged(ticket.id)
    granted = exemptions_of([ticket.id]).get(ticket.id, [])
    papers = known.documents.get(ticket.passenger_id, ())
    form = form or Form(labels=_labels())
    # What another form on the page left out stands there as it is known.
    form.defaults = _defaults(said, port.tz)
    return render_template(
        "gate/post.html",
        **head,
        ticket=ticket,
        passenger=ticket.passenger,
        form=form,
        said=said,
        papers=[(one, verdicts.paper_words(_as_dict(one), port)) for one in papers],
        last=last,
        told=verdicts.put_scan(last, port) if last else None,
        granted=granted,
        exemptible=_exemptible(last, {one.rule for one in granted}) if user().may_exempt else [],
        kinds=[(kind, verdicts.PAPERS[kind]) for kind in DOCUMENT_KINDS],
        results=[(result, verdicts.RESULTS[result]) for result in RESULTS],
        issuers=[("", _("Tidak tertulis")), *((issuer, issuer_words()[issuer]) for issuer in ISSUERS)],
        goods=[(kind, _goods()[kind]) for kind in GOODS],
        truths=TRUTHS,
        counts=COUNTS,
        labels=_labels(),
        kept=request.args.get("kept", ""),
        showing=uuid4(),
    )


def _as_dict(one: Any) -> Mapping[str, Any]:
    return {"kind": one.kind, "result": one.result, "taken_at": one.taken_at.isoformat()}


def _defaults(said: Mapping[str, Any], zone: Any) -> dict[str, Any]:
    values = {fact.replace(".", "-"): str(said[fact]).lower() for fact in TRUTHS if said.get(fact) is not None}
    values |= {fact.replace(".", "-"): said[fact] for fact in COUNTS if said.get(fact) is not None}
    return {
        **values,
        "kind": "antigen",
        "result": "negative",
        "taken_at": f"{clock.now().astimezone(zone):%Y-%m-%dT%H:%M}",
    }


def _exemptible(last: Any, granted: set[str]) -> list[tuple[str, str]]:
    """The rules that the last scan did not pass by and that this officer may except from."""
    if last is None or last.rule_set is None:
        return []
    rules = {rule["code"]: rule for rule in prepared_set(last.rule_set).rules}
    language = "en" if str(get_locale()) == "en" else "id"
    found = []
    for reason in last.reasons or ():
        rule = rules.get(reason["rule"])
        if rule and reason["rule"] not in granted and user().role in (rule.get("exemption") or {}).get("by", ()):
            found.append((rule["code"], rule["title"][language]))
    return found


def issuer_words() -> dict[str, str]:
    """Who may have issued a paper."""
    return {
        "government_hospital": _("Rumah sakit pemerintah"),
        "other_doctor": _("Dokter lain"),
        "laboratory": _("Laboratorium atau pos kesehatan"),
        "echelon_2": _("Pejabat eselon II"),
        "company_head": _("Pimpinan perusahaan"),
        "village_head": _("Kepala desa atau lurah"),
        "school": _("Sekolah"),
        "other": _("Lainnya"),
    }


def _goods() -> dict[str, str]:
    return {
        "household": _("Perabot rumah"),
        "explosives": _("Bahan peledak"),
        "fireworks": _("Petasan atau kembang api"),
        "firearms": _("Senjata api"),
        "ammunition": _("Amunisi"),
        "sharp_weapons": _("Senjata tajam"),
        "narcotics": _("Narkotika"),
        "chemicals": _("Bahan kimia"),
        "liquor": _("Minuman keras"),
        "wildlife": _("Satwa"),
    }


def _labels() -> dict[str, str]:
    return {
        "identity-name_matches": _("Nama sama dengan kartunya"),
        "identity-number_matches": _("Nomor sama dengan kartunya"),
        "identity-person_matches": _("Orangnya sama dengan foto di kartu"),
        "ticket-exchanged": _("Tanda terima sudah ditukar boarding pass"),
        "person-health_app": _("Aplikasi kesehatan sudah diisi"),
        "person-special_condition": _("Tidak dapat divaksin"),
        "person-foreigner_from_abroad": _("Orang asing yang datang dari luar negeri"),
        "person-unwell": _("Sedang sakit"),
        "person-doses": _("Berapa kali divaksin Covid-19"),
        "person-pregnant_weeks": _("Hamil berapa minggu (0 bila tidak)"),
        "baggage-kg": _("Berat bagasi, kg"),
        "baggage-cm3": _("Ukuran bagasi, cm³ (panjang x lebar x tinggi)"),
        "goods": _("Barang terlarang yang ditemukan"),
        "kind": _("Tes atau surat"),
        "result": _("Hasil tes"),
        "issuer": _("Dikeluarkan oleh"),
        "taken_at": _("Sampel diambil, atau surat tertanggal"),
        "letter": _("Nomor surat"),
        "rule": _("Aturan"),
        "reason": _("Alasan"),
        "exemption_letter": _("Nomor surat pengecualian"),
    }
