"""Drafts of travel rules: begin one from a set, change its rules, propose it with its date, approve it."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.booking.fields import Shape, Text
from app.errors import NotFound, Refusal, or_refuse
from app.rules.actions import drafts
from app.rules.authoring.rule_faults import RuleFaults
from app.rules.authoring.validation import PLACES
from app.rules.models import RuleSet
from app.rules.queries import get_set_or_draft, list_drafts, list_places
from app.rules.wording.conditions import condition
from app.web.admin.door import ID, bp, go, only_administrator, readers
from app.web.admin.rule_choices import choices, name_labels
from app.web.admin.rule_choices import labels as rule_labels
from app.web.admin.rule_fields import logic_as_json, logic_typed, typed_from, why_json
from app.web.admin.rule_form import RuleForm, field_of
from app.web.admin.rules import set_page
from app.web.admin.schemas import FormMoment, MaybeText
from app.web.forms import Form
from app.web.guard import user
from app.web.judging.fact_fields import language
from app.web.judging.rule_sets import set_name
from app.web.today import home_zone

WHEREABOUTS = [f"{key}_{place}" for key in ("where", "except") for place in PLACES]
"""The fields behind a fold, which opens where one of them is filled in."""


class NamesIn(Shape):
    """The names of a draft."""

    name_id = Text(120, required=True)
    name_en = MaybeText(120, load_default="")


class ProposalIn(Shape):
    """From when on a draft is to be in force; empty for as soon as it is approved."""

    in_force_from = FormMoment(load_default=None)


@bp.post("/aturan/rancangan")
@only_administrator
def begin_draft() -> tuple[str, int] | Response:
    """Begin a draft from the set `based_on`, or an empty one; the way back to an older set is the same."""
    based_on = request.form.get("based_on", "")
    if based_on and not (based_on.isdecimal() and len(based_on) < 10):
        raise NotFound("rule_set_not_found")
    set_id = int(based_on) if based_on else None
    form = Form(request.form.to_dict(), name_labels())
    given = form.load(NamesIn())
    if given is None:
        found = get_set_or_draft(set_id) if set_id else None
        return render_template("admin/new_draft.html", form=form, based_on=found), 422
    asked = (given["name_id"], given["name_en"], set_id, user().id, 1)
    same = (d for d in list_drafts() if (d.name_id, d.name_en, d.based_on_id, d.created_by, d.version) == asked)
    # The same form sent twice begins one.
    draft = next(same, None) or drafts.start_draft(given["name_id"], given["name_en"], user().id, set_id)
    return _back(draft, _("Rancangan sudah dimulai. Ubah aturannya, lalu usulkan."))


@bp.get("/aturan/rancangan")
@only_administrator
def new_draft() -> str:
    """The form for a draft from the set `based_on`, or for an empty one."""
    set_id = request.args.get("based_on", type=int)
    based_on = get_set_or_draft(set_id) if set_id else None
    return render_template("admin/new_draft.html", form=Form(labels=name_labels()), based_on=based_on)


@bp.post(f"/aturan/<{ID}:set_id>/nama")
@only_administrator
def rename_draft(set_id: int) -> tuple[str, int] | Response:
    """Call a draft something else."""
    form = Form(request.form.to_dict(), name_labels())
    given = form.load(NamesIn())
    if given is None:
        return set_page(get_set_or_draft(set_id), names=form), 422
    return _back(drafts.rename_draft(set_id, **given), _("Nama rancangan sudah disimpan."))


@bp.post(f"/aturan/<{ID}:set_id>/buang")
@only_administrator
def discard_draft(set_id: int) -> Response:
    """Throw a draft away."""
    drafts.discard_draft(set_id)
    return go("rules", _("Rancangan sudah dibuang."))


# One rule


@bp.get(f"/aturan/<{ID}:set_id>/tambah")
@only_administrator
def new_rule(set_id: int) -> str:
    """The form for a new rule."""
    return _rule_page(_draft(set_id), RuleForm({}, language()))


@bp.get(f"/aturan/<{ID}:set_id>/ubah/<code>")
@only_administrator
def draft_rule(set_id: int, code: str) -> str:
    """The form with a rule of the draft."""
    draft = _draft(set_id)
    return _rule_page(draft, RuleForm(typed_from(_body(draft, code), language()), language()), code)


@bp.post(f"/aturan/<{ID}:set_id>/tambah")
@only_administrator
def add_rule(set_id: int) -> str | tuple[str, int] | Response:
    """Save a new rule; or give the form back, rearranged."""
    return _save(set_id, "")


@bp.post(f"/aturan/<{ID}:set_id>/ubah/<code>")
@only_administrator
def change_rule(set_id: int, code: str) -> str | tuple[str, int] | Response:
    """Save a rule of the draft; or give the form back, rearranged."""
    return _save(set_id, code)


@bp.post(f"/aturan/<{ID}:set_id>/hapus/<code>")
@only_administrator
def remove_rule(set_id: int, code: str) -> Response:
    """Take a rule out of the draft."""
    return _back(drafts.remove_rule(set_id, code), _("Aturan %(code)s sudah dihapus dari rancangan.", code=code))


def _save(set_id: int, code: str) -> str | tuple[str, int] | Response:
    draft = _draft(set_id)
    if code:
        _body(draft, code)
    form = RuleForm(request.form.to_dict(), language(), list_places(), draft.bodies)
    if wish := form.value("do"):
        form = _rearranged(form, wish)
        return _rule_page(draft, form, code), 422 if form.errors else 200
    body = form.body()
    if body is None:
        return _rule_page(draft, form, code), 422
    if not code and draft.rule_of(body["code"]):
        form.refuse(Refusal("rule_code_taken", field="code", rule=body["code"]))
        return _rule_page(draft, form, code), 409
    try:
        drafts.put_rule(set_id, body, user().id, code)
    except RuleFaults as refusal:
        form.refuse_faults(refusal.faults)
        return _rule_page(get_set_or_draft(set_id), form, code), refusal.status
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _rule_page(get_set_or_draft(set_id), form, code), refusal.status
    return _back(draft, _("Aturan %(code)s sudah disimpan.", code=body["code"]), body["code"])


def _rearranged(form: RuleForm, wish: str) -> RuleForm:
    """Another row, or the logic written in the other way; nothing that was typed is lost."""
    if wish == "row":
        return RuleForm({**form.typed, "row_count": str(form.row_count + 1)}, form.language)
    if form.blank and wish in ("json", "table"):
        return RuleForm({**form.typed, "logic_as": wish, "logic": ""}, form.language)
    logic = form.check_logic()
    if logic is None or wish not in ("json", "table"):
        return form
    as_wished = logic_as_json(logic) if wish == "json" else logic_typed(logic, form.language)
    return RuleForm({**form.typed, **as_wished}, form.language)


def _rule_page(draft: RuleSet, form: RuleForm, code: str = "") -> str:
    logic = form.logic()
    return render_template(
        "admin/rule.html",
        draft=draft,
        code=code,
        form=form,
        places_open=any(form.errors.get(at) or form.value(at) for at in WHEREABOUTS),
        said=None if logic is None else condition(logic, language()),
        why_json="" if logic is None or form.as_table else why_json(logic),
        **choices(language()),
    )


# Two people publish


@bp.post(f"/aturan/<{ID}:set_id>/usul")
@only_administrator
def propose_draft(set_id: int) -> tuple[str, int] | Response:
    """Put the draft forward as it was seen."""
    form = Form(request.form.to_dict(), proposal_labels())
    given = form.load(ProposalIn())
    if given is None:
        return set_page(get_set_or_draft(set_id), proposal=form), 422
    begins = given["in_force_from"]
    if begins is not None:
        begins = begins.replace(tzinfo=home_zone())
    try:
        drafts.propose(set_id, user().id, begins, _version())
    except NotFound:
        raise
    except RuleFaults as refusal:
        _tell_unfinished(form, get_set_or_draft(set_id), refusal)
        return set_page(get_set_or_draft(set_id), proposal=form), refusal.status
    except Refusal as refusal:
        form.refuse(refusal)
        return set_page(get_set_or_draft(set_id), proposal=form), refusal.status
    return _back(get_set_or_draft(set_id), _("Rancangan sudah diusulkan. Orang lain yang berhak menyetujuinya."))


@bp.post(f"/aturan/<{ID}:set_id>/setuju")
@readers
def approve_draft(set_id: int) -> tuple[str, int] | Response:
    """Publish what somebody else has proposed, as it was seen."""
    try:
        made = drafts.approve(set_id, user().id, _version())
    except NotFound:
        raise
    except Refusal as refusal:
        form = Form(labels=proposal_labels())
        form.refuse(refusal, "in_force_from" if refusal.code == "set_in_the_past" else "")
        return set_page(get_set_or_draft(set_id), proposal=form), refusal.status
    return _back(made, _("%(name)s sudah diterbitkan.", name=set_name(made)))


def _tell_unfinished(form: Form, draft: RuleSet, refusal: RuleFaults) -> None:
    """Say of each rule which of its fields keep the draft from being proposed."""
    called = rule_labels()
    for at, rule in enumerate(draft.rules):
        places = [fault.path.partition(".")[2] for fault in refusal.faults if fault.path.startswith(f"[{at}].")]
        if places:
            names = dict.fromkeys(called.get(field_of(place), called["code"]) for place in places)
            form.labels[rule.code] = rule.body["title"]["id"]
            form.errors[rule.code] = _("Lengkapi dahulu: %(fields)s.", fields="; ".join(names))


def _version() -> int:
    typed = request.form.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def _draft(set_id: int) -> RuleSet:
    found = get_set_or_draft(set_id)
    if not found.is_draft:
        raise Refusal("not_a_draft")
    return found


def _body(draft: RuleSet, code: str) -> dict[str, Any]:
    return or_refuse(draft.rule_of(code), "rule_not_found").body


def _back(draft: RuleSet, told: str, anchor: str | None = None) -> Response:
    return go("rules_set", told, set_id=draft.id, _anchor=anchor)


def proposal_labels() -> dict[str, str]:
    """Label the fields of a proposal."""
    return {"in_force_from": _("Berlaku mulai")}
