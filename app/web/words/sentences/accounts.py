"""Sentences about sign-ins, passwords and users."""

from typing import Any

from flask_babel import lazy_gettext as _

SENTENCES: dict[str, Any] = {
    "enrolment_code": _("Kode ini tidak berlaku: salah ketik, sudah dipakai, atau lewat waktunya. Minta kode baru."),
    "device_key": _("Kunci perangkat ini tidak dapat dibaca. Muat ulang halaman, lalu daftarkan lagi."),
    "device_revoked": _("Perangkat ini sudah dicabut. Pakai perangkat lain, atau hubungi administrator."),
    "device_unknown": _(
        "Perangkat ini belum terdaftar, jadi tidak diberi data penumpang. Daftarkan dengan kode dari pengawas."
    ),
    "device_signature": _("Perangkat ini tidak dikenal di sini. Daftarkan lagi dengan kode dari pengawas."),
    "device_not_found": _("Perangkat ini tidak ada. Muat ulang halaman."),
    "sign_in_first": _("Masuk dahulu."),
    "sign_in_failed": _("Nama atau kata sandi tidak cocok. Periksa keduanya, lalu coba lagi."),
    "username_taken": _("Nama pengguna %(username)s sudah ada. Pilih nama lain."),
    "password_short": _("Kata sandi paling sedikit %(minimum)s huruf."),
    "password_common": _(
        "Kata sandi ini termasuk yang pertama dicoba orang: kata yang umum, nama, atau angka saja. Pakai beberapa kata "
        "yang tidak berhubungan."
    ),
    "password_same": _("Pilih kata sandi yang lain dari yang sekarang."),
    "password_once": _("Pilih kata sandi lain: yang pertama ini hanya untuk masuk sekali."),
    "first_password": _(
        "Ganti dahulu kata sandi pertama Anda di halaman Akun saya; sebelum itu tidak ada yang terbuka."
    ),
    "first_password_ended": _("Kata sandi pertama ini sudah lewat waktunya. Minta yang baru kepada administrator."),
    "session_not_found": _("Sesi ini tidak ada. Kembali dan muat ulang halaman."),
    "last_administrator": _("Ini administrator terakhir. Angkat administrator lain dahulu."),
    "password_wrong": _("Ini bukan kata sandi Anda yang sekarang. Ketik lagi."),
    "password_again": _("Kedua kata sandi tidak sama. Ketik keduanya lagi."),
    "username": _("Pakai 2 sampai 40 huruf kecil, angka, titik atau garis, misalnya siti.rahma."),
    "role": _("Pilih salah satu peran."),
    "second_person_same": _("Orang kedua harus orang lain. Minta rekan yang berhak untuk memeriksa dan menyetujuinya."),
    "second_person_new": _(
        "Akun orang kedua harus sudah ada sedikitnya satu hari. Minta rekan dengan akun yang lebih lama."
    ),
    "second_person_made": _(
        "Akun orang kedua dibuat atau diatur ulang oleh orang pertama, atau oleh akun yang dibuatnya, jadi tidak "
        "dihitung sebagai orang lain. Minta rekan yang akunnya tidak pernah diatur oleh orang pertama."
    ),
    "second_person_maker": _(
        "Akun orang pertama dibuat atau diatur ulang dari akun ini, jadi keduanya tidak dihitung sebagai dua orang. "
        "Minta rekan yang tidak pernah mengatur akun orang pertama."
    ),
    "user_not_found": _("Pengguna ini tidak ada. Kembali dan pilih dari daftar."),
}
