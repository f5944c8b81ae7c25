"""A saved rule as its form has it; its logic as a table or, where none says it, as JSON with the reason."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from app.rules.authoring.table import DOCUMENT
from app.rules.authoring.table_reading import CASES, DEEPER, ITEMS, NOTHING, RECKONS, TWO_FACTS, read, why_no_table
from app.rules.authoring.validation import PLACES
from app.rules.wording.vocabulary import LANGUAGES, value_word
from app.web.admin.rule_choices import OTHER_PLACES, ROWS_MAX, SENTENCES, fact_label

Typed = dict[str, str]


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
    typed["may_miss"] = ", ".join(fact_label(name, language) for name in body.get("may_miss") or ())
    return typed | logic_typed(body["logic"], language)


def logic_typed(logic: Any, language: str) -> Typed:
    """A logic as the form has it: as a table where one says it, else as JSON."""
    found = read(logic)
    if found is None or why_json(logic):
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
            f"rows-{place}-before": "1" if row.before else "",
        }
    return typed


def why_json(logic: Any) -> str:
    """Why the form's table cannot say this logic, with the way out; empty where it can."""
    found = read(logic)
    if found is None:
        return _whys()[why_no_table(logic)]
    if len(found.rows) > ROWS_MAX:
        return _("Tabelnya lebih dari %(maximum)s baris. Pecah menjadi beberapa aturan.", maximum=ROWS_MAX)
    if any((row.minutes or 0) % 60 for row in found.rows):
        return _("Waktu sebuah dokumen di sini bukan jam penuh, sedangkan tabel menghitungnya dalam jam.")
    return ""


def _whys() -> dict[str, str]:
    return {
        NOTHING: _("Aturan ini tidak meminta apa-apa: ia selalu terpenuhi, atau tidak pernah."),
        RECKONS: _("Di sini ada hitungan dengan tanggal atau jumlah, yang tidak ada di tabel."),
        TWO_FACTS: _("Di sini dua fakta dibandingkan satu sama lain; tabel hanya membandingkan dengan angka."),
        CASES: _(
            "Di sini hal yang diminta berbeda menurut keadaannya. Untuk menulisnya sebagai tabel, pecah menjadi "
            "beberapa aturan, masing-masing dengan baris “Hanya berlaku bila”."
        ),
        ITEMS: _("Yang diminta dari dokumen atau teman seperjalanan di sini tidak punya kolom di tabel."),
        DEEPER: _("Syaratnya bertingkat lebih dalam daripada satu kelompok, atau ditulis lain daripada oleh tabel."),
    }


def logic_as_json(logic: Any) -> Typed:
    """A logic as the JSON that is edited."""
    return {"logic_as": "json", "logic": json.dumps(logic, ensure_ascii=False, indent=1)}


def _joined(values: Iterable[str], language: str) -> str:
    return ", ".join(value_word(value, language) for value in values)
