"""What can be wrong with a timetable file, and what to do about it, in two languages."""

from dataclasses import dataclass

from app.errors import Refusal

SENTENCES = {
    "unreadable": (
        "Berkas {value} tidak dapat dibuka. Periksa nama berkas dan izin bacanya.",
        "The file {value} cannot be opened. Check its name and the right to read it.",
    ),
    "not_utf8": (
        "Baris {line} bukan teks UTF-8. Simpan ulang berkas sebagai 'CSV UTF-8'.",
        "Line {line} is not UTF-8 text. Save the file again as 'CSV UTF-8'.",
    ),
    "empty": (
        "Berkas kosong. Isi baris judul kolom, lalu satu baris per pelayaran.",
        "The file is empty. Give a line of column names, then one line per voyage.",
    ),
    "no_rows": (
        "Berkas hanya berisi judul kolom. Tambahkan sedikitnya satu baris pelayaran.",
        "The file has column names only. Add at least one line with a voyage.",
    ),
    "not_a_timetable": (
        "Baris {line} bukan judul kolom jadwal. Salin baris pertama dari data/seasons/lebaran-2024.csv.",
        "Line {line} does not name the columns. Copy the first line of data/seasons/lebaran-2024.csv.",
    ),
    "missing_column": (
        "Kolom {column} tidak ada. Tambahkan ke baris {line}; isinya boleh kosong bila tidak diketahui.",
        "The column {column} is missing. Add it to line {line}; leave a cell empty where nothing is known.",
    ),
    "unknown_column": (
        "Baris {line}: kolom '{column}' tidak dikenal. Hapus kolom itu atau perbaiki namanya.",
        "Line {line}: the column '{column}' is not known. Remove it or correct its name.",
    ),
    "duplicate_column": (
        "Baris {line}: kolom {column} tertulis lebih dari sekali. Sisakan satu.",
        "Line {line}: the column {column} is there more than once. Keep one.",
    ),
    "cell_count": (
        "Baris {line} berisi {value} sel, tidak sama dengan judul kolom. "
        "Apit teks yang mengandung koma dengan tanda kutip.",
        "Line {line} has {value} cells, not as many as there are columns. Put text with a comma in quotes.",
    ),
    "quoting": (
        "Baris {line} tidak dapat dibaca. Periksa tanda kutip yang terbuka atau sel yang terlalu panjang.",
        "Line {line} cannot be read. Look for a quote that is not closed or a cell that is too long.",
    ),
    "control_character": (
        "Baris {line}, kolom {column}: sel berisi ganti baris atau karakter tak terlihat. "
        "Hapus karakter itu dan periksa tanda kutipnya.",
        "Line {line}, column {column}: the cell holds a line break or an invisible character. "
        "Remove it and check the quotes.",
    ),
    "too_long": (
        "Baris {line}, kolom {column}: isi sel terlalu panjang. Persingkat.",
        "Line {line}, column {column}: the cell is too long. Shorten it.",
    ),
    "required": (
        "Baris {line}: kolom {column} wajib diisi.",
        "Line {line}: the column {column} must be filled in.",
    ),
    "date": (
        "Baris {line}, kolom {column}: '{value}' bukan tanggal. Tulis tanggal yang ada sebagai TTTT-BB-HH, "
        "misalnya 2024-04-07.",
        "Line {line}, column {column}: '{value}' is not a date. Write a day that exists as YYYY-MM-DD, "
        "for example 2024-04-07.",
    ),
    "time": (
        "Baris {line}, kolom {column}: '{value}' bukan jam. Tulis JJ:MM dari 00:00 sampai 23:59, 24:00 untuk "
        "tengah malam di akhir hari itu, atau kosongkan.",
        "Line {line}, column {column}: '{value}' is not a time. Write HH:MM from 00:00 to 23:59, 24:00 for "
        "midnight at the end of that day, or leave it empty.",
    ),
    "count": (
        "Baris {line}, kolom {column}: '{value}' bukan bilangan bulat 0 sampai 99999. Tulis angka saja, "
        "tanpa titik, koma, atau kata; kosongkan bila tidak diketahui.",
        "Line {line}, column {column}: '{value}' is not a whole number from 0 to 99999. Write digits only, "
        "no separators or words; leave it empty when unknown.",
    ),
    "no_port": (
        "Baris {line}: origin dan destination kosong. Isi sedikitnya salah satu.",
        "Line {line}: origin and destination are empty. Give at least one of them.",
    ),
    "same_port": (
        "Baris {line}: origin dan destination sama ('{value}'). Perbaiki salah satunya.",
        "Line {line}: origin and destination are the same ('{value}'). Correct one of them.",
    ),
    "lebaran_day": (
        "Baris {line}, kolom {column}: '{value}' bukan hari Lebaran. Tulis H, H-11, H+4, atau kosongkan.",
        "Line {line}, column {column}: '{value}' is not a Lebaran day. Write H, H-11, H+4 or nothing.",
    ),
    "repeated_row": (
        "Baris {line} mengulang baris {value}. Hapus salah satunya.",
        "Line {line} repeats line {value}. Remove one of them.",
    ),
}
"""What is said of each problem, in Indonesian and in English, with its remedy."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a timetable file: where (line from 1; 0 is the whole file), what, and the remedy."""

    line: int
    column: str
    value: str
    problem: str

    @property
    def message(self) -> str:
        """The sentence in Indonesian."""
        return self._sentence(0)

    @property
    def message_en(self) -> str:
        """The sentence in English."""
        return self._sentence(1)

    def _sentence(self, language: int) -> str:
        sentence = SENTENCES[self.problem][language]
        return sentence.format(line=self.line, column=_shown(self.column), value=_shown(self.value))


class TimetableFaults(Refusal):
    """A file that cannot be taken as a timetable, with all its `faults` in the order of its lines."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("timetable_faults", 422)
        self.faults = faults


def _shown(text: str) -> str:
    """Enough of a cell to find it by, safe to print."""
    printable = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text[:41]
    )
    return printable if len(text) <= 40 else printable[:40] + "…"
