"""The post beside the gate: what is still asked of the holder of one ticket, and everything that can be recorded."""

from dataclasses import dataclass
from uuid import uuid4, uuid5

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.accounts.models import Role
from app.boarding.actions.scan import pass_by_supervisor
from app.boarding.gate_rules import ASKED
from app.boarding.judgement import Showing
from app.boarding.models import Scan, Verdict
from app.boarding.queries import find_last_judged, get_departure
from app.booking.actions.documents import enter_document, say, see_document, withdraw_document
from app.booking.eligibility.passenger_facts import known_of
from app.booking.eligibility.statements import LETTERS
from app.booking.models import Ticket
from app.errors import Refusal
from app.rules.engine.paths import paths, texts
from app.rules.facts import DOCUMENT_KINDS
from app.rules.queries import prepared_set
from app.web.forms import Form
from app.web.gate.boarding import FRESH, bp, document_of, get_ticket_here, head_of, judge, read_uuid, showing_now
from app.web.guard import only, user
from app.web.judging import exemptions, fact_fields, verdicts

PATH = "/<int(max=2147483647):departure_id>/<int(max=2147483647):gate_id>/periksa/<serial>"

GROUPS: dict[str, tuple[str, ...]] = {
    "identity": ("identity.name_matches", "identity.number_matches", "identity.person_matches", "ticket.exchanged"),
    "health": (
        "person.doses",
        "person.health_app",
        "person.special_condition",
        "person.from_abroad",
        "person.foreigner_from_abroad",
        "person.unwell",
        "person.pregnant_weeks",
        "documents",
    ),
    "travel": ("travel.purpose", "travel.companions"),
    "goods": ("baggage.kg", "baggage.cm3", "goods"),
}
"""All that an officer may say, as it is asked together."""

REASON_MAX = 200
"""Characters of a supervisor's reason."""

BUTTONS = frozenset(ASKED) - {"documents"}
"""The facts for which the verdict has a button. That a paper is shown has none: it must be written down."""

SAYABLE = tuple(fact for group in GROUPS.values() for fact in group)


@dataclass(frozen=True)
class DocumentGroup:
    """Inputs that are folded together, and the words on the fold."""

    title: str
    fields: list[fact_fields.Field]


@bp.get(PATH)
@only(Role.OFFICER)
def post(departure_id: int, gate_id: int, serial: str) -> str:
    """The last verdict, what it misses with the inputs for it, and the rest folded."""
    return _page(departure_id, gate_id, get_ticket_here(departure_id, serial))


@bp.post(PATH)
@only(Role.OFFICER)
def told(departure_id: int, gate_id: int, serial: str) -> Response | tuple[str, int]:
    """Read what the officer has looked at; only what differs from what is known is kept."""
    ticket = get_ticket_here(departure_id, serial)
    known = known_of([ticket.passenger_id]).statements.get(ticket.passenger_id, {})
    try:
        say(ticket.passenger_id, fact_fields.read(fact_fields.fields(SAYABLE), known), user().id)
    except Refusal as refusal:
        return _refused(
            departure_id, gate_id, ticket, refusal, fact_fields.name_of(str(refusal.details.get("fact", "")))
        )
    return _done(departure_id, gate_id, ticket)


@bp.post(f"{PATH}/surat")
@only(Role.OFFICER)
def paper(departure_id: int, gate_id: int, serial: str) -> Response | tuple[str, int]:
    """A test or a letter that the officer has in the hand."""
    ticket = get_ticket_here(departure_id, serial)
    sent = {name: request.form.get(name, "") for name in fact_fields.PAPER}
    try:
        read = fact_fields.read_paper(sent, get_departure(departure_id).call.port)
        signed = "signed" in request.form if read["kind"] in LETTERS else None
        enter_document(ticket.passenger_id, **read, signed=signed, entered_by=user().id)
    except Refusal as refusal:
        return _refused(departure_id, gate_id, ticket, refusal, refusal.field or "")
    return _done(departure_id, gate_id, ticket)


@bp.post(f"{PATH}/surat/<int(max=2147483647):paper_id>")
@only(Role.OFFICER)
def paper_looked_at(departure_id: int, gate_id: int, serial: str, paper_id: int) -> Response:
    """It was seen, or it was a mistake."""
    ticket = get_ticket_here(departure_id, serial)
    if "withdraw" in request.form:
        withdraw_document(paper_id, ticket.passenger_id, user().id)
    else:
        see_document(paper_id, ticket.passenger_id, user().id)
    return _done(departure_id, gate_id, ticket)


@bp.post(f"{PATH}/loloskan")
@only(Role.OFFICER)
def supervisors_pass(departure_id: int, gate_id: int, serial: str) -> Response | tuple[str, int]:
    """A supervisor lets the holder pass, with a reason that is kept with the scan."""
    ticket = get_ticket_here(departure_id, serial)
    reason, form = request.form.get("supervisor_reason", "")[:REASON_MAX], read_uuid(request.form.get("sending"))
    scan_id = str(uuid5(form, f"{departure_id} {gate_id} {user().id} {ticket.serial} {reason}") if form else uuid4())
    keyring = current_app.extensions["keyring"]
    try:
        showing_id = str(read_uuid(request.form.get("showing")) or "")
        where = (departure_id, gate_id, user().id, clock.now())
        showing = Showing(scan_id, ticket.serial, *where, showing_id=showing_id)
        answer = pass_by_supervisor(showing, keyring, reason)
    except Refusal as refusal:
        return _refused(departure_id, gate_id, ticket, refusal, "supervisor_reason")
    address = url_for("gate.verdict", departure_id=departure_id, gate_id=gate_id, scan_id=answer.scan_id)
    return redirect(address, 303)


@bp.post(f"{PATH}/pengecualian")
@only(Role.OFFICER)
def exemption(departure_id: int, gate_id: int, serial: str) -> Response | tuple[str, int]:
    """A written exception to one rule for this ticket, by an officer who may grant it."""
    ticket = get_ticket_here(departure_id, serial)
    form = Form(fact_fields.sent(), _labels())
    if refusal := exemptions.grant(ticket.id, form):
        return _page(departure_id, gate_id, ticket, form), refusal.status
    return _done(departure_id, gate_id, ticket)


def _done(departure_id: int, gate_id: int, ticket: Ticket) -> Response:
    """Judged again at once where the button said so, else back to the page, which says that it was kept."""
    if "judge" in request.form:
        return judge(departure_id, gate_id, ticket.serial, told=str(sorted(fact_fields.sent().items())))
    address = url_for("gate.post", departure_id=departure_id, gate_id=gate_id, serial=ticket.serial, kept=1)
    return redirect(address, 303)


def _refused(departure_id: int, gate_id: int, ticket: Ticket, refusal: Refusal, at: str) -> tuple[str, int]:
    form = Form(fact_fields.sent(), _labels())
    form.refuse(refusal, at)
    return _page(departure_id, gate_id, ticket, form), refusal.status


def _page(departure_id: int, gate_id: int, ticket: Ticket, form: Form | None = None) -> str:
    head = head_of(departure_id, gate_id)
    port = head["port"]
    known = known_of([ticket.passenger_id])
    said = known.statements.get(ticket.passenger_id, {})
    last = find_last_judged(ticket.id)
    told = verdicts.put_scan(last, port) if last else None
    wanted, kind = _wanted(last)
    now = fact_fields.write_moment(clock.now(), port)
    granted = exemptions.granted_to(last)
    form = form or Form(labels=_labels())
    # What another form on the page left out stands there as it is known.
    form.defaults = {**fact_fields.typed(said), "kind": kind or "antigen", "result": "negative", "taken_at": now}
    return render_template(
        "gate/documents.html",
        **head,
        ticket=ticket,
        passenger=ticket.passenger,
        form=form,
        papers=[(one, fact_fields.paper_line(one, port)) for one in known.documents.get(ticket.passenger_id, ())],
        labels=fact_fields.paper_labels(),
        options=fact_fields.paper_options(DOCUMENT_KINDS),
        latest=now,
        last=last,
        told=told,
        # A pass is not shown as one where somebody finds the page again later.
        shown_as="past" if last and last.verdict == Verdict.PASS and clock.now() - last.received_at > FRESH else None,
        compare=document_of(last) if last else None,
        asked=fact_fields.fields(fact for fact in SAYABLE if fact in wanted),
        papers_wanted="documents" in wanted,
        groups=_groups(wanted),
        granted=granted,
        exemptible=exemptions.exemptible(last, granted),
        may_pass=user().may_exempt and last is not None and last.verdict != Verdict.PASS,
        kept="kept" in request.args,
        showing=showing_now(),
    )


def _wanted(last: Scan | None) -> tuple[set[str], str]:
    """List the facts that the last scan did not pass by and an officer may say, without those that have a button.

    And the kind of paper that is asked for, the first that a rule names.
    """
    if last is None or last.rule_set is None or last.verdict == Verdict.PASS:
        return set(), ""
    rules = {rule["code"]: rule["logic"] for rule in prepared_set(last.rule_set).rules}
    wanted: set[str] = set()
    kinds: list[str] = []
    for reason in last.reasons or ():
        if reason["outcome"] == "note":
            continue
        logic = rules.get(reason["rule"])
        facts_of_it = {reason["fact"]} - BUTTONS if reason["why"] == "missing" else paths(logic)
        wanted |= facts_of_it & set(SAYABLE)
        if "documents" in facts_of_it:
            kinds += [text for text in texts(logic) if text in DOCUMENT_KINDS]
    return wanted, next(iter(kinds), "")


def _groups(wanted: set[str]) -> list[DocumentGroup]:
    titles = {
        "identity": _("Identitas dan boarding pass"),
        "health": _("Kesehatan"),
        "travel": _("Keperluan perjalanan"),
        "goods": _("Bagasi dan barang"),
    }
    rest = {name: [fact for fact in group if fact not in wanted] for name, group in GROUPS.items()}
    return [DocumentGroup(titles[name], fact_fields.fields(group)) for name, group in rest.items() if group]


def _labels() -> dict[str, str]:
    supervisor = {"supervisor_reason": _("Alasan pengawas")}
    return (
        fact_fields.labels(fact_fields.fields(SAYABLE)) | fact_fields.paper_labels() | exemptions.labels() | supervisor
    )
