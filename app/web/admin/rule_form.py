"""A rule as a form: its words and places as fields, its logic as a table or, where no table says it, as JSON."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from app.rules import facts, table
from app.rules.faults import RuleFault
from app.rules.table import ASKED, COMPANION, DOCUMENT, GOODS, ONLY, UNLESS, Row, Table
from app.rules.validation import OFFICERS, OUTCOMES, PLACES, SURENESS, faults_of
from app.rules.vocabulary import LANGUAGES, VALUES, fact_word, pick, value_word
from app.rules.vocabulary import OFFICERS as OFFICER_WORDS
from app.rules.vocabulary import PLACES as PLACE_WORDS
from app.rules.vocabulary import SURENESS as SURENESS_WORDS
from app.web.forms import Form

ROWS_MAX = 12
OTHER_PLACES = tuple(place for place in PLACES if place != "stage")
SENTENCES = ("title", "traveler", "officer", "next", "off")

Typed = dict[str, str]


class RuleForm(Form):
    """What was typed of a rule, how many rows its table shows, and what is wrong with it."""

    def __init__(self, typed: Mapping[str, str], language: str) -> None:
        super().__init__(typed, _labels(), {"logic_as": "table", "every": "all", "sure": "text", "outcome": "hold"})
        self.language = language

    @property
    def as_table(self) -> bool:
        """Whether the logic is written as a table."""
        return self.value("logic_as") != "json"

    @property
    def row_count(self) -> int:
        """How many rows are shown: all that are filled in, and an empty one."""
        filled = [place for place in range(ROWS_MAX) if self.value(f"rows-{place}-what")]
        asked_for = int(self.value("row_count")) if re.fullmatch("[0-9]{1,2}", self.value("row_count")) else 0
        return min(ROWS_MAX, max((filled[-1] + 2) if filled else 2, asked_for))

    def body(self) -> dict[str, Any] | None:
        """The rule that was typed, or None with `errors` filled: each at its field, with its place in the rule."""
        body = self._words_and_places()
        logic = self._table() if self.as_table else self._json()
        if not self.errors:
            body["logic"] = logic
            self.refuse_faults(faults_of(body))
        return None if self.errors else body

    def logic(self) -> Any:
        """The logic as far as it can be read, else None; no errors are kept."""
        before = dict(self.errors)
        found = self._table() if self.as_table else self._json()
        good = self.errors == before
        self.errors = before
        return found if good else None

    def refuse_faults(self, found: Iterable[RuleFault]) -> None:
        """Tell each at the field of its place."""
        for fault in found:
            said = fault.message_en if self.language == "en" else fault.message
            self.errors.setdefault(self._field_of(fault.path), said)

    def _field_of(self, path: str) -> str:
        first = re.split(r"[.\[]", path)[0]
        if first == "logic":
            return "rows-0-what" if self.as_table else "logic"
        if first == "missing":
            return "missing_gate" if path.endswith("gate") else "missing_sale"
        if path.startswith(("where.stage", "except.stage")):
            return "where_stage_sale" if first == "where" else "except_stage"
        if first in ("where", "except"):
            return path.replace(".", "_")
        if first in SENTENCES:
            return f"{first}_en" if path.endswith(".en") else f"{first}_id"
        return {"exemption": "exempt_officer"}.get(first, first)

    def _words_and_places(self) -> dict[str, Any]:
        text = self._text
        body: dict[str, Any] = {"code": text("code")}
        for key in SENTENCES:
            said = {language: text(f"{key}_{language}") for language in LANGUAGES}
            if any(said.values()) or key in ("title", "traveler", "officer"):
                body[key] = said
        body |= {key: text(key) for key in ("regulation", "source", "sure")}
        body |= {key: text(key) or None for key in ("valid_from", "valid_to")}
        stages = [stage for stage in facts.STAGES if self.value(f"where_stage_{stage}")]
        where = {"stage": stages} if stages else {}
        where |= {place: told for place in OTHER_PLACES if (told := self._places("where", place))}
        but = {place: told for place in PLACES if (told := self._places("except", place))}
        body |= {key: told for key, told in (("where", where), ("except", but)) if told}
        body["outcome"] = text("outcome")
        body["missing"] = {"sale": text("missing_sale"), "gate": text("missing_gate")}
        if self.value("holds_item"):
            body["holds_item"] = True
        if by := [officer for officer in OFFICERS if self.value(f"exempt_{officer}")]:
            body["exemption"] = {"by": by}
        if may_miss := self._facts("may_miss"):
            body["may_miss"] = may_miss
        return body

    def _text(self, name: str) -> str:
        return self.value(name).strip()

    def _several(self, name: str) -> list[str]:
        return [part for one in self.value(name).split(",") if (part := " ".join(one.split()))]

    def _places(self, key: str, place: str) -> list[str]:
        choices = facts.BY_NAME[place if place == "stage" else f"voyage.{place}"].choices
        return [_known(one, choices) or one for one in self._several(f"{key}_{place}")]

    def _facts(self, name: str) -> list[str]:
        words = {_fact_label(f.name, language).casefold(): f.name for f in facts.FACTS for language in LANGUAGES}
        return [words.get(one.casefold(), one) for one in self._several(name)]

    def _json(self) -> Any:
        try:
            return json.loads(self.value("logic"))
        except json.JSONDecodeError as error:
            told = _("logic: bukan JSON yang utuh, di baris %(line)s huruf ke-%(column)s.")
            self.errors["logic"] = told % {"line": error.lineno, "column": error.colno}
        except (ValueError, RecursionError):
            self.errors["logic"] = _("logic: bukan JSON yang dapat dibaca.")
        return None

    # The table

    def _table(self) -> Any:
        rows = tuple(row for place in range(ROWS_MAX) if (row := self._row(place)))
        ages = [self._whole(name, required=False) for name in ("age_from", "age_to")]
        found = Table(rows, ages[0], ages[1], self.value("every") != "any")
        if ages[0] is not None and ages[1] is not None and ages[0] > ages[1]:
            self.errors["age_to"] = _("Umur terakhir di bawah umur pertama. Betulkan salah satunya.")
        if not found.asked:
            self.errors.setdefault("rows-0-what", _("Tulis sedikitnya satu hal yang diminta."))
        return None if self.errors else table.write(found)

    def _row(self, place: int) -> Row | None:
        at = f"rows-{place}"
        what, role = self.value(f"{at}-what"), self.value(f"{at}-role") or ASKED
        if not what:
            return None
        if role not in table.ROLES:
            self.errors[f"{at}-role"] = _("Pilih salah satu dari daftar.")
        if what.startswith(DOCUMENT) and what in table.PAPERS:
            hours = self._whole(f"{at}-hours", required=False)
            return Row(
                what,
                role,
                values=self._values(f"{at}-issuer", facts.ISSUERS),
                result=self.value(f"{at}-result") if self.value(f"{at}-result") in facts.RESULTS else "",
                minutes=None if hours is None else hours * 60,
                signed=bool(self.value(f"{at}-signed")),
            )
        if what == COMPANION:
            return Row(what, role, number=self._whole(f"{at}-value", required=False))
        if what == GOODS:
            return Row(what, role, table.NONE_OF, values=self._values(f"{at}-value", facts.GOODS, required=True))
        allowed = _hows(what)
        how = self.value(f"{at}-how")
        if not allowed:
            self.errors[f"{at}-what"] = _("Pilih salah satu dari daftar.")
            return None
        if how not in allowed:
            words = ", ".join(word for code, word in how_words() if code in allowed)
            self.errors[f"{at}-how"] = _("Untuk ini pilih: %(choices)s.") % {"choices": words}
        if what in table.NUMBERS:
            return Row(what, role, how, self._whole(f"{at}-value"))
        if what in table.TRUTHS:
            return Row(what, role, how)
        return Row(what, role, how, values=self._values(f"{at}-value", facts.BY_NAME[what].choices, required=True))

    def _whole(self, name: str, required: bool = True) -> int | None:
        typed = self._text(name)
        if not typed and not required:
            return None
        if not re.fullmatch(r"-?[0-9]{1,9}", typed, re.ASCII):
            self.errors[name] = _("Tulis bilangan bulat, misalnya 24.")
            return None
        return int(typed)

    def _values(self, name: str, choices: tuple[str, ...], required: bool = False) -> tuple[str, ...]:
        found = []
        for typed in self._several(name):
            if known := _known(typed, choices):
                found.append(known)
            else:
                words = ", ".join(value_word(one, self.language) for one in choices)
                told = _("“%(typed)s” tidak dikenal di sini. Pilih dari: %(choices)s.")
                self.errors[name] = told % {"typed": typed[:60], "choices": words}
        if required and not found and name not in self.errors:
            words = ", ".join(value_word(one, self.language) for one in choices)
            self.errors[name] = _("Tulis satu atau beberapa, dipisah koma: %(choices)s.") % {"choices": words}
        return tuple(found)


def typed_from(body: Mapping[str, Any], language: str) -> Typed:
    """A rule as its form has it."""
    typed: Typed = {"code": body["code"]}
    for key in SENTENCES:
        typed |= {f"{key}_{lang}": (body.get(key) or {}).get(lang, "") for lang in LANGUAGES}
    typed |= {key: body.get(key) or "" for key in ("regulation", "source", "sure", "valid_from", "valid_to", "outcome")}
    where, but = body.get("where") or {}, body.get("except") or {}
    typed |= {f"where_stage_{stage}": "1" for stage in where.get("stage", ())}
    typed |= {f"where_{place}": _joined(where.get(place, ()), language) for place in OTHER_PLACES}
    typed |= {f"except_{place}": _joined(but.get(place, ()), language) for place in PLACES}
    typed |= {f"missing_{key}": body["missing"][key] for key in ("sale", "gate")}
    typed |= {f"exempt_{officer}": "1" for officer in (body.get("exemption") or {}).get("by", ())}
    typed["holds_item"] = "1" if body.get("holds_item") else ""
    typed["may_miss"] = ", ".join(_fact_label(name, language) for name in body.get("may_miss") or ())
    return typed | logic_typed(body["logic"], language)


def logic_typed(logic: Any, language: str) -> Typed:
    """A logic as the form has it: as a table where one says it, else as JSON."""
    found = table.read(logic)
    if found is None or len(found.rows) > ROWS_MAX or any((row.minutes or 0) % 60 for row in found.rows):
        return logic_as_json(logic)
    typed = {"logic_as": "table", "every": "all" if found.every else "any"}
    for name, age in (("age_from", found.age_from), ("age_to", found.age_to)):
        typed[name] = "" if age is None else str(age)
    for place, row in enumerate(found.rows):
        paper = row.what.startswith(DOCUMENT)
        told = _joined(row.values, language)
        typed |= {
            f"rows-{place}-role": row.role,
            f"rows-{place}-what": row.what,
            f"rows-{place}-how": row.how,
            f"rows-{place}-value": "" if paper else told or ("" if row.number is None else str(row.number)),
            f"rows-{place}-issuer": told if paper else "",
            f"rows-{place}-result": row.result,
            f"rows-{place}-hours": "" if row.minutes is None else str(row.minutes // 60),
            f"rows-{place}-signed": "1" if row.signed else "",
        }
    return typed


def logic_as_json(logic: Any) -> Typed:
    """A logic as the JSON that is edited."""
    return {"logic_as": "json", "logic": json.dumps(logic, ensure_ascii=False, indent=1)}


def _fact_label(name: str, language: str) -> str:
    """What a fact is called where several stand in one field: age in months shares its words with age in years."""
    return name if name == "person.age_months" else fact_word(name, language)


def _joined(values: Iterable[str], language: str) -> str:
    return ", ".join(value_word(value, language) for value in values)


def _known(typed: str, choices: Iterable[str]) -> str | None:
    """The value that was meant: its code, or its word in either language."""
    wanted = typed.casefold()
    return next((one for one in choices if wanted in (one, *(word.casefold() for word in VALUES[one]))), None)


def _hows(what: str) -> tuple[str, ...]:
    if what in table.NUMBERS:
        return table.COMPARED
    if what in table.TRUTHS:
        return table.YES, table.NO
    return (table.ONE_OF, table.NONE_OF) if what in table.CHOICES else ()


def how_words() -> list[tuple[str, str]]:
    """How a fact is compared, for a list to choose from."""
    return [
        (">=", _("paling sedikit")),
        ("<=", _("paling banyak")),
        (">", _("lebih dari")),
        ("<", _("di bawah")),
        ("===", _("tepat")),
        (table.YES, _("ya")),
        (table.NO, _("tidak")),
        (table.ONE_OF, _("salah satu dari")),
        (table.NONE_OF, _("bukan")),
    ]


def choices(language: str) -> dict[str, Any]:
    """All lists of the form to choose from."""

    def named(names: Iterable[str]) -> list[tuple[str, str]]:
        return sorted(((name, fact_word(name, language)) for name in names), key=lambda one: one[1].casefold())

    papers = [(what, value_word(what.removeprefix(DOCUMENT), language)) for what in table.PAPERS]
    months = {"person.age_months": _("umur pada hari berlayar, dalam bulan")}
    numbers = [(name, months.get(name, word)) for name, word in named(table.NUMBERS)]
    return {
        "whats": [
            ("paper", _("Dokumen"), papers),
            ("number", _("Angka"), numbers),
            ("truth", _("Ya atau tidak"), named(table.TRUTHS)),
            ("choice", _("Pilihan"), named(table.CHOICES)),
            ("companion", _("Orang"), [(COMPANION, _("teman seperjalanan yang boleh lewat"))]),
            ("goods", _("Barang"), [(GOODS, _("barang yang tidak boleh ada"))]),
        ],
        "roles": [
            (ASKED, _("Diminta")),
            (UNLESS, _("Tidak berlaku bila")),
            (ONLY, _("Hanya berlaku bila")),
        ],
        "hows": how_words(),
        "results": [("", _("apa saja")), *((one, value_word(one, language)) for one in facts.RESULTS)],
        "outcomes": [(one, value_word(one, language)) for one in OUTCOMES],
        "sureness": [(one, pick(SURENESS_WORDS[one], language)) for one in SURENESS],
        "stages": [(one, value_word(one, language)) for one in facts.STAGES],
        "places": [(place, pick(PLACE_WORDS[place], language)) for place in OTHER_PLACES],
        "but": [(place, pick(PLACE_WORDS[place], language)) for place in PLACES],
        "officers": [(one, pick(OFFICER_WORDS[one], language)) for one in OFFICERS],
    }


def _labels() -> dict[str, str]:
    labels = {
        "code": _("Kode"),
        "title_id": _("Nama, Indonesia"),
        "title_en": _("Nama, Inggris"),
        "traveler_id": _("Kata untuk penumpang, Indonesia"),
        "traveler_en": _("Kata untuk penumpang, Inggris"),
        "officer_id": _("Kata untuk petugas, Indonesia"),
        "officer_en": _("Kata untuk petugas, Inggris"),
        "next_id": _("Langkah berikutnya, Indonesia"),
        "next_en": _("Langkah berikutnya, Inggris"),
        "age_from": _("Umur dari"),
        "age_to": _("Umur sampai"),
        "every": _("Yang diminta"),
        "logic": _("Logika sebagai JSON"),
        "where_stage_sale": _("Tahap"),
        "outcome": _("Bila tidak terpenuhi"),
        "missing_sale": _("Bila belum diketahui saat membeli"),
        "missing_gate": _("Bila belum diketahui di gerbang"),
        "may_miss": _("Boleh tidak diketahui"),
        "valid_from": _("Hari berlayar pertama"),
        "valid_to": _("Hari berlayar terakhir"),
        "regulation": _("Peraturan"),
        "source": _("Sumber"),
        "sure": _("Kepastian"),
        "exempt_officer": _("Pengecualian boleh diberikan oleh"),
        "off_id": _("Tidak dipakai, karena (Indonesia)"),
        "off_en": _("Tidak dipakai, karena (Inggris)"),
    }
    row = {
        "role": _("kegunaan"),
        "what": _("apa"),
        "how": _("bagaimana"),
        "value": _("nilai"),
        "result": _("hasil"),
        "issuer": _("penerbit"),
        "hours": _("jam"),
        "signed": _("tanda tangan"),
    }
    for place in range(ROWS_MAX):
        for name, word in row.items():
            labels[f"rows-{place}-{name}"] = _("Baris %(number)s, %(what)s", number=place + 1, what=word)
    return labels
