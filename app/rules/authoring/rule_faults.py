"""Faults of a rule, each with its remedy, in two languages."""

from dataclasses import dataclass

from app.errors import Refusal

SENTENCES = {
    "not_an_object": (
        "tulis sebuah objek JSON di sini.",
        "write a JSON object here.",
    ),
    "unknown_key": (
        "nama ini tidak dikenal; hapus atau betulkan ejaannya.",
        "this name is not known; remove it or correct it.",
    ),
    "required": (
        "wajib diisi.",
        "this must be filled in.",
    ),
    "code": (
        "pakai huruf kecil, angka, dan tanda hubung, paling panjang 60.",
        "use lower-case letters, digits and dashes, at most 60.",
    ),
    "sentence": (
        "tulis kalimatnya dalam bahasa Indonesia (id) dan Inggris (en), masing-masing paling panjang {value} huruf.",
        "write the sentence in Indonesian (id) and English (en), each of at most {value} letters.",
    ),
    "text": (
        "tulis teks, paling panjang {value} huruf.",
        "write a text of at most {value} letters.",
    ),
    "hidden": (
        "ada huruf yang tidak terlihat ({value}); hapus, lalu ketik ulang.",
        "there is a letter that nobody sees ({value}); remove it and type again.",
    ),
    "day": (
        "tulis tanggal yang ada sebagai TTTT-BB-HH, atau null.",
        "write a day that exists as YYYY-MM-DD, or null.",
    ),
    "ends_before": (
        "tanggal akhir sebelum tanggal mulai; betulkan salah satunya.",
        "the last day is before the first; correct one of them.",
    ),
    "choice": (
        "pilih dari: {value}.",
        "choose from: {value}.",
    ),
    "texts": (
        "tulis daftar teks, sedikitnya satu dan paling banyak {value}.",
        "write a list of texts, at least one and at most {value}.",
    ),
    "nowhere": (
        "ini mengecualikan semua tempat yang disebut di where, jadi aturannya tidak pernah berlaku.",
        "this excepts every place that where names, so that the rule never applies.",
    ),
    "unknown_place": (
        "'{value}' belum terdaftar, jadi aturannya tidak berlaku di mana pun; betulkan ejaannya atau daftarkan dahulu.",
        "'{value}' is not registered, so that the rule applies nowhere; correct the spelling or register it first.",
    ),
    "truth": (
        "tulis true atau false.",
        "write true or false.",
    ),
    "item": (
        "barang hanya dapat ditinggal bila orangnya lewat; pilih akibat note.",
        "a thing can stay behind only where the person passes; choose the outcome note.",
    ),
    "unconfirmed": (
        "yang belum terkonfirmasi tidak diperiksa; tulis sebabnya di off, atau pilih kepastian sumber yang ditemukan.",
        "what is not confirmed is not asked for; write why in off, or choose how sure the source is that was found.",
    ),
    "next": (
        "tulis langkah berikutnya: orang ini belum boleh lewat dan harus tahu apa yang dapat dilakukan.",
        "write the next step: this person may not pass yet and must know what to do.",
    ),
    "not_plain": (
        "hanya teks, bilangan bulat sampai 2^53, true, false, daftar paling panjang 200, dan tidak terlalu dalam.",
        "only texts, whole numbers within 2^53, true, false, lists of at most 200, and not too deep.",
    ),
    "too_large": (
        "logikanya terlalu besar; paling banyak {value} bagian.",
        "the logic is too large; at most {value} parts.",
    ),
    "operation": (
        'tulis satu operasi: {{"operator": [isi, ...]}}.',
        'write one operation: {{"operator": [operands, ...]}}.',
    ),
    "operator": (
        "operator '{value}' tidak dikenal; pakai var, if, and, !, ===, in, +, >, <, >=, <=, after, "
        "before, not-after, not-before, plusTime, reduce.",
        "the operator '{value}' is not known; use var, if, and, !, ===, in, +, >, <, >=, <=, after, "
        "before, not-after, not-before, plusTime, reduce.",
    ),
    "operands": (
        "jumlah isinya salah; operator ini memerlukan {value}.",
        "the number of operands is wrong; this operator takes {value}.",
    ),
    "path": (
        "tulis nama fakta sebagai teks.",
        "write the name of a fact as a text.",
    ),
    "unknown_fact": (
        "fakta '{value}' tidak ada; lihat tabel di docs/rules.md.",
        "there is no fact '{value}'; see the table in docs/rules.md.",
    ),
    "unused_fact": (
        "logika tidak memakai fakta '{value}'; hapus dari daftar ini.",
        "the logic does not use the fact '{value}'; remove it from this list.",
    ),
    "type": (
        "jenisnya salah; di sini diperlukan {value}.",
        "this is of the wrong type; {value} is needed here.",
    ),
    "never_equal": (
        "kedua sisi tidak pernah sama karena jenisnya berbeda ({value}).",
        "the two sides are never equal, as their types differ ({value}).",
    ),
    "no_such_value": (
        "fakta ini tidak pernah bernilai {value}; betulkan ejaannya.",
        "this fact is never {value}; correct the spelling.",
    ),
    "moment": (
        "'{value}' bukan tanggal atau waktu.",
        "'{value}' is not a date or time.",
    ),
    "too_far": (
        "terlalu jauh; hasilnya bukan tanggal lagi.",
        "this is too far; what comes out is no date any more.",
    ),
    "answer": (
        "logika harus menjawab benar atau salah.",
        "the logic must answer true or false.",
    ),
    "no_fact": (
        "logika ini tidak melihat fakta apa pun, jadi jawabannya selalu sama; sebut sedikitnya satu fakta dengan var, "
        "atau tulis false bila tidak seorang pun boleh memenuhinya.",
        "this logic looks at no fact, so that its answer is always the same; name at least one fact with var, "
        "or write false if nobody is to meet it.",
    ),
    "twice": (
        "kode ini sudah dipakai aturan lain di paket yang sama.",
        "another rule of this set has this code already.",
    ),
}
"""A sentence for each problem, in Indonesian and in English, with its remedy; the place goes before it."""


IN_A_FORM = {
    "required": ("Wajib diisi.", "This must be filled in."),
    "not_an_object": ("Wajib diisi.", "This must be filled in."),
    "code": (
        "Pakai huruf kecil, angka, dan tanda hubung, paling panjang 60.",
        "Use lower-case letters, digits and dashes, at most 60.",
    ),
    "sentence": ("Tulis kalimatnya, paling panjang {value} huruf.", "Write the sentence, of at most {value} letters."),
    "text": ("Tulis teks, paling panjang {value} huruf.", "Write a text of at most {value} letters."),
    "day": ("Tulis tanggal yang ada, atau kosongkan.", "Write a day that exists, or leave it empty."),
    "choice": ("Pilih salah satu dari daftar.", "Choose one from the list."),
    "nowhere": (
        "Ini mengecualikan semua tempat yang dipilih di atas, jadi aturannya tidak pernah berlaku.",
        "This excepts every place that is chosen above, so that the rule never applies.",
    ),
    "item": (
        "Barang hanya dapat ditinggal bila orangnya lewat; pilih akibat yang membiarkannya lewat.",
        "A thing can stay behind only where the person passes; choose an outcome that lets the person pass.",
    ),
    "unconfirmed": (
        "Yang belum terkonfirmasi tidak diperiksa; tulis sebabnya di “Tidak dipakai, karena”, atau pilih kepastian "
        "sumber yang ditemukan.",
        "What is not confirmed is not asked for; write why at “Not used, because”, or choose how sure the source is.",
    ),
    "next": (
        "Tulis langkah berikutnya: orang ini belum boleh lewat dan harus tahu apa yang dapat dilakukan.",
        "Write the next step: this person may not pass yet and must know what to do.",
    ),
    "unused_fact": (
        "Yang diminta tidak memakai “{value}”; hapus dari daftar ini.",
        "What is asked for does not use “{value}”; remove it from this list.",
    ),
}
"""A sentence at the field of a form, where a sentence above names what only the JSON has."""

_TYPES = {
    "integer": ("bilangan bulat", "a whole number"),
    "text": ("teks", "a text"),
    "truth": ("benar atau salah", "true or false"),
    "date": ("tanggal", "a date"),
    "list": ("daftar", "a list"),
    "list of texts": ("daftar teks", "a list of texts"),
    "moment": ("waktu dari plusTime", "a time made by plusTime"),
    "item": ("butir daftar", "an item of a list"),
}
"""The name of each type in both languages."""

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
        return self._told(0, "aturan")

    @property
    def message_en(self) -> str:
        """The sentence in English."""
        return self._told(1, "rule")

    def at_its_field(self, language: str) -> str:
        """The remedy alone, for a form that shows it at the field: without the place and the names of the JSON."""
        at = 1 if language == "en" else 0
        words = IN_A_FORM.get(self.problem)
        said = words[at].format(value=_cut(self.value, _VALUE_MAX)) if words else self._remedy(at)
        return said[:1].upper() + said[1:]

    def _told(self, language: int, whole: str) -> str:
        return f"{_cut(self.path, _PATH_MAX) or whole}: {self._remedy(language)}"

    def _remedy(self, language: int) -> str:
        value = _cut(self.value, _VALUE_MAX)
        if self.problem in ("type", "never_equal"):
            words = [_TYPES[one][language] if one in _TYPES else one for one in value.split(" / ")]
            value = " / ".join(words)
        return SENTENCES[self.problem][language].format(value=value)


def _cut(text: str, longest: int) -> str:
    """So much of it as can be shown, without letters that no page can carry."""
    shown = text.encode("utf-8", "backslashreplace").decode()
    return shown if len(shown) <= longest else f"{shown[:longest]}…"


class RuleFaults(Refusal):
    """A rule, or a set of them, that cannot be saved, with all its `faults`."""

    def __init__(self, faults: list[RuleFault]) -> None:
        super().__init__("rule_faults", rule_path=faults[0].path)
        self.faults = faults
