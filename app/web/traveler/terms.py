"""What operators have published about changing a journey and getting money back, each with its year and source.

Only what a source says (data behind it: docs of the domain, travel rules 2.4); where none was found, that is said.
"""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

REFUND: dict[str, list[LazyString]] = {
    "PELNI": [
        _("Pengembalian hanya di loket cabang Pelni, paling lambat 5 jam sebelum berangkat (agentiket, Mei 2025)."),
        _("Bawa KTP asli, salinannya dan kode pesanan."),
        _("Yang kembali: 50 persen dari tarif dasar, ditambah asuransi dan pas pelabuhan."),
        _("Bila pemerintah melarang berlayar atau karena keadaan kahar: 100 persen (Kompas, 2020 dan 2021)."),
    ],
    "DLU": [
        _("Syarat tertulis pengembalian uang DLU belum kami temukan. Tanyakan di loket sebelum membayar."),
        _("Tahun 2013, saat kapal dimajukan oleh operator, DLU mengembalikan 100 persen."),
    ],
}

UNKNOWN = [_("Syarat pengembalian uang operator ini belum kami temukan. Tanyakan di loket sebelum membayar.")]

NAMES = _(
    "Tiket tidak dapat dialihkan ke orang lain; tanggalnya dapat diubah hanya untuk orang yang sama (Pelni, 2015). "
    "Salah ketik nama dapat dibetulkan di halaman pesanan Anda, selama nomor identitasnya tetap."
)

FREE = _(
    "Tiket program gratis tidak dapat dipindahtangankan, dan hangus bila Anda tidak datang (Kompas, Desember 2023). "
    "Tidak jadi berangkat? Lepaskan tempatnya di halaman pesanan Anda, supaya dipakai orang lain."
)
