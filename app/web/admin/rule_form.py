"""A rule as a form: its words and places as fields, its logic as a table or, where no table says it, as JSON."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from app.rules import facts
from app.rules.authoring import table
from app.rules.authoring.locations import Known, code_of, unknown_places
from app.rules.authoring.rule_faults import RuleFault
from app.rules.authoring.table import ASKED, COMPANION, DOCUMENT, GOODS, JOINED, Table, TableRow
from app.rules.authoring.validation import OFFICERS, PLACES, fact_of, faults_of, logic_faults
from app.rules.wording.vocabulary import LANGUAGES, value_word
from app.web.admin.rule_choices import (
    OTHER_PLACES,
    ROWS_MAX,
    SENTENCES,
    fact_label,
    how_words,
    hows,
    labels,
    value_meant,
)
from app.web.forms import Form

DEFAULTS = {"logic_as": "table", "every": "all", "sure": "text", "outcome": "hold", "missing_gate": "hold"}
"""With what the form of a new rule begins; at the gate what is not known passes nobody unless somebody says so."""


class RuleForm(Form):
    """The typed text of a rule, how many rows its table shows, and what is wrong with it."""

    def __init__(
        self,
        typed: Mapping[str, str],
        language: str,
        known: Known | None = None,
        others: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(typed, labels(), DEFAULTS)
        self.language = language
        self.known = known
        self.others = others
        """The rules of the same draft, whose places are known too."""

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

    @property
    def blank(self) -> bool:
        """Whether nothing of the logic has been typed yet."""
        names = [*(f"rows-{at}-what" for at in range(ROWS_MAX)), "age_from", "age_to"] if self.as_table else ["logic"]
        return not any(map(self._text, names))

    def body(self) -> dict[str, Any] | None:
        """The rule that was typed, or None with `errors` filled: each at its field, with its place in the rule."""
        body = self._words_and_places()
        logic = self._table() if self.as_table else self._json()
        readable = not self.errors
        if readable:
            body["logic"] = logic
        self.refuse_faults(
            fault for fault in faults_of(body, draft=True) if readable or not fault.path.startswith("logic")
        )
        if self.known:
            self.refuse_faults(unknown_places(body, self.known, self.others))
        return None if self.errors else body

    def logic(self) -> Any:
        """The logic as far as it can be read, else None; no errors are kept."""
        before, self.errors = self.errors, {}
        found = self._table() if self.as_table else self._json()
        good, self.errors = not self.errors, before
        return found if good else None

    def check_logic(self) -> Any:
        """The logic, or None with `errors` filled; whatever else was typed may be unfinished."""
        logic = self._table() if self.as_table else self._json()
        if not self.errors:
            self.refuse_faults(logic_faults(logic))
        return None if self.errors else logic

    def refuse_faults(self, found: Iterable[RuleFault]) -> None:
        """Tell each at the field of its place."""
        for fault in found:
            # Who writes the logic as JSON is told where in it; everybody else is at the field already.
            in_json = fault.path.startswith("logic") and not self.as_table
            said = fault.told(_) if in_json else self._at_its_field(fault)
            self.errors.setdefault(field_of(fault.path, as_table=self.as_table), said)

    def _at_its_field(self, fault: RuleFault) -> str:
        if fault.problem == "choice" and fault.path.startswith(("where", "except")):  # typed, and not from a list
            words = ", ".join(value_word(one, self.language) for one in fault.value.split(", "))
            return _("Pilih dari: %(choices)s.") % {"choices": words}
        if fault.problem == "unused_fact":
            fault = replace(fault, value=fact_label(fault.value, self.language))
        return fault.at_its_field(_)

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
        typed = self._several(f"{key}_{place}")
        if choices := facts.BY_NAME[fact_of(place)].choices:
            return [value_meant(one, choices) or one for one in typed]
        return [(code_of(place, one, self.known) if self.known else None) or one for one in typed]

    def _facts(self, name: str) -> list[str]:
        words = {fact_label(f.name, language).casefold(): f.name for f in facts.FACTS for language in LANGUAGES}
        return [words.get(one.casefold(), one) for one in self._several(name)]

    def _json(self) -> Any:
        try:
            found = json.loads(self.value("logic"), object_pairs_hook=_once_each)
        except json.JSONDecodeError as error:
            told = _("Bukan JSON yang utuh, di baris %(line)s huruf ke-%(column)s.")
            self.errors["logic"] = told % {"line": error.lineno, "column": error.colno}
        except KeyError as error:
            told = _("“%(key)s” ditulis dua kali dalam satu objek; hapus salah satunya.")
            self.errors["logic"] = told % {"key": error.args[0][:60]}
        except (ValueError, RecursionError):
            self.errors["logic"] = _("Bukan JSON yang dapat dibaca.")
        else:
            if _can_be_shown(found):
                return found
            self.refuse_faults(logic_faults(found))
        return None

    # The table

    def _table(self) -> Any:
        read = [(place, row) for place in range(ROWS_MAX) if (row := self._row(place))]
        if read and read[0][1].role == JOINED:
            self.errors[f"rows-{read[0][0]}-role"] = _("Tidak ada baris di atasnya. Pilih kegunaan yang lain.")
        rows = tuple(row for _place, row in read)
        ages = [self._whole(name, required=False) for name in ("age_from", "age_to")]
        found = Table(rows, ages[0], ages[1], self.value("every") != "any")
        if ages[0] is not None and ages[1] is not None and ages[0] > ages[1]:
            self.errors["age_to"] = _("Umur terakhir di bawah umur pertama. Betulkan salah satunya.")
        if not found.asked:
            self.errors.setdefault("rows-0-what", _("Tulis sedikitnya satu hal yang diminta."))
        return None if self.errors else table.write(found)

    def _row(self, place: int) -> TableRow | None:
        at = f"rows-{place}"
        what, role = self.value(f"{at}-what"), self.value(f"{at}-role") or ASKED
        if not what:
            return None
        if role not in table.ROLES:
            self.errors[f"{at}-role"] = _("Pilih salah satu dari daftar.")
        if what.startswith(DOCUMENT) and what in table.PAPERS:
            hours = self._whole(f"{at}-hours", required=False)
            return TableRow(
                what,
                role,
                values=self._values(f"{at}-issuer", facts.ISSUERS),
                result=self.value(f"{at}-result") if self.value(f"{at}-result") in facts.RESULTS else "",
                minutes=None if hours is None else hours * 60,
                signed=bool(self.value(f"{at}-signed")),
                before=hours is None and bool(self.value(f"{at}-before")),
            )
        if what == COMPANION:
            return TableRow(what, role, number=self._whole(f"{at}-value", required=False))
        if what == GOODS:
            return TableRow(what, role, table.NONE_OF, values=self._values(f"{at}-value", facts.GOODS, required=True))
        allowed = hows(what)
        how = self.value(f"{at}-how")
        if not allowed:
            self.errors[f"{at}-what"] = _("Pilih salah satu dari daftar.")
            return None
        if how not in allowed:
            words = ", ".join(word for code, word in how_words() if code in allowed)
            self.errors[f"{at}-how"] = _("Untuk ini pilih: %(choices)s.") % {"choices": words}
        if what in table.NUMBERS and how in (table.ONE_OF, table.NONE_OF):
            return TableRow(what, role, how, values=self._wholes(f"{at}-value"))
        if what in table.NUMBERS:
            return TableRow(what, role, how, self._whole(f"{at}-value"))
        if what in table.TRUTHS:
            return TableRow(what, role, how)
        return TableRow(what, role, how, values=self._values(f"{at}-value", facts.BY_NAME[what].choices, required=True))

    def _whole(self, name: str, required: bool = True) -> int | None:
        typed = self._text(name)
        if not typed and not required:
            return None
        if not re.fullmatch(r"-?[0-9]{1,9}", typed, re.ASCII):
            self.errors[name] = _("Tulis bilangan bulat, misalnya 24.")
            return None
        return int(typed)

    def _wholes(self, name: str) -> tuple[str, ...]:
        typed = self._several(name)
        if not typed or not all(re.fullmatch(r"-?[0-9]{1,9}", one, re.ASCII) for one in typed):
            self.errors[name] = _("Tulis satu atau beberapa bilangan bulat, dipisah koma, misalnya 3, 4.")
            return ()
        return tuple(str(int(one)) for one in typed)

    def _values(self, name: str, choices: tuple[str, ...], required: bool = False) -> tuple[str, ...]:
        found = []
        for typed in self._several(name):
            if known := value_meant(typed, choices):
                found.append(known)
            else:
                words = ", ".join(value_word(one, self.language) for one in choices)
                told = _("“%(typed)s” tidak dikenal di sini. Pilih dari: %(choices)s.")
                self.errors[name] = told % {"typed": typed[:60], "choices": words}
        if required and not found and name not in self.errors:
            words = ", ".join(value_word(one, self.language) for one in choices)
            self.errors[name] = _("Tulis satu atau beberapa, dipisah koma: %(choices)s.") % {"choices": words}
        return tuple(found)


def field_of(path: str, *, as_table: bool = True) -> str:
    """The field of the form that a place in a rule is typed in."""
    first = re.split(r"[.\[]", path)[0]
    if first == "logic":
        return "rows-0-what" if as_table else "logic"
    if first == "missing":
        return "missing_gate" if path.endswith("gate") else "missing_sale"
    if path.startswith(("where.stage", "except.stage")):
        return "where_stage_sale" if first == "where" else "except_stage"
    if first in ("where", "except"):
        return path.replace(".", "_")
    if first in SENTENCES:
        language = path.rpartition(".")[2]
        return f"{first}_{language if language in LANGUAGES else LANGUAGES[0]}"
    return {"exemption": "exempt_officer"}.get(first, first)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; one of two equal keys would be lost unseen."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise KeyError(key)
        found[key] = value
    return found


def _can_be_shown(logic: Any) -> bool:
    """JSON may say half a letter (`"\\ud800"`), which no page can carry."""
    try:
        json.dumps(logic, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
