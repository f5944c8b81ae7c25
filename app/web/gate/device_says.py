"""Sentences of the scanning page that its script says by itself: of the camera, of its data, and of what waits."""

from flask_babel import gettext as _


def device_says() -> dict[str, str]:
    """Give each sentence by the code under which the script knows it; `{n}` and `{at}` are filled in there."""
    return {**_of_the_camera(), **_of_what_is_kept(), **_of_a_party(), **_of_the_pin(), **_of_meetings()}


def _of_meetings() -> dict[str, str]:
    return {
        "meeting_heard_aboard": _(
            "{phone} terbaca: {count} orang naik lewat HP itu, dan kini ditolak di sini. "
            "Tunjukkan kode HP ini kepadanya."
        ),
        "meeting_heard_times": _("Jam dari {phone} terbaca: {count} tiket ganda."),
        "meeting_unknown": _("{n} di antaranya belum ada di data HP ini: perlu sinyal agar ditolak."),
        "meeting_clock": _(
            "Jam kedua HP berbeda {n} menit, atau kodenya sudah lama: siapa lebih dulu tidak pasti. Setel jam otomatis."
        ),
        "meeting_locked": _("Data keberangkatan ini belum terbuka: masukkan PIN, atau cari sinyal sebentar."),
        "meeting_own_code": _("Itu kode HP ini sendiri. Pindai layar HP lain."),
        "meeting_other_departure": _(
            "HP itu bertugas di keberangkatan lain. Buka keberangkatan yang sama di keduanya."
        ),
        "meeting_unknown_device": _(
            "HP itu tidak ada di data HP ini: belum terdaftar, sudah dicabut, atau data di sini lama. Perlu sinyal."
        ),
        "meeting_forged": _("Tanda tangan kode itu salah. Jangan dipercaya; panggil pengawas."),
        "meeting_unreadable": _("Kode itu bukan dari HP gerbang versi ini. Muat ulang halaman di kedua HP."),
        "meeting_not_enrolled": _("HP ini belum terdaftar, jadi tidak dapat membaca kode HP lain."),
        "meeting_trouble": _("Kode HP tidak dapat dibuat atau dibaca di browser ini."),
        "copy_here": _("HP ini"),
        "copy_first": _("Lebih dulu: {phone}, {gate}, {at}."),
        "copy_at": _("{phone}, {gate}, {at}."),
        "copy_no_time": _("{phone}, {gate}: jam belum diketahui, pindai kode kedua di layarnya."),
        "copy_order_unknown": _("Siapa lebih dulu belum diketahui."),
    }


def _of_the_camera() -> dict[str, str]:
    return {
        "point": _("Arahkan kamera ke kode di tiket."),
        "point_silent": _("Arahkan kamera ke kode di tiket. Ketuk layar sekali agar berbunyi."),
        "group_early": _("Rombongan {own}, yang dipanggil sekarang {called}."),
        "point_out": _("Mode TURUN: arahkan kamera ke tiket orang yang turun."),
        "checking": _("Memeriksa …"),
        "many": _("Tunjukkan satu kode saja."),
        "infant": _("bayi"),
        "camera_insecure": _(
            "Kamera hanya jalan lewat https. Pakai pemindai genggam, atau ketik nomor tiketnya; keduanya jalan di sini."
        ),
        "camera_none": _("Tidak ada kamera di sini. Ketik nomor tiketnya."),
        "camera_denied": _("Kamera tidak diizinkan. Izinkan di browser, lalu muat ulang."),
        "camera_busy": _("Kamera dipakai aplikasi lain. Tutup aplikasi itu, lalu muat ulang."),
        "no_decoder": _("Pembaca kode tidak jalan di browser ini. Ketik nomor tiketnya."),
    }


def _of_what_is_kept() -> dict[str, str]:
    return {
        "data": _("data pukul {at}"),
        "data_at": _("data {at}"),
        "data_none": _("belum ada data di HP: perlu sinyal"),
        "data_old": _("data di HP lebih dari 3 hari: perlu sinyal"),
        "unsent": _("{n} belum terkirim"),
        "unsent_others": _("{n} pindaian petugas lain belum terkirim: ia perlu masuk di HP ini"),
        "unsent_other_officer": _("petugas lain masuk di HP ini: masuk lagi agar terkirim"),
        "unsent_signed_out": _("sesi Anda berakhir: masuk lagi agar terkirim"),
        "clock_far": _("jam HP salah: setel jam otomatis, lalu muat ulang"),
        "device_unknown": _("HP belum terdaftar: perlu sinyal"),
        "device_revoked": _("HP sudah dicabut: perlu sinyal"),
        "found_none": _("Tidak ada di data keberangkatan ini. Periksa ejaannya, atau arahkan ke loket."),
        "found_more": _("Masih ada yang lain: tulis namanya lebih lengkap."),
        "store_none": _("di sini gerbang hanya jalan dengan sinyal"),
        "store_refused": _("browser ini tidak mau menyimpan: gerbang hanya jalan dengan sinyal"),
        "store_full": _("penyimpanan HP penuh: kosongkan sedikit; sampai itu gerbang hanya jalan dengan sinyal"),
    }


def _of_a_party() -> dict[str, str]:
    return {
        "party_passed": _("{n} dari {all} sudah lewat sini."),
        "party_past": _("sudah lewat sini"),
        "party_said": _("Untuk setiap orang yang dipilih Anda menyatakan: {what}."),
        "party_compared": _("Semua sudah dicocokkan, lanjutkan"),
        "party_all": _("Lanjutkan semua yang dipilih"),
    }


def _of_the_pin() -> dict[str, str]:
    return {
        "locked": _("HP terkunci: masukkan PIN; sampai itu gerbang hanya jalan dengan sinyal"),
        "not_installed": _("belum terpasang sebagai aplikasi: gerbang hanya jalan dengan sinyal"),
        "pin_new": _("Buat PIN"),
        "pin_new_why": _("Untuk membuka data penumpang di HP ini selama Anda bertugas. Jangan pakai PIN kartu bank."),
        "pin_known": _("Masukkan PIN"),
        "pin_known_why": _("Untuk membuka data penumpang di HP ini."),
        "pin_form": _("PIN terdiri dari 6 angka."),
        "pin_weak": _("PIN ini mudah ditebak. Pilih angka lain."),
        "pin_differs": _("Kedua PIN tidak sama. Ketik lagi."),
        "pin_wrong": _("PIN salah. Sisa {n} kali; setelah itu data penumpang di HP ini dihapus."),
        "pin_erased": _(
            "PIN salah {n} kali: data penumpang di HP ini dihapus. Pindaian yang belum terkirim tetap ada. "
            "Buat PIN baru; data diambil lagi bila ada sinyal."
        ),
        "pin_none": _("HP ini tidak dapat mengunci data: gerbang hanya jalan dengan sinyal"),
    }
