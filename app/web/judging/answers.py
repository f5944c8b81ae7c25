"""Answers that an officer can give with one touch at a gate, to have the ticket judged again."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext, lazy_gettext

from app.boarding.gate_rules import asks
from app.schedule.days import Zoned
from app.web import words
from app.web.judging.fact_fields import paper_words, value_label

_ = lazy_gettext

YES: dict[str, Any] = {
    "identity.name_matches": _("nama"),
    "identity.number_matches": _("nomor"),
    "identity.person_matches": _("orangnya"),
    "ticket.exchanged": _("boarding pass ada"),
    "person.health_app": _("aplikasi kesehatan sudah diisi"),
}
"""Facts that an officer finds in order, as a part of the sentence on the button."""

NO: dict[str, Any] = {
    "identity.name_matches": _("Nama tidak cocok"),
    "identity.number_matches": _("Nomor tidak cocok"),
    "identity.person_matches": _("Orangnya lain"),
    "ticket.exchanged": _("Belum ada boarding pass"),
    "person.health_app": _("Aplikasi kesehatan belum diisi"),
}
"""The opposite, on a button of its own: pressed by whoever has looked, never by mistake for the other."""

DOSES = (0, 1, 2, 3)


@dataclass(frozen=True)
class Answer:
    """One button: the facts that it says and the papers that were seen."""

    label: str
    said: dict[str, Any] = field(default_factory=dict)
    seen: list[int] = field(default_factory=list)
    main: bool = False
    apart: bool = False
    """Shown far from the others, so that it is not pressed by mistake for one of them."""

    @property
    def as_text(self) -> str:
        """As a form sends it."""
        return json.dumps({"said": self.said, "seen": self.seen})


def answers_to(reasons: Sequence[Mapping[str, Any]], details: Mapping[str, Any], port: Zoned) -> list[Answer]:
    """The buttons for what is missing, what is in order first.

    First whether it is the right person: of somebody else no vaccination and no test need be looked at.
    """
    wanted = asks(reasons)
    plain = [fact for fact in wanted if fact in YES]
    if plain:
        opposite = [Answer(str(NO[fact]), {fact: False}, apart=True) for fact in plain]
        return [Answer(all_in_order(plain), dict.fromkeys(plain, True), main=True), *opposite]
    return list(_about_health(wanted, details, port))


def _about_health(wanted: Sequence[str], details: Mapping[str, Any], port: Zoned) -> Iterator[Answer]:
    """Offer what the travelers have entered ahead as seen, with one touch; else each by itself."""
    papers = {paper["id"]: _paper(paper, port) for paper in details.get("papers", ())}
    doses = details.get("doses") if "person.doses" in wanted else None
    entered = [*([_doses(doses)] if doses is not None else []), *papers.values()]
    if entered:
        said = {} if doses is None else {"person.doses": doses}
        yield Answer(gettext("Sudah saya lihat: %(papers)s", papers="; ".join(entered)), said, [*papers], main=True)
    if len(entered) > 1:
        yield from (Answer(words, seen=[number]) for number, words in papers.items())
    if "person.doses" in wanted:
        yield from (Answer(_doses(number), {"person.doses": number}) for number in DOSES)
    if "documents" in wanted:
        yield from (
            _test(test["kind"], datetime.fromisoformat(test["since"]), port) for test in details.get("tests", ())
        )
        yield Answer(gettext("Tidak ada tes atau surat"), {"documents": []})


def again(no: Sequence[str]) -> Answer:
    """Takes back what was said not to be so: a wrong touch is put right with one."""
    return Answer(gettext("Salah tekan? Cocokkan lagi"), dict.fromkeys(no))


def _test(kind: str, since: datetime, port: Zoned) -> Answer:
    """A negative test, kept as old as it may be: the officer has read that it is not older."""
    label = gettext("%(test)s negatif, sesudah %(at)s", test=value_label(kind), at=words.at(since, port))
    return Answer(label, {"documents": [{"kind": kind, "result": "negative", "taken_at": since.isoformat()}]})


def _doses(number: int) -> str:
    if number >= DOSES[-1]:
        return gettext("Vaksin 3 kali atau lebih")
    return gettext("Vaksin %(doses)s kali", doses=number)


def _paper(paper: Mapping[str, Any], port: Zoned) -> str:
    return paper_words(paper["kind"], paper["result"], datetime.fromisoformat(paper["taken_at"]), port)


def all_in_order(facts: Sequence[str]) -> str:
    """`Nama dan nomor cocok, boarding pass ada`."""
    compared = [str(YES[fact]) for fact in facts if fact.startswith("identity.")]
    parts = [str(YES[fact]) for fact in facts if not fact.startswith("identity.")]
    if compared:
        *most, last = compared
        listed = gettext("%(most)s dan %(last)s", most=", ".join(most), last=last) if most else last
        parts.insert(0, gettext("%(what)s cocok", what=listed))
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]
