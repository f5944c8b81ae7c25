"""Words of the gate: one word for each verdict, a sentence and a next step for each reason."""

from typing import Any

from flask_babel import lazy_gettext as _

from app.boarding.models import Verdict

WORDS: dict[Verdict, Any] = {
    Verdict.PASS: _("NAIK"),
    Verdict.HOLD: _("TAHAN"),
    Verdict.REFUSE: _("TOLAK"),
    Verdict.REFER: _("RUJUK"),
}

OWN_WORDS: dict[str, Any] = {"confirm": _("COCOKKAN"), "mistyped": _("KETIK LAGI")}
"""The words of reasons at which nothing is decided: routine, on a quiet screen."""

ENTERS: Any = _("MASUK")
"""The word for a pass where nobody boards yet."""

LEAVES: Any = _("TURUN")
"""The word for a pass off the ship."""

REASONS: dict[str, tuple[Any, Any]] = {
    "admitted": (_("Tiket sah dan sudah dibayar."), _("Persilakan naik.")),
    "entered": (_("Tiket sah dan sudah dibayar."), _("Persilakan masuk, dan beri gelang.")),
    "entered_again": (
        _("Sudah masuk sejak %(at)s di %(gate)s."),
        _("Cocokkan gelang dan nama, lalu persilakan masuk lagi."),
    ),
    "came_back": (
        _("Turun %(at)s, dan kembali."),
        _("Persilakan naik. Bukan pemakaian kedua."),
    ),
    "stepped_off": (
        _("Turun, tercatat. Tidak lagi terhitung di atas kapal."),
        _("Persilakan turun. Bila kembali, pindai lagi tiketnya."),
    ),
    "alighted": (
        _("Sampai di tujuan. Turun, tercatat."),
        _("Persilakan turun."),
    ),
    "not_aboard": (
        _("Sudah tercatat turun %(at)s."),
        _("Biarkan turun. Bila ragu, panggil pengawas."),
    ),
    "recorded": (
        _("Sudah tercatat tadi, %(at)s: jawabannya tidak sampai ke sini."),
        _("Persilakan naik. Orang ini tidak dihitung dua kali."),
    ),
    "by_supervisor": (
        _("Diloloskan pengawas %(officer)s: %(reason)s."),
        _("Persilakan lewat."),
    ),
    "already_used": (
        _("Sudah dipakai %(at)s di %(gate)s."),
        _("Jangan naikkan. Cocokkan nama dengan KTP, lalu panggil pengawas."),
    ),
    "wrong_voyage": (
        _("Salah kapal: tiket ini untuk %(ship)s, %(at)s dari %(port)s."),
        _("Arahkan ke %(there)s."),
    ),
    "wrong_port": (
        _("Tiket ini naik dari %(port)s, %(at)s dengan %(ship)s."),
        _("Gerbangnya di %(port)s. Bila Anda di sana, pilih gerbang itu dahulu; bila tidak, arahkan ke loket."),
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
    "mistyped": (
        _("Nomor tiketnya salah ketik."),
        _("Ketik lagi: 10 huruf dan angka, atau pindai kodenya."),
    ),
    "unreadable": (
        _("Ini bukan kode atau nomor tiket Dermaga yang utuh."),
        _("Minta tiket aslinya, atau ketik nomor tiketnya."),
    ),
    "unknown_key": (
        _("Kode ini ditandatangani dengan kunci yang tidak dikenal."),
        _("Ketik nomor tiketnya; bila tidak ada, arahkan ke loket."),
    ),
    "device_revoked": (
        _("Dipindai dengan perangkat yang sudah dicabut."),
        _("Cocokkan orangnya dengan tiketnya, lalu putuskan."),
    ),
    "forged": (
        _("Tanda tangan kode ini palsu."),
        _("Jangan naikkan. Simpan tiketnya dan panggil pengawas."),
    ),
}
"""Per reason of a scan: what is true, and what the officer does next."""

ALONE: tuple[Any, Any] = (
    _("Tidak diizinkan oleh perangkat petugas, tanpa sinyal."),
    _("Bila orangnya masih di sini, pindai lagi."),
)
"""The same of a scan that a device has judged alone, where the tables do not know of its reason."""

PASS_WORDS: dict[str, Any] = {"entered": ENTERS, "entered_again": ENTERS, "stepped_off": LEAVES, "alighted": LEAVES}
"""The words of passes that let nobody aboard, by their reason."""

BY_RULES = ("confirm", "rules_hold", "rules_refer", "rules_movable", "rules_void")
"""Reasons that a set of rules gave: the rule that decided has better words, if it has any."""

WITHOUT_TIME: dict[str, Any] = {
    "wrong_voyage": _("Salah kapal: tiket ini untuk %(ship)s dari %(port)s."),
    "wrong_port": _("Tiket ini naik dari %(port)s dengan %(ship)s."),
    "moved": _("Penumpang ini sudah pindah ke pelayaran lain."),
    "too_early": _("Jam keberangkatan belum diumumkan, jadi naik kapal belum dibuka."),
    "departed": _("Kapal sudah berangkat."),
    "not_aboard": _("Tidak tercatat di atas kapal. Turunnya dicatat."),
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
"""Sentences that only the device can say: the server did not answer. None of them ever admits."""
