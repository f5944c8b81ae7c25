"""Labels, lists to choose from, and words that may be typed in a rule's form."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from app.rules import facts
from app.rules.authoring import table
from app.rules.authoring.table import ASKED, COMPANION, DOCUMENT, GOODS, JOINED, ONLY, UNLESS
from app.rules.authoring.validation import OFFICERS, OUTCOMES, PLACES, SURENESS
from app.rules.wording.vocabulary import OFFICERS as OFFICER_WORDS
from app.rules.wording.vocabulary import PLACES as PLACE_WORDS
from app.rules.wording.vocabulary import SURENESS as SURENESS_WORDS
from app.rules.wording.vocabulary import VALUES, fact_word, pick, value_word

ROWS_MAX = 12
OTHER_PLACES = tuple(place for place in PLACES if place != "stage")
SENTENCES = ("title", "traveler", "officer", "next", "off")


def fact_label(name: str, language: str) -> str:
    """Name a fact where several stand in one field: age in months shares its words with age in years."""
    return name if name == "person.age_months" else fact_word(name, language)


def value_meant(typed: str, choices: Iterable[str]) -> str | None:
    """The value that was meant: its code, or its word in either language."""
    wanted = typed.casefold()
    return next((one for one in choices if wanted in (one, *(word.casefold() for word in VALUES[one]))), None)


def hows(what: str) -> tuple[str, ...]:
    """How a fact may be compared; none where it is not compared."""
    if what in table.NUMBERS:
        return (*table.COMPARED, table.ONE_OF, table.NONE_OF)
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
            (JOINED, _("Bersama baris di atas")),
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


def name_labels() -> dict[str, str]:
    """Label the fields of a draft's name."""
    return {"name_id": _("Nama, Indonesia"), "name_en": _("Nama, Inggris")}


def labels() -> dict[str, str]:
    """Label each field."""
    named = {
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
            named[f"rows-{place}-{name}"] = _("Baris %(number)s, %(what)s", number=place + 1, what=word)
    return named
