"""Sentences about travel rules: publishing, exemptions, and papers that are entered for them."""

from typing import Any

from flask_babel import lazy_gettext as _

SENTENCES: dict[str, Any] = {
    "rule_set_not_found": _("Paket aturan ini tidak ada. Pilih dari daftar."),
    "rule_not_found": _("Aturan ini tidak ada di paketnya. Pilih dari daftar."),
    "rule_faults": _("Aturan ini belum dapat disimpan. Perbaiki di %(rule_path)s."),
    "rule_code_taken": _("Aturan lain di paket ini sudah memakai kode %(rule)s. Pilih kode lain."),
    "not_a_draft": _("Paket ini sudah diterbitkan, jadi tidak berubah lagi. Mulai rancangan baru darinya."),
    "english_name_missing": _("Tulis nama paketnya dalam bahasa Inggris, lalu usulkan lagi."),
    "name_missing": _("Tulis nama paketnya, paling panjang 120 huruf; yang Inggris boleh menyusul, sebelum diusulkan."),
    "draft_changed": _("Rancangan ini berubah sejak Anda melihatnya. Muat ulang, lihat lagi, lalu terbitkan."),
    "two_people": _("Yang menulis tidak boleh menerbitkan sendiri. Minta orang lain memeriksa dan menerbitkannya."),
    "may_not_approve": _("Anda tidak berhak menyetujui aturan. Minta administrator, atau pejabat yang diberi hak itu."),
    "too_many_scans": _("Lebih dari %(maximum)s pindaian pada hari-hari itu. Pilih waktu yang lebih pendek."),
    "not_proposed": _(
        "Rancangan ini belum diusulkan, atau berubah sesudah diusulkan. Usulkan dahulu dengan tanggalnya."
    ),
    "draft_empty": _("Rancangan ini belum berisi aturan. Tambahkan sedikitnya satu."),
    "letter_missing": _("Tulis nomor surat pengecualiannya."),
    "no_exemption": _("Aturan ini tidak mengenal pengecualian."),
    "recall_settled": _("Akhirnya sudah dicatat oleh orang lain. Muat ulang halaman ini."),
    "recall_not_aboard": _(
        "Tiket ini belum dihitung naik oleh pindaian lain. Panggil orangnya turun, atau minta pengawas."
    ),
    "recall_not_acceptable": _(
        "Tiket ini tidak berlaku di sini, atau sudah dipakai orang lain. Panggil orangnya turun, atau arahkan ke loket."
    ),
    "may_not_exempt": _("Anda tidak berhak memberi pengecualian ini. Minta pejabat yang berhak."),
    "exempted_already": _("Tiket ini sudah dikecualikan dari aturan ini."),
    "set_in_the_past": _("Paket berlaku paling awal mulai sekarang. Pilih waktu yang belum lewat."),
    "exemption_reason_missing": _("Tulis alasan pengecualiannya dengan sedikitnya dua kata atau 8 huruf."),
    "not_asked": _("Aturan pada hari berlayar tidak meminta ini dari penumpang ini, jadi tidak dicatat."),
    "fact_unknown": _("Ini bukan sesuatu yang dapat dikatakan tentang penumpang. Muat ulang halaman."),
    "fact_for_officers": _("Ini hanya dapat dicatat oleh petugas yang melihatnya."),
    "fact_value": _("Isian ini tidak cocok dengan pertanyaannya. Periksa, lalu kirim lagi."),
    "paper_kind_unknown": _("Pilih tes atau surat dari daftar."),
    "issuer_unknown": _("Pilih yang mengeluarkannya dari daftar."),
    "result_missing": _("Isi hasil tes; surat tidak punya hasil."),
    "taken_in_the_future": _("Waktu ini belum tiba. Tulis kapan sampel diambil atau surat dikeluarkan."),
    "paper_gone": _("Surat ini sudah ditarik atau bukan milik penumpang ini. Muat ulang halaman."),
    "seen_by_officer": _("Surat ini sudah dilihat petugas, jadi hanya petugas yang menariknya."),
}
