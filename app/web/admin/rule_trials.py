"""Trying rules before they count, on an invented passenger."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from app import clock
from app.rules import facts
from app.rules.authoring.validation import fact_of
from app.rules.engine.judge import Prepared, judge, prepare, told
from app.rules.engine.paths import paths
from app.rules.models import RuleSet
from app.rules.queries import find_set_in_force, get_set_or_draft
from app.rules.wording.amounts import unit_word
from app.rules.wording.vocabulary import fact_word, value_word
from app.web.admin.door import ID, bp, readers
from app.web.forms import Form
from app.web.judging.fact_fields import language
from app.web.today import home, today

PAPERS = 3
COMPANIONS = 2

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("voyage", ("stage", "voyage", "season")),
    ("person", ("person", "adult", "travel")),
    ("papers", ("identity", "ticket")),
    ("goods", ("baggage", "goods")),
)
"""The parts of the form, each with the beginnings of its facts' names."""


ORDINARY = {
    "stage": "gangway",
    "voyage.operator": "PELNI",
    "voyage.service": "ordinary",
    "voyage.minutes_to_departure": "60",
    "voyage.souls_aboard": "100",
    "voyage.ceiling": "500",
    "voyage.share_percent": "50",
    "person.age_years": "30",
    "person.infant": "no",
    "person.named": "yes",
    "identity.kind": "ktp",
    "identity.name_matches": "yes",
    "identity.number_matches": "yes",
    "identity.person_matches": "yes",
    "ticket.exists": "yes",
    "ticket.state": "confirmed",
    "ticket.paid": "yes",
    "ticket.this_voyage": "yes",
    "ticket.this_port": "yes",
    "ticket.used_here": "no",
    "ticket.exchanged": "yes",
    "ticket.free": "no",
    "ticket.discounted": "no",
    "ticket.reduction": "none",
    "ticket.party": "1",
    "baggage.kg": "10",
    "baggage.cm3": "50000",
    "no_goods": "1",
}
"""With what the form begins: an adult with whom all is well, so that only what is to be tried is changed."""


class FactsForm(Form):
    """An invented passenger: whatever is left empty is not known."""

    def passenger(self) -> dict[str, Any]:
        """The facts that were typed; `errors` at those that cannot be read."""
        known: dict[str, Any] = {}
        for fact in facts.FACTS:
            if "[]" in fact.name or fact.type == facts.LIST:
                continue
            typed = self.value(fact.name).strip()
            if typed:
                _put(known, fact.name, self._read(fact, typed))
        person = known.get("person", {})
        if person.get("age_years") is not None:
            # Whoever changes the years should not have to reckon the months.
            person.setdefault("age_months", person["age_years"] * 12)
        if self.value("no_goods") and not known.get("goods"):
            known["goods"] = []
        papers = [paper for place in range(PAPERS) if (paper := self._paper(place))]
        if papers or self.value("no_papers"):
            known["documents"] = papers
        people = [person for place in range(COMPANIONS) if (person := self._companion(place))]
        if people or self.value("alone"):
            known["companions"] = people
        return known

    def _read(self, fact: facts.Fact, typed: str, name: str = "") -> Any:
        name = name or fact.name
        if fact.type == facts.INTEGER:
            if not re.fullmatch(r"-?[0-9]{1,9}", typed, re.ASCII):
                self.errors[name] = _("Tulis bilangan bulat, misalnya 24.")
                return None
            return int(typed)
        if fact.type == facts.TRUTH:
            return typed == "yes"
        if fact.type == facts.DAY and not facts.is_day(typed):
            self.errors[name] = _("Tulis hari seperti 2026-11-27, atau pilih dari kalender.")
            return None
        if fact.type == facts.TEXTS:
            return [one for one in fact.choices if one in request.args.getlist(fact.name)]
        if fact.choices and typed not in fact.choices:
            self.errors[name] = _("Pilih salah satu dari daftar.")
            return None
        return typed

    def _item(self, at: str, listed: str, parts: tuple[str, ...]) -> dict[str, Any]:
        return {
            part: self._read(facts.BY_NAME[f"{listed}[].{part}"], typed, f"{at}-{part}")
            for part in parts
            if (typed := self.value(f"{at}-{part}").strip())
        }

    def _paper(self, place: int) -> dict[str, Any]:
        at = f"papers-{place}"
        paper = self._item(at, "documents", ("kind", "issuer", "result", "signed"))
        hours = self.value(f"{at}-hours").strip()
        if paper and hours:
            read = self._read(facts.BY_NAME["documents[].minutes"], hours, f"{at}-hours")
            paper["minutes"] = None if read is None else read * 60
        return paper if "kind" in paper else {}

    def _companion(self, place: int) -> dict[str, Any]:
        return self._item(f"people-{place}", "companions", ("age_years", "carer", "verdict"))


def _put(known: dict[str, Any], name: str, value: Any) -> None:
    first, _dot, rest = name.partition(".")
    if rest:
        known.setdefault(first, {})[rest] = value
    else:
        known[first] = value


@dataclass(frozen=True)
class TrialAnswer:
    """The answer of a set about the invented passenger."""

    rule_set: RuleSet
    outcome: str
    reasons: list[dict[str, Any]]


@bp.get(f"/aturan/<{ID}:set_id>/coba")
@readers
def rules_try(set_id: int) -> str | tuple[str, int]:
    """The form with the facts that this set looks at; sent, what it says of them, beside the set in force now."""
    found = get_set_or_draft(set_id)
    port = home()
    asked = {**ORDINARY, "voyage.day": today().isoformat(), "voyage.port": port.code if port else ""}
    form = FactsForm(request.args.to_dict(), _labels(), {} if request.args else asked)
    answers: list[TrialAnswer] = []
    if request.args:
        known = form.passenger()
        for name in ("stage", "voyage.day"):
            if not form.value(name).strip():
                form.errors[name] = _("Bagian ini belum diisi. Isi dahulu.")
        if not form.errors:
            current = find_set_in_force(clock.now())
            sets = [found] if current is None or current.id == found.id else [found, current]
            answers = [_answer(one, known) for one in sets]
    bodies = found.bodies
    looked_at = _looked_at(prepare(bodies))
    page = render_template(
        "admin/rules_try.html",
        rule_set=found,
        form=form,
        answers=answers,
        groups=[(_group(name), _facts(looked_at, starts)) for name, starts in GROUPS],
        papers=range(PAPERS) if "documents" in looked_at else (),
        people=range(COMPANIONS) if "companions" in looked_at else (),
        options=_options,
        words=_words,
    )
    return (page, 422) if form.errors else page


def _answer(rule_set: RuleSet, known: Mapping[str, Any]) -> TrialAnswer:
    bodies = rule_set.bodies
    verdict = judge(prepare(bodies), known)
    said = told(verdict, bodies, "officer", language())
    reasons = [{**reason, "words": words} for reason, words in zip(verdict["reasons"], said, strict=True)]
    return TrialAnswer(rule_set, verdict["outcome"], reasons)


def _looked_at(rules: list[Prepared]) -> set[str]:
    """The facts that these rules look at, or that decide whether they apply."""
    found = {"stage", "voyage.day"}
    for one in rules:
        found |= paths(one.logic)
        found |= {fact_of(place) for key in ("where", "except") for place in one.rule.get(key) or {}}
    return found


def _facts(looked_at: set[str], starts: tuple[str, ...]) -> list[facts.Fact]:
    return [f for f in facts.FACTS if f.name in looked_at and f.name.split(".")[0] in starts and f.type != facts.LIST]


def _group(name: str) -> str:
    return {
        "voyage": _("Perjalanan"),
        "person": _("Orangnya"),
        "papers": _("Identitas dan tiket"),
        "goods": _("Bagasi dan barang"),
    }[name]


def _options(name: str) -> list[tuple[str, str]]:
    fact = facts.BY_NAME[name]
    unknown = ("", _("tidak diketahui"))
    if fact.type == facts.TRUTH:
        return [unknown, ("yes", _("ya")), ("no", _("tidak"))]
    return [unknown, *((one, value_word(one, language())) for one in fact.choices)]


def _words(name: str) -> str:
    """Name a fact, with the unit in which it is typed."""
    unit = unit_word(name, language())
    return f"{fact_word(name, language())} ({unit})" if unit else fact_word(name, language())


def _labels() -> dict[str, str]:
    labels = {f.name: _words(f.name) for f in facts.FACTS}
    labels |= {f"papers-{place}-hours": _("Dokumen %(number)s, jam", number=place + 1) for place in range(PAPERS)}
    return labels
