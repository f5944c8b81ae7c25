"""Facts and papers in forms: what they are called, how they are typed and what was meant by it.

The same for travelers, who enter them ahead, and for officers, who have seen them. Their words are those of the rules
(`app/rules/wording/vocabulary.py`).
"""

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import get_locale
from flask_babel import gettext as _

from app.booking.eligibility.models import ShownDocument
from app.booking.eligibility.persons import SaidFact
from app.booking.eligibility.statements import LETTERS
from app.errors import Refusal
from app.rules import facts
from app.rules.wording.amounts import unit_word
from app.rules.wording.vocabulary import LANGUAGES, fact_word, value_word
from app.schedule.days import Zoned
from app.schedule.models import Port
from app.web import words

PAPER = ("kind", "result", "taken_at", "issuer", "letter")
"""The inputs of a paper."""

NONE_SHOWN = "none"
"""The value that is typed for `documents`: asked, and there was none."""

LOOKED = "looked"
"""The value that is typed of several things where somebody has looked, whatever was found."""

_SIZE = re.compile(r"\d{1,4}(?:\s*[x*×]\s*\d{1,4}){2}", re.ASCII)


@dataclass(frozen=True)
class Field:
    """The input of one fact: what it is called, and its options where it has some."""

    fact: str
    name: str
    label: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    several: bool = False
    """More than one of the options may be so."""


def language() -> str:
    """The reader's, where the rules are written in it; else Indonesian."""
    chosen = str(get_locale())
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def fact_label(fact: str) -> str:
    """Label a fact over its input, with the unit in which it is typed."""
    unit = unit_word(fact, language())
    text = f"{fact_word(fact, language())} ({unit})" if unit else fact_word(fact, language())
    return capital(text)


def value_label(value: str) -> str:
    """Label a value by itself."""
    return capital(value_word(value, language()))


def capital(text: str) -> str:
    """The text as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def fields(names: Iterable[str], before: str = "") -> list[Field]:
    """The inputs of these facts; `before` stands before the name of each."""
    return [_field(fact, before + name_of(fact)) for fact in names]


def name_of(fact: str) -> str:
    """A fact's name as that of an input."""
    return fact.replace(".", "_")


def _field(fact: str, name: str) -> Field:
    known = facts.BY_NAME[fact]
    label = fact_label(fact)
    if known.type == facts.TRUTH:
        return Field(fact, name, label, options=(("true", _("Ya")), ("false", _("Tidak")), ("", _("Belum tahu"))))
    if known.type == facts.LIST:
        return Field(fact, name, _("Tes dan surat"), options=((NONE_SHOWN, _("Tidak ada")), ("", _("Belum ditanya"))))
    choices = tuple((choice, value_label(choice)) for choice in known.choices)
    if known.type == facts.TEXTS:
        return Field(fact, name, label, options=choices, several=True)
    if choices:
        return Field(fact, name, label, options=(("", _("Belum diisi")), *choices))
    hints = {"person.pregnant_weeks": _("0 bila tidak hamil"), "baggage.cm3": _("panjang x lebar x tinggi: 70x40x35")}
    return Field(fact, name, label, hint=hints.get(fact, ""))


def labels(of: Iterable[Field]) -> dict[str, str]:
    """Label each input in a summary of errors."""
    return {field.name: field.label for field in of}


def paper_labels() -> dict[str, str]:
    """Label the inputs of a paper."""
    return {
        "kind": _("Tes atau surat"),
        "result": _("Hasil tes"),
        "issuer": _("Dikeluarkan oleh"),
        "taken_at": _("Sampel diambil, atau surat tertanggal"),
        "letter": _("Nomor surat"),
    }


def paper_options(kinds: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """List the choices for a paper that is one of these kinds."""
    return {
        "kind": [(kind, value_label(kind)) for kind in facts.DOCUMENT_KINDS if kind in kinds],
        "result": [("", _("Surat, tanpa hasil")), *((one, value_label(one)) for one in facts.RESULTS)],
        "issuer": [("", _("Tidak tertulis")), *((one, value_label(one)) for one in facts.ISSUERS)],
    }


def typed(known: Mapping[str, SaidFact]) -> dict[str, str]:
    """Write what is known, by the names of the inputs, as each shows it."""
    return {name_of(fact): _typed(fact, said.value) for fact, said in known.items() if said.value is not None}


def _typed(fact: str, value: Any) -> str:
    if fact == "documents":
        return NONE_SHOWN
    if isinstance(value, list):
        return ",".join([LOOKED, *value])
    return str(value).lower() if isinstance(value, bool) else str(value)


def sent() -> dict[str, str]:
    """The form as it was sent, to be shown again; of several values with one name all."""
    return {name: ",".join(filter(None, values)) for name, values in request.form.lists()}


def read(of: Iterable[Field], known: Mapping[str, SaidFact]) -> dict[str, Any]:
    """Read what was sent that differs from what is known; an input that was not in the form says nothing.

    Raises Refusal `whole_number` with the fact.
    """
    told = {field.fact: _value(field) for field in of if field.name in request.form}
    return {fact: value for fact, value in told.items() if value != (known[fact].value if fact in known else None)}


def _value(field: Field) -> Any:
    if field.several:
        chosen = request.form.getlist(field.name)
        return [value for value, _word in field.options if value in chosen] if any(chosen) else None
    text = request.form[field.name].strip()
    if field.fact == "documents":
        return [] if text == NONE_SHOWN else None
    if facts.BY_NAME[field.fact].type == facts.TRUTH:
        return {"true": True, "false": False}.get(text)
    if facts.BY_NAME[field.fact].type != facts.INTEGER:
        return text or None
    if field.fact == "baggage.cm3" and _SIZE.fullmatch(text):
        return math.prod(int(side) for side in re.findall(r"\d+", text))
    if text and not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refusal("whole_number", fact=field.fact)
    return int(text) if text else None


def read_paper(paper: Mapping[str, str], port: Port) -> dict[str, Any]:
    """A paper as it was typed, for `enter_document`. Raises Refusal `moment`."""
    kind = paper["kind"]
    return {
        "kind": kind,
        "taken_at": read_moment(paper["taken_at"], port),
        "issuer": paper["issuer"] or None,
        "result": None if kind in LETTERS else paper["result"] or None,
        "letter": paper["letter"],
    }


def read_moment(text: str, port: Port) -> datetime:
    """`2022-04-27T06:10` on the port's clock. Raises Refusal `moment`."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Refusal("moment", field="taken_at") from None
    if moment.tzinfo is not None or not 2000 < moment.year < 2200:
        raise Refusal("moment", field="taken_at")
    return moment.replace(tzinfo=port.tz)


def write_moment(moment: datetime, port: Port) -> str:
    """A moment as an input shows it."""
    return f"{words.local(moment, port):%Y-%m-%dT%H:%M}"


def paper_line(paper: ShownDocument, port: Port) -> str:
    """A paper in one line."""
    return paper_words(paper.kind, paper.result, paper.taken_at, port)


def paper_words(kind: str, result: str | None, taken_at: datetime, port: Zoned) -> str:
    """`Hasil tes PCR: negatif, Rab, 27 Apr 2022 06.10 WIB`."""
    name = value_label(kind)
    told = f"{name}: {value_word(result, language())}" if result else name
    return f"{told}, {words.at(taken_at, port)}"
