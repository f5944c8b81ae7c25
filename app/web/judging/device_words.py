"""The words by which a device tells a verdict that it has found itself: the same that the server would say.

Tables of finished words, and sentences with gaps (`%(name)s`) that static/js/gate/telling.mjs fills in.
"""

from typing import Any

from flask_babel import gettext, lazy_gettext

from app.booking.eligibility.statements import ADVICE, DECLARED, LOOKED_AT
from app.rules.facts import DOCUMENT_KINDS, FACTS, RESULTS
from app.rules.wording.vocabulary import OFFICERS, fact_word, pick, unknown_words, value_word
from app.web.judging import answers
from app.web.judging.fact_fields import language
from app.web.words import zone_name
from app.web.words.scans import BY_RULES, ENTERS, OWN_WORDS, PASS_WORDS, REASONS, WITHOUT_TIME, WORDS

_ = lazy_gettext

PROVISIONAL: dict[str, tuple[Any, Any]] = {
    "provisional": (
        _("Tanda tangan tiket ini sah. Dijual sesudah data perangkat ini diambil, jadi belum diperiksa."),
        _("Persilakan. Diperiksa lagi setelah ada sinyal."),
    ),
    "provisional_confirm": (
        _("Tiket ini dijual sesudah data perangkat ini diambil. Tanda tangannya sah, atas nama %(name)s."),
        _("Cocokkan nama itu dengan kartu orang dewasa, lalu tekan jawabannya."),
    ),
    "provisional_hold": (
        _("Tiket ini dijual sesudah data perangkat ini diambil, dan aturannya perlu data yang belum ada di sini."),
        _("Minta menunggu di samping sampai ada sinyal, atau panggil pengawas."),
    ),
    "used_elsewhere": (
        _("Sudah naik lewat HP lain: %(phone)s, %(gate)s, %(at)s."),
        _("Jangan naikkan. Cocokkan nama dengan KTP, lalu panggil pengawas."),
    ),
    "share_used": (
        _("Jatah HP ini habis: sisa tempat di kapal dijaga HP lain."),
        _("Cari sinyal sebentar untuk jatah baru, atau arahkan ke HP lain di tangga ini."),
    ),
}
"""Reasons that only a device gives: of a ticket that is not in its pack, or that another device let aboard, or where it
may let nobody else aboard."""

WITHOUT_PLACE: dict[str, tuple[Any, Any]] = {
    "wrong_voyage": (_("Salah kapal: tiket ini untuk pelayaran lain."), _("Arahkan ke loket.")),
    "wrong_port": (_("Tiket ini naik di pelabuhan lain."), _("Arahkan ke loket.")),
}
"""The sentence and next step where the device knows only that it is another ship or port."""

USED_ELSEWHERE = _("Sudah naik lewat HP lain: %(phone)s, %(gate)s.")
"""The sentence while that phone has not told when."""

CERTAINTY: dict[str, Any] = {
    "verified": _("terperiksa"),
    "provisional": _("sementara"),
    "refused": _("ditolak"),
}
"""How sure a verdict of the device is: by its data, by the signature alone, or that it is no pass."""


def telling_words(zone: str) -> dict[str, Any]:
    """Give a gate's page all words by which its device tells a verdict, in the page's language."""
    spoken = language()
    own = {**OWN_WORDS, "provisional_confirm": OWN_WORDS["confirm"]}
    return {
        "zone_name": zone_name(zone),
        "verdicts": {str(verdict): str(word) for verdict, word in WORDS.items()},
        "own": _texts(own),
        "enters": str(ENTERS),
        "pass_words": _texts(PASS_WORDS),
        "by_rules": list(BY_RULES),
        "asking": ["provisional_confirm"],
        "reasons": _pairs({**REASONS, **PROVISIONAL}),
        "without_time": _texts({**WITHOUT_TIME, "used_elsewhere": USED_ELSEWHERE}),
        "without_place": _pairs(WITHOUT_PLACE),
        "yes": _texts(answers.YES),
        "no": _texts(answers.NO),
        "facts": {fact.name: fact_word(fact.name, spoken) for fact in FACTS},
        "unknown": {fact.name: unknown_words(fact.name)[spoken] for fact in FACTS},
        "sayable": sorted(DECLARED | ADVICE | LOOKED_AT),
        "officers": {role: pick(word, spoken) for role, word in OFFICERS.items()},
        "values": {value: value_word(value, spoken) for value in (*DOCUMENT_KINDS, *RESULTS)},
        "certainty": _texts(CERTAINTY),
        "says": _sentences(),
    }


def _sentences() -> dict[str, str]:
    """The sentences that are put together from parts, with their gaps."""
    return {
        "hold_item": gettext("Tahan barangnya; orangnya boleh lewat."),
        "ship_unnamed": gettext("kapal yang belum disebut"),
        "other_left": gettext("Kapal itu sudah berangkat. Arahkan ke loket."),
        "other_day": gettext("Belum harinya: datang lagi pada hari itu, atau pindah lewat loket."),
        "unrecorded": gettext("Belum dicatat: %(facts)s."),
        "exempted": gettext("Dikecualikan oleh %(officer)s, surat %(letter)s: %(reason)s."),
        "not_judged": gettext("Aturan tidak dapat dinilai"),
        "or": gettext(" atau "),
        "may_exempt": gettext("Dengan surat dapat dikecualikan oleh %(who)s."),
        "ask_or_check": gettext("Tanyakan atau periksa, lalu catat."),
        "midnight": gettext("%(weekday)s malam, %(date)s, pukul %(hour)s (%(next)s)"),
        "seen": gettext("Sudah saya lihat: %(papers)s"),
        "no_papers": gettext("Tidak ada tes atau surat"),
        "again": gettext("Salah tekan? Cocokkan lagi"),
        "negative_since": gettext("%(test)s negatif, sesudah %(at)s"),
        "doses": gettext("Vaksin %(doses)s kali"),
        "doses_more": gettext("Vaksin 3 kali atau lebih"),
        "both": gettext("%(most)s dan %(last)s"),
        "matches": gettext("%(what)s cocok"),
    }


def _texts(table: dict[Any, Any]) -> dict[str, str]:
    return {str(code): str(text) for code, text in table.items()}


def _pairs(table: dict[str, tuple[Any, Any]]) -> dict[str, list[str]]:
    return {code: [str(sentence), str(step)] for code, (sentence, step) in table.items()}
