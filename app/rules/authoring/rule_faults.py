"""Faults of a rule, each with its remedy; other languages are in the catalogues of translations."""

from collections.abc import Callable
from dataclasses import dataclass

from app.errors import Refusal
from app.text import N_

SENTENCES = {
    "not_an_object": N_("tulis sebuah objek JSON di sini."),
    "unknown_key": N_("nama ini tidak dikenal; hapus atau betulkan ejaannya."),
    "required": N_("wajib diisi."),
    "code": N_("pakai huruf kecil, angka, dan tanda hubung, paling panjang 60."),
    "sentence": N_(
        "tulis kalimatnya dalam bahasa Indonesia (id) dan Inggris (en), masing-masing paling panjang {value} huruf."
    ),
    "text": N_("tulis teks, paling panjang {value} huruf."),
    "hidden": N_("ada huruf yang tidak terlihat ({value}); hapus, lalu ketik ulang."),
    "day": N_("tulis tanggal yang ada sebagai TTTT-BB-HH, atau null."),
    "ends_before": N_("tanggal akhir sebelum tanggal mulai; betulkan salah satunya."),
    "choice": N_("pilih dari: {value}."),
    "texts": N_("tulis daftar teks, sedikitnya satu dan paling banyak {value}."),
    "nowhere": N_("ini mengecualikan semua tempat yang disebut di where, jadi aturannya tidak pernah berlaku."),
    "unknown_place": N_(
        "'{value}' belum terdaftar, jadi aturannya tidak berlaku di mana pun; betulkan ejaannya atau daftarkan dahulu."
    ),
    "truth": N_("tulis true atau false."),
    "item": N_("barang hanya dapat ditinggal bila orangnya lewat; pilih akibat note."),
    "unconfirmed": N_(
        "yang belum terkonfirmasi tidak diperiksa; tulis sebabnya di off, atau pilih kepastian sumber yang ditemukan."
    ),
    "next": N_("tulis langkah berikutnya: orang ini belum boleh lewat dan harus tahu apa yang dapat dilakukan."),
    "not_plain": N_(
        "hanya teks, bilangan bulat sampai 2^53, true, false, daftar paling panjang 200, dan tidak terlalu dalam."
    ),
    "too_large": N_("logikanya terlalu besar; paling banyak {value} bagian."),
    "operation": N_('tulis satu operasi: {{"operator": [isi, ...]}}.'),
    "operator": N_(
        "operator '{value}' tidak dikenal; pakai var, if, and, !, ===, in, +, >, <, >=, <=, after, "
        "before, not-after, not-before, plusTime, reduce."
    ),
    "operands": N_("jumlah isinya salah; operator ini memerlukan {value}."),
    "path": N_("tulis nama fakta sebagai teks."),
    "unknown_fact": N_("fakta '{value}' tidak ada; namanya terlihat di aturan lain yang dibuka sebagai JSON."),
    "unused_fact": N_("logika tidak memakai fakta '{value}'; hapus dari daftar ini."),
    "type": N_("jenisnya salah; di sini diperlukan {value}."),
    "never_equal": N_("kedua sisi tidak pernah sama karena jenisnya berbeda ({value})."),
    "no_such_value": N_("fakta ini tidak pernah bernilai {value}; betulkan ejaannya."),
    "moment": N_("'{value}' bukan tanggal atau waktu."),
    "too_far": N_("terlalu jauh; hasilnya bukan tanggal lagi."),
    "answer": N_("logika harus menjawab benar atau salah."),
    "no_fact": N_(
        "logika ini tidak melihat fakta apa pun, jadi jawabannya selalu sama; sebut sedikitnya satu fakta dengan var, "
        "atau tulis false bila tidak seorang pun boleh memenuhinya."
    ),
    "twice": N_("kode ini sudah dipakai aturan lain di paket yang sama."),
}
"""A sentence for each problem with its remedy; the place goes before it."""


IN_A_FORM = {
    "required": N_("Wajib diisi."),
    "not_an_object": N_("Wajib diisi."),
    "code": N_("Pakai huruf kecil, angka, dan tanda hubung, paling panjang 60."),
    "sentence": N_("Tulis kalimatnya, paling panjang {value} huruf."),
    "text": N_("Tulis teks, paling panjang {value} huruf."),
    "day": N_("Tulis tanggal yang ada, atau kosongkan."),
    "choice": N_("Pilih salah satu dari daftar."),
    "nowhere": N_("Ini mengecualikan semua tempat yang dipilih di atas, jadi aturannya tidak pernah berlaku."),
    "item": N_("Barang hanya dapat ditinggal bila orangnya lewat; pilih akibat yang membiarkannya lewat."),
    "unconfirmed": N_(
        "Yang belum terkonfirmasi tidak diperiksa; tulis sebabnya di “Tidak dipakai, karena”, atau pilih kepastian "
        "sumber yang ditemukan."
    ),
    "next": N_("Tulis langkah berikutnya: orang ini belum boleh lewat dan harus tahu apa yang dapat dilakukan."),
    "unused_fact": N_("Yang diminta tidak memakai “{value}”; hapus dari daftar ini."),
}
"""A sentence at the field of a form, where a sentence above names what only the JSON has."""

_TYPES = {
    "integer": N_("bilangan bulat"),
    "text": N_("teks"),
    "truth": N_("benar atau salah"),
    "date": N_("tanggal"),
    "list": N_("daftar"),
    "list of texts": N_("daftar teks"),
    "moment": N_("waktu dari plusTime"),
    "item": N_("butir daftar"),
}
"""The name of each type."""

_WHOLE = N_("aturan")
_VALUE_MAX = 120
_PATH_MAX = 160


@dataclass(frozen=True)
class RuleFault:
    """One thing wrong in a rule: where (a path such as `logic.and[1].>=[0]`), what, and the remedy."""

    path: str
    problem: str
    value: str = ""

    @property
    def message(self) -> str:
        """The sentence in Indonesian."""
        return self.told(str)

    def told(self, translate: Callable[[str], str]) -> str:
        """The sentence in the language of `translate`."""
        return f"{_cut(self.path, _PATH_MAX) or translate(_WHOLE)}: {self._remedy(translate)}"

    def at_its_field(self, translate: Callable[[str], str]) -> str:
        """The remedy alone, for a form that shows it at the field: without the place and the names of the JSON."""
        words = IN_A_FORM.get(self.problem)
        said = translate(words).format(value=_cut(self.value, _VALUE_MAX)) if words else self._remedy(translate)
        return said[:1].upper() + said[1:]

    def _remedy(self, translate: Callable[[str], str]) -> str:
        value = _cut(self.value, _VALUE_MAX)
        if self.problem in ("type", "never_equal"):
            words = [translate(_TYPES[one]) if one in _TYPES else one for one in value.split(" / ")]
            value = " / ".join(words)
        return translate(SENTENCES[self.problem]).format(value=value)


def _cut(text: str, longest: int) -> str:
    """So much of it as can be shown, without letters that no page can carry."""
    shown = text.encode("utf-8", "backslashreplace").decode()
    return shown if len(shown) <= longest else f"{shown[:longest]}…"


class RuleFaults(Refusal):
    """A rule, or a set of them, that cannot be saved, with all its `faults`."""

    def __init__(self, faults: list[RuleFault]) -> None:
        super().__init__("rule_faults", rule_path=faults[0].path)
        self.faults = faults
