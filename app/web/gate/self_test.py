"""Try the phone before duty begins: one light for all of it, and a sentence for each part."""

from flask import render_template, url_for
from flask_babel import gettext as _

from app.accounts.models import Role
from app.web.gate.boarding import bp
from app.web.gate.device_says import device_says
from app.web.guard import only, user


@bp.get("/periksa")
@only(Role.OFFICER)
def self_test() -> str:
    """The page whose script tries storage, clock, camera, decoder, sound and what waits to be sent."""
    device = {
        "officer_id": user().id,
        "session": url_for("gate.session"),
        "lights": {
            "compare": _("MEMERIKSA …"),
            "pass": _("SIAP"),
            "hold": _("SIAP, DENGAN CATATAN"),
            "refuse": _("BELUM SIAP"),
        },
        "says": {**device_says(), **_findings()},
    }
    return render_template("gate/self_test.html", device=device)


def _findings() -> dict[str, str]:
    return {
        "enrolled": _("HP ini terdaftar."),
        "not_enrolled": _("HP ini belum terdaftar, jadi hanya jalan dengan sinyal. Minta kode dari pengawas."),
        "store": _("HP ini dapat menyimpan pindaian."),
        "persisted": _("Yang disimpan tidak dihapus oleh browser."),
        "not_installed": _("Pasang dulu sebagai aplikasi: browser boleh menghapus yang disimpan di sini."),
        "not_persisted": _("Browser boleh menghapus yang disimpan bila HP penuh. Jaga agar ada ruang kosong."),
        "space": _("Ruang kosong {megabytes} MB."),
        "space_little": _("Ruang kosong tinggal {megabytes} MB. Hapus foto atau video dahulu."),
        "space_none": _("Ruang kosong hanya {megabytes} MB: pindaian tidak tersimpan. Hapus foto atau video dahulu."),
        "space_unknown": _("Browser ini tidak memberi tahu ruang kosongnya."),
        "clock": _("Jam HP sama dengan jam server."),
        "clock_off": _("Jam HP berbeda {minutes} menit dari server. Setel jam otomatis."),
        "clock_wrong": _("Jam HP berbeda {minutes} menit: waktu pindaian tidak dipercaya. Setel jam otomatis."),
        "clock_unknown": _("Tanpa sinyal jam HP tidak dapat dicocokkan dengan server."),
        "camera": _("Kamera jalan, {frames} gambar per detik."),
        "camera_slow": _("Kamera lambat, {frames} gambar per detik. Tutup aplikasi lain."),
        "decoder": _("Pembaca kode jalan."),
        "worker": _("Halaman gerbang terbuka juga tanpa sinyal."),
        "no_worker": _("Halaman gerbang belum terbuka tanpa sinyal. Buka halaman pindai sekali selagi ada sinyal."),
        "unsent_own": _("{n} pindaian belum terkirim."),
        "all_sent": _("Semua pindaian sudah terkirim."),
        "sound": _("Bunyi terdengar."),
        "sound_off": _("Bunyi tidak terdengar. Besarkan suara HP; bentuk dan kata di layar cukup untuk bekerja."),
        "sound_unknown": _("Bunyi belum dicoba. Tekan Bunyikan."),
    }
