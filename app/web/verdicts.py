"""What the gate says, in words: one word for each verdict, a sentence and a next step for each reason."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import get_locale, gettext, lazy_gettext

from app.boarding.actions import ScanAnswer
from app.boarding.by_rules import asks
from app.boarding.models import Scan, Verdict
from app.schedule.models import Port
from app.web import words

_ = lazy_gettext

WORDS: dict[Verdict, Any] = {
    Verdict.PASS: _("NAIK"),
    Verdict.HOLD: _("TAHAN"),
    Verdict.REFUSE: _("TOLAK"),
    Verdict.REFER: _("RUJUK"),
}

ENTERS: Any = _("MASUK")
"""The word for a pass where nobody boards yet."""

REASONS: dict[str, tuple[Any, Any]] = {
    "admitted": (_("Tiket sah dan sudah dibayar."), _("Persilakan naik.")),
    "entered": (_("Tiket sah dan sudah dibayar."), _("Persilakan masuk, dan beri gelang.")),
    "entered_again": (
        _("Sudah masuk sejak %(at)s di %(gate)s."),
        _("Cocokkan gelang dan nama, lalu persilakan masuk lagi."),
    ),
    "already_used": (
        _("Sudah dipakai %(at)s di %(gate)s."),
        _("Jangan naikkan. Cocokkan nama dengan KTP, lalu panggil pengawas."),
    ),
    "wrong_voyage": (
        _("Tiket ini untuk %(ship)s, %(at)s dari %(port)s."),
        _("Tunjukkan kapal dan waktu di tiketnya."),
    ),
    "wrong_port": (
        _("Tiket ini naik dari %(port)s, %(at)s dengan %(ship)s."),
        _("Arahkan ke loket untuk mengubah perjalanannya."),
    ),
    "unpaid": (
        _("Pesanan %(booking)s belum dibayar."),
        _("Arahkan ke loket untuk membayar, lalu pindai lagi."),
    ),
    "void": (
        _("Pesanan ini dibatalkan atau waktunya habis."),
        _("Arahkan ke loket untuk membeli tiket lagi."),
    ),
    "replaced": (
        _("Namanya sudah dibetulkan: tiket yang berlaku sekarang %(serial)s."),
        _("Minta tiket yang baru. Bila tidak ada, cocokkan nama dengan KTP dan ketik nomor itu."),
    ),
    "cancelled": (
        _("Penumpang ini sudah membatalkan perjalanannya."),
        _("Arahkan ke loket untuk membeli tiket lagi."),
    ),
    "moved": (
        _("Penumpang ini sudah pindah ke %(ship)s, %(at)s dari %(port)s."),
        _("Minta tiket yang baru, dan tunjukkan kapal dan waktunya."),
    ),
    "no_show": (
        _("Penumpang ini tidak ada sampai batas waktu, dan tempatnya sudah diberikan."),
        _("Arahkan ke loket untuk pelayaran berikutnya."),
    ),
    "too_early": (
        _("Naik kapal baru dibuka %(at)s."),
        _("Minta menunggu, lalu pindai lagi pada waktu itu."),
    ),
    "too_late": (
        _("Naik kapal sudah ditutup %(at)s."),
        _("Arahkan ke loket untuk pelayaran berikutnya."),
    ),
    "departed": (
        _("Kapal sudah berangkat %(at)s."),
        _("Arahkan ke loket untuk pelayaran berikutnya."),
    ),
    "ship_full": (
        _("Kapal penuh: jumlah orang di atas kapal sudah mencapai batas."),
        _("Hentikan antrean dan panggil pengawas."),
    ),
    "voyage_cancelled": (
        _("Pelayaran ini dibatalkan: %(reason)s."),
        _("Jangan naikkan. Arahkan ke loket: pelayaran lain atau uang kembali."),
    ),
    "displaced": (
        _("Tempat di tiket ini hilang karena kapal atau kuota berubah: %(reason)s."),
        _("Jangan naikkan. Arahkan ke loket: pelayaran lain atau uang kembali."),
    ),
    "confirm": (
        _("Ada yang perlu Anda cocokkan dahulu."),
        _("Lihat orang dan suratnya, lalu tekan jawabannya."),
    ),
    "rules_hold": (
        _("Aturan perjalanan belum dipenuhi."),
        _("Minta penumpang melengkapi, lalu pindai lagi."),
    ),
    "rules_refer": (
        _("Aturan perjalanan menyerahkan ini kepada pengawas."),
        _("Minta menunggu di samping dan panggil pengawas."),
    ),
    "rules_movable": (
        _("Aturan perjalanan tidak mengizinkan keberangkatan ini."),
        _("Jangan naikkan. Tiketnya dapat dipindah ke kapal berikutnya di loket."),
    ),
    "rules_void": (
        _("Menurut aturan perjalanan tiket ini tidak berlaku."),
        _("Jangan naikkan. Arahkan ke loket."),
    ),
    "unknown_ticket": (
        _("Nomor tiket ini tidak ada dalam catatan."),
        _("Ketik nomornya sekali lagi; bila tetap tidak ada, arahkan ke loket."),
    ),
    "unreadable": (
        _("Ini bukan kode atau nomor tiket Dermaga yang utuh."),
        _("Minta tiket aslinya, atau ketik nomor tiketnya."),
    ),
    "unknown_key": (
        _("Kode ini ditandatangani dengan kunci yang tidak dikenal."),
        _("Ketik nomor tiketnya; bila tidak ada, arahkan ke loket."),
    ),
    "forged": (
        _("Tanda tangan kode ini palsu."),
        _("Jangan naikkan. Simpan tiketnya dan panggil pengawas."),
    ),
}
"""Per reason of a scan: what is true, and what the officer does next."""

ENTERED = ("entered", "entered_again")
"""Reasons of a pass at the terminal and on the quay."""

BY_RULES = ("confirm", "rules_hold", "rules_refer", "rules_movable", "rules_void")
"""Reasons that a set of rules gave: the rule that decided has better words, if it has any."""

WITHOUT_TIME: dict[str, Any] = {
    "wrong_voyage": _("Tiket ini untuk %(ship)s dari %(port)s."),
    "wrong_port": _("Tiket ini naik dari %(port)s dengan %(ship)s."),
    "moved": _("Penumpang ini sudah pindah ke pelayaran lain."),
    "too_early": _("Jam keberangkatan belum diumumkan, jadi naik kapal belum dibuka."),
    "departed": _("Kapal sudah berangkat."),
}
"""The sentence where no moment is known."""

DEVICE_REASONS: dict[str, tuple[Verdict, Any, Any]] = {
    "no_connection": (
        Verdict.HOLD,
        _("Tidak ada sambungan ke server."),
        _("Minta menunggu di samping. Pindai lagi setelah tersambung."),
    ),
    "no_connection_signed": (
        Verdict.HOLD,
        _("Tidak ada sambungan ke server. Tanda tangan tiket ini sah."),
        _("Minta menunggu di samping. Pindai lagi setelah tersambung."),
    ),
    "trouble": (
        Verdict.HOLD,
        _("Server sedang sibuk dan belum menjawab."),
        _("Tunggu sebentar, lalu pindai lagi."),
    ),
    "signed_out": (
        Verdict.HOLD,
        _("Sesi Anda sudah berakhir."),
        _("Muat ulang halaman ini, masuk, lalu pindai lagi."),
    ),
}
"""What only the device can say: the server did not answer. None of them ever admits."""


@dataclass(frozen=True)
class Why:
    """One reason of a set of rules, as an officer reads it. `fact` is what nobody has said yet."""

    rule: str
    outcome: str
    why: str
    title: str
    sentence: str
    next_step: str
    fact: str = ""


@dataclass(frozen=True)
class Answer:
    """Something that the officer can say with one touch, to have the ticket judged again."""

    label: str
    said: dict[str, Any] = field(default_factory=dict)
    seen: list[int] = field(default_factory=list)
    main: bool = False

    @property
    def as_text(self) -> str:
        """As a form sends it."""
        return json.dumps({"said": self.said, "seen": self.seen})


@dataclass(frozen=True)
class Telling:
    """A verdict as an officer reads it."""

    word: str
    sentence: str
    next_step: str
    reasons: list[Why] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    @property
    def more(self) -> list[Why]:
        """The reasons that neither the sentence nor a button has told already."""
        asked = {fact for answer in self.answers for fact in answer.said}
        return [why for why in self.reasons if why.sentence != self.sentence and why.fact not in asked]


def put_scan(kept: Scan, port: Port) -> Telling:
    """The words of a scan that was kept."""
    return put(kept.verdict, kept.reason, kept.details, port, kept.reasons or ())


def put(
    verdict: str, reason: str, details: Mapping[str, Any], port: Port, reasons: Sequence[Mapping[str, Any]] = ()
) -> Telling:
    """The words of one verdict; moments in `details` (ISO, key `at`) are told on the clock of `port`.

    `reasons` are those of the travel rules, the strongest first.
    """
    sentence, next_step = REASONS[reason]
    whys = [_why(one) for one in reasons]
    if reason in BY_RULES and whys:
        # Percent signs of a rule's own words are no gaps.
        sentence, next_step = whys[0].sentence.replace("%", "%%") or sentence, whys[0].next_step or next_step
    when = details.get("at")
    if when is None:
        sentence = WITHOUT_TIME.get(reason, sentence)
    filling = {
        **details,
        "at": words.at(datetime.fromisoformat(when), port) if when else "",
        "ship": details.get("ship") or gettext("kapal yang belum disebut"),
    }
    # Formatted here: gettext itself would take a per cent sign without details literally.
    told = str(sentence) % filling if "%" in str(sentence) else str(sentence)
    word = ENTERS if reason in ENTERED else WORDS[Verdict(verdict)]
    answers = list(_answers(asks(reasons), details.get("papers", ()), port)) if verdict != Verdict.PASS else []
    if reason == "confirm" and answers:
        next_step = REASONS[reason][1]
    return Telling(str(word), told, str(next_step), whys, answers)


def _why(reason: Mapping[str, Any]) -> Why:
    language = "en" if str(get_locale()) == "en" else "id"
    said = {name: str(reason.get(name, {}).get(language, "")) for name in ("title", "sentence", "next_step")}
    if granted := reason.get("exemption"):
        said["sentence"] = gettext("Dikecualikan oleh %(officer)s, surat %(letter)s: %(reason)s.") % granted
        said["next_step"] = ""
    elif reason["why"] == "error":
        said["title"] = said["title"] or gettext("Aturan tidak dapat dinilai")
        said["next_step"] = str(REASONS["rules_refer"][1])
    said["sentence"] = said["sentence"] or said["title"]
    return Why(reason["rule"], reason["outcome"], reason["why"], fact=str(reason.get("fact", "")), **said)


YES: dict[str, Any] = {
    "identity.name_matches": _("nama"),
    "identity.number_matches": _("nomor"),
    "identity.person_matches": _("orangnya"),
    "ticket.exchanged": _("boarding pass ada"),
    "person.health_app": _("aplikasi kesehatan sudah diisi"),
}
"""What an officer finds in order, as a part of the sentence on the button."""

NO: dict[str, Any] = {
    "identity.name_matches": _("Nama tidak cocok"),
    "identity.number_matches": _("Nomor tidak cocok"),
    "identity.person_matches": _("Orangnya lain"),
    "ticket.exchanged": _("Belum ada boarding pass"),
    "person.health_app": _("Aplikasi kesehatan belum diisi"),
}
"""The opposite, on a button of its own: pressed by whoever has looked, never by mistake for the other."""

PAPERS: dict[str, Any] = {
    "pcr": _("PCR"),
    "antigen": _("Antigen"),
    "genose": _("GeNose"),
    "doctor_letter": _("Surat dokter"),
    "travel_letter": _("Surat tugas atau izin jalan"),
    "reduction_letter": _("Surat untuk potongan harga"),
    "photo_document": _("Dokumen lain yang berfoto"),
}

RESULTS: dict[str, Any] = {"negative": _("negatif"), "positive": _("positif"), "unclear": _("tidak jelas")}

DOSES = (0, 1, 2, 3)


def _answers(wanted: Sequence[str], papers: Sequence[Mapping[str, Any]], port: Port) -> Iterator[Answer]:
    """The buttons for exactly what is missing: what is in order first, all of it with one touch."""
    plain = [fact for fact in wanted if fact in YES]
    if plain:
        yield Answer(_all_in_order(plain), dict.fromkeys(plain, True), main=True)
    for fact in plain:
        yield Answer(str(NO[fact]), {fact: False})
    if "person.doses" in wanted:
        for doses in DOSES:
            label = (
                gettext("Vaksin %(doses)s kali", doses=doses) if doses < DOSES[-1] else gettext("Vaksin 3 kali lebih")
            )
            yield Answer(label, {"person.doses": doses})
    for paper in papers:
        yield Answer(
            gettext("Sudah saya lihat: %(paper)s", paper=paper_words(paper, port)), seen=[paper["id"]], main=True
        )
    if "documents" in wanted:
        yield Answer(gettext("Tidak ada tes atau surat"), {"documents": []})


def paper_words(paper: Mapping[str, Any], port: Port) -> str:
    """`PCR negatif, Rab, 27 Apr 2022 06.10 WIB`."""
    kind = PAPERS.get(paper["kind"], paper["kind"])
    result = RESULTS.get(paper["result"] or "", "")
    return f"{kind} {result}".strip() + f", {words.at(datetime.fromisoformat(paper['taken_at']), port)}"


def _all_in_order(facts: Sequence[str]) -> str:
    """`Nama dan nomor cocok, boarding pass ada`."""
    compared = [str(YES[fact]) for fact in facts if fact.startswith("identity.")]
    parts = [str(YES[fact]) for fact in facts if not fact.startswith("identity.")]
    if compared:
        *most, last = compared
        listed = gettext("%(most)s dan %(last)s", most=", ".join(most), last=last) if most else last
        parts.insert(0, gettext("%(what)s cocok", what=listed))
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def tell(answer: ScanAnswer, port: Port) -> dict[str, Any]:
    """The answer to a scan at `port` with its words: what `ScanOut` dumps."""
    told = put(answer.verdict, answer.reason, answer.details, port, answer.reasons)
    return {**asdict(answer), **asdict(told)}


def device_words() -> dict[str, dict[str, str]]:
    """What a gate's page needs to speak without the server: per code its verdict, word, sentence, next step."""
    own = {code: (verdict, *said) for code, (verdict, *said) in DEVICE_REASONS.items()}
    for code, verdict in (("forged", Verdict.REFUSE), ("unreadable", Verdict.REFER)):
        own[code] = (verdict, *REASONS[code])
    return {
        code: {"verdict": verdict, "word": str(WORDS[verdict]), "sentence": str(said), "next_step": str(step)}
        for code, (verdict, said, step) in own.items()
    }
