"""Tell what operators have published about changing a journey and getting money back.

Only what a source says, named beside each text; where none was found, that is said.
"""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

REFUND: dict[str, list[LazyString]] = {
    "PELNI": [
        # agentiket, May 2025; octopus.co.id; travel.kompas, 25 April 2020
        _("Uang kembali hanya di kantor cabang Pelni, paling lambat 5 jam sebelum berangkat."),
        _("Bawa KTP asli, fotokopinya, dan kode pesanan."),
        _("Yang kembali: setengah dari tarif dasar, ditambah asuransi dan pas pelabuhan."),
        # Kompas, 25 April 2020 and 9 April 2021
        _("Bila pemerintah melarang kapal berlayar, atau ada kejadian di luar kuasa siapa pun: semua uang kembali."),
    ],
    "DLU": [
        # No written terms were found; of a case in 2013 only press reports.
        _("Aturan uang kembali DLU belum diumumkan. Tanyakan di loket sebelum membayar."),
    ],
}

UNKNOWN = [_("Aturan uang kembali kapal ini belum diumumkan. Tanyakan di loket sebelum membayar.")]

# Pelni 2015 (batamtoday 61380); terms of Pelni's e-ticket, 2023
EXCHANGE = {
    "PELNI": _(
        "Ini tanda terima, belum dokumen naik kapal. Tukarkan dengan boarding pass di konter Pelni mulai 24 jam "
        "sebelum berangkat, lalu bawa keduanya ke gerbang."
    ),
}
"""Instructions for the ticket before the gate, said where its code is shown."""

NAMES = _(
    "Tiket hanya untuk orang yang namanya tertulis, tidak boleh dipakai orang lain. "
    "Nama salah ketik? Betulkan di halaman pesanan Anda."
)

# Kompas, 31 December 2023
FREE = _(
    "Tiket gratis tidak boleh diberikan kepada orang lain, dan hangus bila Anda tidak datang. "
    "Tidak jadi berangkat? Batalkan di halaman pesanan Anda, supaya tempatnya dipakai orang lain."
)
