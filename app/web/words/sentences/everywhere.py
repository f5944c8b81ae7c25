"""Sentences that any page may need: refused, and not found."""

from typing import Any

from flask_babel import lazy_gettext as _

SENTENCES: dict[str, Any] = {
    "bad_request": _("Permintaan ini tidak lengkap. Kembali ke halaman sebelumnya dan coba lagi."),
    "not_found": _("Halaman ini tidak ada. Periksa alamatnya, atau mulai dari halaman depan."),
    "wrong_method": _("Halaman ini tidak dapat dipakai dengan cara itu. Mulai dari halaman depan."),
    "too_large": _("Yang dikirim terlalu besar. Kirim yang lebih kecil."),
    "broken": _("Ada yang rusak di pihak kami. Tidak ada yang hilang; coba lagi sebentar lagi."),
    "busy": _("Sedang sangat ramai. Tidak ada yang hilang; coba lagi dua detik lagi."),
    "more_errors": _("Dan %(count)s isian lain. Perbaiki yang ini dahulu, lalu kirim lagi."),
    "database_away": _("Data kami sedang tidak dapat dijangkau. Tidak ada yang hilang; coba lagi sebentar lagi."),
    "not_migrated": _("Layanan sedang diperbarui dan belum dapat mencatat. Coba lagi beberapa menit lagi."),
    "storage_full": _(
        "Penyimpanan kami penuh, jadi belum ada yang dapat dicatat. Yang sudah tercatat tidak hilang; petugas kami "
        "perlu memperbaikinya."
    ),
    "storage_read_only": _(
        "Penyimpanan kami sedang hanya dapat dibaca, jadi belum ada yang dapat dicatat. Yang sudah tercatat tidak "
        "hilang."
    ),
    "storage_failed": _(
        "Penyimpanan kami rusak, jadi belum ada yang dapat dicatat. Simpan tiket Anda; petugas kami perlu "
        "memperbaikinya."
    ),
    "form_expired": _("Formulir ini sudah terlalu lama terbuka. Muat ulang halaman, lalu kirim lagi."),
    "bad_json": _("Isi permintaan bukan JSON yang utuh. Periksa tanda kurung, kutip dan komanya."),
    "json_too_many_parts": _(
        "Terlalu banyak isian dalam satu permintaan: paling banyak %(maximum)s. Kirim lebih sedikit."
    ),
    "json_too_deep": _("Isi permintaan terlalu dalam bersusun: paling banyak %(maximum)s tingkat."),
    "json_number": _("Ada angka yang tidak dapat dipakai: NaN, Infinity, atau terlalu panjang. Tulis angka biasa."),
    "broken_text": _("Ada huruf yang rusak di sini. Tulis lagi isian ini."),
    "not_json": _("Kirim isi sebagai JSON, dengan Content-Type: application/json."),
    "once": _("Tulis bagian ini satu kali saja."),
    "port_not_found": _("Pelabuhan ini tidak dikenal. Daftarnya ada di /api/v1/ports."),
    "invalid": _("Ada isian yang perlu diperbaiki."),
    "not_allowed": _("Peran Anda tidak membuka halaman ini. Minta administrator bila Anda memerlukannya."),
    "too_many": _("Terlalu sering dicoba dari sini. Tunggu %(retry_after_seconds)s detik, lalu coba lagi."),
    "proof_of_work": _(
        'Banyak pesanan datang dari jaringan ini sekarang. Kerjakan hitungan kecil di "work", atau tunggu giliran.'
    ),
    "sign_in_elsewhere": _(
        "Nama ini terlalu sering dicoba. Tunggu %(retry_after_seconds)s detik, atau masuk di HP atau komputer yang "
        "pernah Anda pakai untuk masuk."
    ),
    "day": _("Tulis hari seperti 2026-11-27, atau pilih dari kalender."),
    "moment": _("Tulis hari dan jam seperti 2026-11-27 13:30, atau pilih dari kalender."),
    "time_of_day": _("Tulis jam seperti 07:00 atau 13:30."),
    "voyage_not_found": _("Pelayaran ini tidak ada (lagi). Cari pelayaran lain."),
    "booking_not_found": _("Tidak ada pesanan dengan kode dan nomor telepon itu. Periksa keduanya."),
    "ticket_not_found": _("Tiket ini tidak ada. Periksa nomornya."),
    "departure_not_found": _("Keberangkatan ini tidak ada. Kembali dan pilih dari daftar."),
    "group_not_found": _("Rombongan ini tidak ada di keberangkatan ini. Muat ulang halamannya, lalu pilih lagi."),
    "gate_not_found": _("Gerbang ini tidak ada. Kembali dan pilih dari daftar."),
    "scan_not_found": _("Pindaian ini tidak ada. Kembali dan pilih dari daftar."),
    "journey_not_found": _("Kapal ini tidak berlayar begitu. Pilih dua singgahnya, yang kedua sesudah yang pertama."),
    "call_not_found": _("Singgah ini tidak ada. Kembali dan pilih dari daftar."),
    "ship_not_found": _("Kapal ini tidak ada. Kembali dan pilih dari daftar."),
    "fare_class_not_found": _("Kelas ini tidak ada. Kembali dan pilih dari daftar."),
    "choose_one": _("Pilih salah satu dari daftar."),
    "count": _("Jumlah tidak boleh kurang dari nol."),
    "required": _("Bagian ini belum diisi. Isi dahulu."),
    "unknown_field": _("Bagian ini tidak dikenal. Hapus dari permintaan."),
    "whole_number": _("Tulis dengan angka saja."),
    "too_long": _("Terlalu panjang. Singkat seperti di dokumen."),
    "request_id": _("Formulir ini tidak lengkap. Muat ulang halaman, lalu kirim lagi."),
    "request_id_reused": _(
        "Permintaan sebelumnya dengan nomor ini sudah dicatat, dan isinya berbeda. Periksa isian Anda, lalu kirim "
        "sebagai permintaan baru."
    ),
    "phone": _("Ini bukan nomor telepon. Tulis seperti 0812 3456 7890."),
    "unknown_port": _("Pelabuhan tidak dikenal: %(ports)s. Tambahkan dahulu pelabuhannya."),
}
