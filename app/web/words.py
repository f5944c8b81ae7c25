"""Words and figures as visitors read them: the language, times with zone, money, and a sentence per code.

Sentences are written in Indonesian here and in the templates; English stands in `app/translations`.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, current_app, redirect, request, session
from flask_babel import Babel, format_date, get_locale, gettext, lazy_gettext
from flask_compress import Compress
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response

from app import clock, config
from app.schedule.models import Port
from app.seats.models import Channel

LANGUAGES = ("id", "en")

_ZONES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def zone_name(zone: str) -> str:
    """WIB, WITA or WIT."""
    return _ZONES.get(zone, zone)


def day(value: date | None) -> str:
    """`Min, 7 Apr 2024`."""
    return format_date(value, "EEE, d MMM y") if value else ""


def local(moment: datetime, port: Port) -> datetime:
    """The moment on the port's clock."""
    return moment.astimezone(port.tz)


def at(moment: datetime | None, port: Port) -> str:
    """`Min, 7 Apr 2024 13.00 WIB` on the port's clock."""
    if moment is None:
        return ""
    return f"{day(local(moment, port).date())} {hour(moment, port)}"


def hour(moment: datetime | None, port: Port) -> str:
    """`13.00 WIB`, in English `13:00 WIB`."""
    if moment is None:
        return ""
    here = local(moment, port)
    separator = ":" if str(get_locale()) == "en" else "."
    return f"{here:%H}{separator}{here:%M} {zone_name(port.zone)}"


def window(start: datetime | None, end: datetime | None, port: Port, on: date | None = None) -> str:
    """`13.00–15.00 WIB` on the port's clock; with its day where that is not the day `on`."""
    if start is None or end is None:
        return ""
    first, last = local(start, port), local(end, port)
    if first.date() != last.date():
        return f"{at(start, port)} – {at(end, port)}"
    ahead = "" if first.date() == on else f"{day(first.date())} "
    return f"{ahead}{hour(start, port).split(' ')[0]}–{hour(end, port)}"


def last_day(moment: datetime, port: Port) -> str:
    """The day that ends at `moment` (a plan that names no time is the end of its day)."""
    return day((local(moment, port) - timedelta(microseconds=1)).date())


def why(cause: str, reason: str = "") -> str:
    """`cuaca: ombak 3 meter`: the cause of a change in its word, and what else was said of it."""
    word = str(CAUSES.get(cause, ""))
    return f"{word}: {reason}" if word and reason else word or reason


def said(sentence: Mapping[str, str]) -> str:
    """A sentence that is kept in both languages, in the reader's."""
    return sentence["en" if str(get_locale()) == "en" else "id"]


def rupiah(amount: int | None) -> str:
    """`Rp290.000`; where no source gives the amount, says so."""
    if amount is None:
        return str(gettext("belum diumumkan"))
    return "Rp" + f"{amount:,}".replace(",", ".")


def number(value: int) -> str:
    """`9.900`, in English `9,900`."""
    text = f"{value:,}"
    return text if str(get_locale()) == "en" else text.replace(",", ".")


_ = lazy_gettext

CAUSES: dict[str, Any] = {
    "tide": _("pasang surut"),
    "weather": _("cuaca"),
    "technical": _("teknis"),
    "order": _("perintah otoritas"),
}
"""Why a time has changed, by the code of its cause."""

CHANGES: dict[str, Any] = {
    "late": _("Terlambat"),
    "early": _("Lebih awal"),
    "named": _("Jam diumumkan"),
}
"""How a time has changed. Leaving early is told as loudly as leaving late: whoever comes on time misses the ship."""

SENTENCES: dict[str, Any] = {
    "bad_request": _("Permintaan ini tidak lengkap. Kembali ke halaman sebelumnya dan coba lagi."),
    "not_found": _("Halaman ini tidak ada. Periksa alamatnya, atau mulai dari halaman depan."),
    "wrong_method": _("Halaman ini tidak dapat dipakai dengan cara itu. Mulai dari halaman depan."),
    "too_large": _("Yang dikirim terlalu besar. Kirim yang lebih kecil."),
    "broken": _("Ada yang rusak di pihak kami. Tidak ada yang hilang; coba lagi sebentar lagi."),
    "busy": _("Sedang sangat ramai. Tidak ada yang hilang; coba lagi dua detik lagi."),
    "form_expired": _("Formulir ini sudah terlalu lama terbuka. Muat ulang halaman, lalu kirim lagi."),
    "bad_json": _("Isi permintaan bukan JSON yang utuh. Periksa tanda kurung, kutip dan komanya."),
    "not_json": _("Kirim isi sebagai JSON, dengan Content-Type: application/json."),
    "once": _("Tulis bagian ini satu kali saja."),
    "port_not_found": _("Pelabuhan ini tidak dikenal. Daftarnya ada di /api/v1/ports."),
    "invalid": _("Ada isian yang perlu diperbaiki."),
    "sign_in_first": _("Masuk dahulu."),
    "sign_in_failed": _("Nama atau kata sandi tidak cocok. Periksa keduanya, lalu coba lagi."),
    "not_allowed": _("Peran Anda tidak membuka halaman ini. Minta administrator bila Anda memerlukannya."),
    "too_many": _("Terlalu sering dicoba dari sini. Tunggu %(retry_after_seconds)s detik, lalu coba lagi."),
    "username_taken": _("Nama pengguna %(username)s sudah ada. Pilih nama lain."),
    "password_short": _("Kata sandi paling sedikit %(minimum)s huruf."),
    "last_administrator": _("Ini administrator terakhir. Angkat administrator lain dahulu."),
    "password_wrong": _("Ini bukan kata sandi Anda yang sekarang. Ketik lagi."),
    "password_again": _("Kedua kata sandi tidak sama. Ketik keduanya lagi."),
    "username": _("Pakai 2 sampai 40 huruf kecil, angka, titik atau garis, misalnya siti.rahma."),
    "role": _("Pilih salah satu peran."),
    "day": _("Tulis hari seperti 2026-11-27, atau pilih dari kalender."),
    "moment": _("Tulis hari dan jam seperti 2026-11-27 13:30, atau pilih dari kalender."),
    "time_of_day": _("Tulis jam seperti 07:00 atau 13:30."),
    "operator_not_found": _("Operator ini tidak ada. Pilih dari daftar."),
    "paper_not_found": _("Surat ini tidak ada (lagi). Kembali ke kapalnya dan pilih dari daftar."),
    "paper_twice": _("Kapal ini sudah punya surat jenis itu untuk hari yang sama. Betulkan surat itu saja."),
    "port_code": _("Kode pelabuhan punya 2 sampai 5 huruf besar dan angka, misalnya IDSMQ. Kosongkan bila belum tahu."),
    "code_provisional": _("Kode sementara tidak dapat dikonfirmasi. Isi dahulu kode UN/LOCODE-nya."),
    "port_code_taken": _("Kode ini sudah dipakai pelabuhan lain. Periksa di daftar UN/LOCODE."),
    "port_name_taken": _("Pelabuhan dengan nama ini sudah ada. Betulkan yang itu, atau pakai nama lain."),
    "zone": _("Pilih WIB, WITA atau WIT."),
    "operator_code": _("Kode operator punya 2 sampai 10 huruf besar dan angka, misalnya PELNI."),
    "operator_code_taken": _("Kode ini sudah dipakai operator lain. Pilih kode lain."),
    "operator_name_taken": _("Operator dengan nama ini sudah ada. Betulkan yang itu."),
    "imo": _("Nomor IMO punya 7 angka dan angka terakhirnya tidak cocok. Periksa lagi di surat kapal."),
    "imo_taken": _("Nomor IMO ini sudah dipakai kapal lain. Periksa kedua kapal itu."),
    "ship_name_taken": _("Kapal dengan nama ini sudah ada. Betulkan yang itu."),
    "number_taken": _("Nomor ini sudah dipakai pelayaran lain. Pakai nomor lain, atau kosongkan."),
    "port_unknown": _("Pilih pelabuhan dari daftar."),
    "two_calls": _("Pelayaran singgah di sedikitnya dua pelabuhan. Tambahkan singgahnya."),
    "too_many_calls": _("Paling banyak %(maximum)s singgah. Bagi menjadi dua pelayaran."),
    "same_port": _("Pelabuhan ini sama dengan singgah sebelumnya. Pilih pelabuhan lain, atau hapus salah satunya."),
    "departure_missing": _("Isi hari berangkatnya; jam boleh kosong bila belum diumumkan."),
    "departure_backwards": _("Kapal tidak dapat berangkat dari sini sebelum berangkat dari %(port)s."),
    "times_half": _("Isi jam tiba dan jam berangkat, atau kosongkan keduanya."),
    "hour_without_day": _("Isi juga harinya."),
    "sold_on_leg": _(
        "Sudah %(taken)s tempat terjual atau ditahan di ruas %(start)s – %(end)s, jadi rencananya tidak dapat diubah "
        "di sini. Pakai “Ubah waktu” dengan sebabnya."
    ),
    "ship_is_sold": _("Sudah ada tempat yang terjual, jadi kapalnya tidak dapat diganti di sini."),
    "call_is_used": _("Singgah di %(port)s disebut di pesanan atau pindaian lama, jadi tidak dapat dihapus."),
    "weekdays": _("Pilih sedikitnya satu hari dalam seminggu."),
    "until_before": _("Hari terakhir harus pada atau setelah hari pertama."),
    "no_such_day": _("Tidak ada hari itu di antara kedua tanggal. Panjangkan waktunya atau pilih hari lain."),
    "too_many_days": _("Paling banyak %(maximum)s pelayaran sekali buat. Pendekkan waktunya, lalu ulangi."),
    "no_first_day": _("Hari berangkat pelayaran ini belum diketahui. Isi dahulu harinya."),
    "copy_not_on_sale": _(
        "Kuota tidak dapat disalin ke %(day)s: tidak ada surat kapasitas kapal untuk hari itu. Masukkan suratnya, "
        "atau salin tanpa kuota."
    ),
    "copy_over_ceiling": _(
        "Kuota melebihi batas %(ceiling)s orang pada %(day)s. Salin tanpa kuota, atau kurangi kuota pelayaran ini."
    ),
    "paper_kind": _("Pilih sertifikat atau dispensasi."),
    "letter": _("Tulis nomor surat dispensasinya, seperti tercetak di surat."),
    "user_not_found": _("Pengguna ini tidak ada. Kembali dan pilih dari daftar."),
    "voyage_not_found": _("Pelayaran ini tidak ada (lagi). Cari pelayaran lain."),
    "booking_not_found": _("Tidak ada pesanan dengan kode dan nomor telepon itu. Periksa keduanya."),
    "ticket_not_found": _("Tiket ini tidak ada. Periksa nomornya."),
    "departure_not_found": _("Keberangkatan ini tidak ada. Kembali dan pilih dari daftar."),
    "gate_not_found": _("Gerbang ini tidak ada. Kembali dan pilih dari daftar."),
    "scan_not_found": _("Pindaian ini tidak ada. Kembali dan pilih dari daftar."),
    "journey_not_found": _("Kapal ini tidak berlayar begitu. Pilih dua singgahnya, yang kedua sesudah yang pertama."),
    "call_not_found": _("Singgah ini tidak ada. Kembali dan pilih dari daftar."),
    "ship_not_found": _("Kapal ini tidak ada. Kembali dan pilih dari daftar."),
    "fare_class_not_found": _("Kelas ini tidak ada. Kembali dan pilih dari daftar."),
    "party_size": _("Satu pesanan untuk 1 sampai %(maximum)s orang, dan paling banyak satu bayi per orang."),
    "voyage_cancelled": _("Pelayaran ini dibatalkan. Cari pelayaran lain."),
    "affected_changed": _(
        "Ada yang memesan sesudah daftar ini dibuat. Tidak ada yang diubah; periksa daftar yang baru, lalu tekan lagi."
    ),
    "same_ship": _("Kapal ini sudah dipakai di pelayaran ini. Pilih kapal lain."),
    "no_papers": _("%(ship)s tidak punya sertifikat atau dispensasi untuk %(day)s. Masukkan dahulu suratnya."),
    "quota_not_lower": _("Kuota sekarang %(quota)s. Di sini kuota hanya diturunkan; naikkan di halaman jatah."),
    "choose_one": _("Pilih salah satu dari daftar."),
    "count_missing": _("Tulis jumlah tempat, paling sedikit 1."),
    "same_channel": _("Pilih saluran yang lain dari saluran asalnya."),
    "not_free": _(
        "Hanya %(free)s tempat di saluran asal yang belum ditahan atau terjual. Pindahkan paling banyak itu."
    ),
    "flow_back_hours": _(
        "Tulis jam sebelum berangkat, 0 sampai 8760. Tempat online sendiri tidak kembali ke mana-mana."
    ),
    "channel_kind": _("Pilih jenis saluran: agen, program gratis, loket atau cadangan."),
    "sponsor_missing": _("Program gratis perlu sponsor. Tulis siapa yang membayar."),
    "name_taken": _("Nama ini sudah dipakai. Pilih nama lain."),
    "channel_standard": _("Saluran ini ada di setiap pelabuhan, jadi namanya tetap. Buat saluran baru."),
    "scheme_empty": _("Belum ada tempat yang dijual di pelayaran ini, jadi belum ada contohnya. Isi dahulu kuotanya."),
    "scheme_flowed": _(
        "Jatah pelayaran ini sudah kembali ke online, jadi bukan contoh lagi. Mulai dari pelayaran berikutnya."
    ),
    "scheme_nobody": _("Pilih sedikitnya satu pelayaran yang akan datang."),
    "scheme_unfit": _("Pelayaran %(number)s tidak dapat disamakan lagi. Lihat sebabnya di bawah, lalu kirim lagi."),
    "steps_missing": _("Isi sedikitnya satu tahap dengan persennya."),
    "step_percent": _("Tulis persen 1 sampai 100 di tahap ini."),
    "step_days": _("Tulis hari 0 sampai 365, setiap hari satu kali; kosongkan untuk yang langsung dijual."),
    "steps_over": _("Semua tahap bersama %(percent)s persen. Kurangi sampai paling banyak 100."),
    "rule_set_not_found": _("Paket aturan ini tidak ada. Pilih dari daftar."),
    "rule_not_found": _("Aturan ini tidak ada di paketnya. Pilih dari daftar."),
    "rule_faults": _("Aturan ini belum dapat disimpan. Perbaiki di %(rule_path)s."),
    "rule_code_taken": _("Aturan lain di paket ini sudah memakai kode %(rule)s. Pilih kode lain."),
    "not_a_draft": _("Paket ini sudah diterbitkan, jadi tidak berubah lagi. Mulai rancangan baru darinya."),
    "name_missing": _("Tulis nama paketnya dalam bahasa Indonesia dan Inggris, paling panjang 120 huruf."),
    "draft_changed": _("Rancangan ini berubah sejak Anda melihatnya. Muat ulang, lihat lagi, lalu terbitkan."),
    "two_people": _("Yang menulis tidak boleh menerbitkan sendiri. Minta orang lain memeriksa dan menerbitkannya."),
    "too_many_scans": _("Lebih dari %(maximum)s pindaian pada hari-hari itu. Pilih waktu yang lebih pendek."),
    "not_proposed": _(
        "Rancangan ini belum diusulkan, atau berubah sesudah diusulkan. Usulkan dahulu dengan tanggalnya."
    ),
    "draft_empty": _("Rancangan ini belum berisi aturan. Tambahkan sedikitnya satu."),
    "letter_missing": _("Tulis nomor surat pengecualiannya."),
    "no_exemption": _("Aturan ini tidak mengenal pengecualian."),
    "may_not_exempt": _("Anda tidak berhak memberi pengecualian ini. Minta pejabat yang berhak."),
    "exempted_already": _("Tiket ini sudah dikecualikan dari aturan ini."),
    "set_in_the_past": _("Paket berlaku paling awal mulai sekarang. Pilih waktu yang belum lewat."),
    "exemption_reason_missing": _("Tulis alasan pengecualiannya."),
    "plan_not_found": _("Rencana ini tidak ada. Pilih dari daftar."),
    "leg_not_found": _("Ruas ini tidak ada di pelayaran ini. Pilih dari daftar."),
    "nothing_lowered": _("Tulis kuota baru yang lebih rendah di sedikitnya satu kelas."),
    "choose_voyage": _("Pilih dahulu kapal yang lain."),
    "other_route": _("Pelayaran itu tidak di rute yang sama. Pilih dari daftar."),
    "already_settled": _("Jalan keluar untuk pesanan ini sudah dipilih. Muat ulang halaman untuk melihatnya."),
    "already_refunded": _("Uangnya sudah dikembalikan, jadi tidak dapat pindah kapal lagi."),
    "nothing_owed": _("Tidak ada uang yang harus dikembalikan untuk pesanan ini."),
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
    "vehicle_plate": _("Tulis nomor polisi kendaraannya, misalnya KH 1234 AB."),
    "not_a_vehicle_class": _("Kelas ini untuk orang. Pilih kelas kendaraan, atau kosongkan nomor polisinya."),
    "channel_not_open": _("Dari saluran ini hanya petugas loket yang menjual. Pesan tanpa menyebut saluran."),
    "channel_not_found": _("Saluran penjualan ini tidak ada. Pilih dari daftar."),
    "sale_closed": _("Penjualan untuk keberangkatan ini sudah ditutup. Pilih keberangkatan berikutnya."),
    "not_on_sale": _("Tempat di pelayaran ini belum dijual: kapasitasnya belum didokumentasikan."),
    "sold_out": _("Tempat di kelas ini tidak cukup lagi. Kurangi jumlah orang atau pilih pelayaran lain."),
    "restricted_by_rule": _(
        "Karena pembatasan pemerintah hanya sebagian tempat yang boleh dijual, dan itu sudah habis. Pilih pelayaran "
        "lain, atau tunggu di daftar tunggu."
    ),
    "ppkm_level": _("Pilih level PPKM: 1, 2, 3 atau 4."),
    "decree_not_found": _("Pembatasan ini tidak ada. Kembali dan pilih dari daftar."),
    "ship_full": _("Kapal penuh: jumlah orang sudah mencapai batas. Pilih pelayaran lain."),
    "cut_off_unknown": _("Jam berangkatnya belum diumumkan, jadi belum ada batas untuk yang tidak datang."),
    "before_cut_off": _("Belum waktunya: yang belum datang ditunggu sampai %(minutes)s menit sebelum kapal berangkat."),
    "nobody_boarded": _("Belum ada tiket yang dipindai di keberangkatan ini. Pindai dahulu yang sudah datang."),
    "book_at_once": _("Masih ada tempat untuk Anda semua di pelayaran ini: pesan langsung, tidak perlu menunggu."),
    "already_waiting": _(
        "Nomor telepon ini sudah ada di daftar tunggu pelayaran itu. Buka dengan kodenya di “Pesanan saya”."
    ),
    "group_too_large": _(
        "Di kelas ini hanya ada %(places)s tempat untuk semua orang, jadi rombongan Anda tidak akan pernah mendapatnya "
        "bersama. Pilih “Tawarkan juga yang kurang”, kelas lain, atau masuk daftar dalam rombongan yang lebih kecil."
    ),
    "choices": _("Pilih paling sedikit satu pelayaran, dan paling banyak lima."),
    "no_list_for_vehicles": _("Untuk kendaraan belum ada daftar tunggu. Tanyakan di loket pelabuhan."),
    "waiting_not_found": _("Tidak ada daftar tunggu dengan kode dan nomor telepon itu. Periksa keduanya."),
    "hold_expired": _("Waktu penahanan tempat sudah habis dan tempatnya dilepas. Cari lagi dari awal."),
    "already_confirmed": _("Pesanan ini sudah dikonfirmasi. Tiketnya ada di “Pesanan saya”."),
    "wrong_party": _("Isi data untuk tepat %(places)s orang dan %(infants)s bayi, sesuai tempat yang ditahan."),
    "vehicle_party": _("Isi data semua %(persons)s orang di kendaraan; paling banyak separuhnya bayi."),
    "infant_too_old": _(
        "Sudah %(months)s bulan atau lebih pada hari berlayar: perlu tempat sendiri. Periksa tanggal lahirnya, "
        "atau lepas tempatnya dan pesan lagi dengan satu orang lebih."
    ),
    "infant_needs_adult": _(
        "Bayi tidak dapat berangkat tanpa orang dewasa. Pilih juga bayinya, atau biarkan orangnya."
    ),
    "already_travels": _(
        "Orang ini sudah punya perjalanan lain pada waktu itu. Periksa nomornya; bila benar, pilih waktu lain atau "
        "batalkan dahulu perjalanan yang lain."
    ),
    "contact_limit": _(
        "Satu nomor telepon untuk paling banyak %(limit)s orang yang belum berangkat. Pakai nomor orang lain yang "
        "ikut, atau pesan di loket pelabuhan."
    ),
    "not_confirmed": _(
        "Pesanan ini belum dibayar, jadi belum ada tiket yang diubah. Betulkan datanya atau lepas tempatnya."
    ),
    "changes_closed": _("Keberangkatan sudah terlalu dekat: pesanan tidak dapat diubah lagi. Tanyakan di loket."),
    "already_aboard": _("Penumpang ini sudah naik kapal, jadi tiketnya tidak dapat diubah lagi."),
    "no_longer_travels": _("Penumpang ini tidak lagi berangkat dengan pesanan ini. Muat ulang halaman."),
    "passenger_not_found": _("Penumpang ini tidak ada di pesanan ini. Pilih dari daftar."),
    "same_journey": _("Ini perjalanan yang sekarang. Pilih kapal atau kelas lain."),
    "other_operator": _(
        "Kapal itu milik operator lain, dan uang Anda ada di operator yang sekarang. Pilih kapal operator yang sama, "
        "atau batalkan dan pesan lagi."
    ),
    "pay_at_counter": _(
        "Perjalanan itu lebih mahal, atau tarifnya belum diumumkan. Pindah di loket pelabuhan: selisihnya dibayar di "
        "sana, dan tempat lama tetap milik Anda sampai saat itu."
    ),
    "vehicle_moves_whole": _("Kendaraan pindah bersama semua orang di dalamnya. Pilih semuanya."),
    "other_name": _(
        "Ini nama lain, bukan salah ketik. Tiket tidak dapat dialihkan; untuk perubahan yang lebih besar, bawa dokumen "
        "ke loket."
    ),
    "corrected_before": _("Nama ini sudah pernah dibetulkan. Bila masih salah, bawa dokumen ke loket."),
    "refund_not_found": _("Pengembalian uang ini tidak ada. Kembali dan pilih dari daftar."),
    "refund_amount": _("Tulis jumlah yang dibayarkan, tidak kurang dari yang tercatat."),
    "travelers_missing": _("Isi dahulu data semua yang berangkat."),
    "reason_missing": _("Tulis alasannya: air pasang, cuaca, teknis atau perintah."),
    "cause_missing": _("Pilih sebabnya: pasang surut, cuaca, teknis, atau perintah otoritas."),
    "tide_window": _("Isi kedua ujung jendela pasang, yang awal lebih dahulu; atau kosongkan keduanya."),
    "arrived": _("Kapal sudah tiba, jadi waktunya tidak dapat diubah lagi."),
    "arrival_backwards": _("Kapal tidak dapat tiba sebelum berangkat dari %(port)s. Periksa kedua waktunya."),
    "arrival_not_yet": _("Waktu ini belum tiba. Catat kedatangan setelah kapal sandar."),
    "actual_stays": _("Yang sudah terjadi dapat dibetulkan, tidak dihapus. Tulis waktu yang benar."),
    "in_the_past": _("Waktu ini sudah lewat. Pilih waktu yang akan datang."),
    "not_yet": _("Waktu ini belum tiba. Catat keberangkatan setelah kapal berangkat."),
    "times_backwards": _("Kapal tidak dapat berangkat sebelum tiba."),
    "departed": _("Kapal sudah berangkat."),
    "over_ceiling": _("Semua kelas bersama tidak boleh melebihi %(ceiling)s orang; kelas lain memakai %(others)s."),
    "below_taken": _(
        "Sudah %(taken)s tempat ditahan atau terjual. Tulis paling sedikit itu; bila harus lebih rendah, pakai "
        "Turunkan kuota di halaman pelayaran."
    ),
    "below_aboard": _("Sudah %(aboard)s orang di atas kapal. Batas tidak boleh di bawah itu."),
    "persons": _("Jumlah orang paling sedikit 1."),
    "valid_to": _("Tanggal akhir harus pada atau setelah tanggal mulai."),
    "count": _("Jumlah tidak boleh kurang dari nol."),
    "required": _("Bagian ini belum diisi. Isi dahulu."),
    "unknown_field": _("Bagian ini tidak dikenal. Hapus dari permintaan."),
    "whole_number": _("Tulis dengan angka saja."),
    "too_long": _("Terlalu panjang. Singkat seperti di dokumen."),
    "request_id": _("Formulir ini tidak lengkap. Muat ulang halaman, lalu kirim lagi."),
    "phone": _("Ini bukan nomor telepon. Tulis seperti 0812 3456 7890."),
    "birth_date": _("Tulis tanggal lahir sebagai tanggal, bulan, tahun: misalnya 17/8/1990."),
    "birth_date_impossible": _("Tanggal lahir ini tidak mungkin. Periksa tahunnya."),
    "sex": _("Pilih laki-laki atau perempuan, sesuai dokumen."),
    "document_kind": _("Pilih dokumen yang akan dibawa."),
    "document_twice": _("Nomor ini sudah dipakai penumpang lain di pesanan ini. Setiap orang punya nomor sendiri."),
    "nik_digits": _("NIK hanya berisi angka. Periksa lagi di dokumen."),
    "nik_length": _("NIK punya 16 angka. Hitung lagi di dokumen."),
    "nik_province": _("NIK ini tidak ada: dua angka pertamanya bukan kode provinsi. Periksa lagi di dokumen."),
    "nik_birth_date": _("NIK ini tidak ada: angka ke-7 sampai ke-12 bukan tanggal lahir. Periksa lagi di dokumen."),
    "nik_serial": _("NIK ini tidak ada: empat angka terakhir tidak mungkin 0000. Periksa lagi di dokumen."),
    "nik_birth_date_mismatch": _(
        "Tanggal lahir ini berbeda dari yang tertulis di NIK. Periksa keduanya di dokumen, lalu betulkan yang salah."
    ),
    "nik_sex_mismatch": _("Ini berbeda dari yang tertulis di NIK. Periksa NIK dan pilihan ini di dokumen."),
    "sim_number": _("Nomor SIM punya 8 sampai 20 huruf dan angka. Periksa lagi di dokumen."),
    "passport_number": _("Nomor paspor punya 6 sampai 9 huruf dan angka. Periksa lagi di dokumen."),
    "payment_not_open": _("Pesanan ini tidak dapat dibayar dengan cara itu. Pilih cara lain yang ditawarkan."),
    "payment_method": _("Pilih cara membayar."),
    "class_missing": _("Pilih kelas."),
    "unknown_port": _("Pelabuhan tidak dikenal: %(ports)s. Tambahkan dahulu pelabuhannya."),
}
"""One sentence per stable code: what is true and what to do next."""


def sentence(code: str, details: dict[str, Any] | None = None) -> str:
    """What a visitor reads for `code`; the details fill it."""
    text = str(SENTENCES.get(code, SENTENCES["bad_request"]))
    if not details or "%(" not in text:
        return text
    return text % {name: _told(value) for name, value in details.items()}


def _told(value: Any) -> Any:
    """A detail as pages write it: `1.418`, `Min, 29 Nov 2026`."""
    if isinstance(value, int) and not isinstance(value, bool):
        return number(value)
    return day(value) if type(value) is date else value


CHANNELS = {"Online": _("Online"), "Loket": _("Loket"), "Agen": _("Agen"), "Cadangan": _("Cadangan")}
"""The channels that every port has, by the names they have in the tables; no other can take one of them."""


def channel_name(channel: Channel) -> str:
    """A channel as pages name it: one that every port has in the reader's language, a port's own as it is called."""
    return str(CHANNELS.get(channel.name, channel.name))


def _language() -> str:
    # A visitor who brings no cookie has chosen nothing yet, and the answer need not vary by it.
    chosen = request.args.get("lang") or ("HTTP_COOKIE" in request.environ and session.get("language"))
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def _remember_language() -> Response | None:
    """`?lang=en` on any page changes the language and comes back without it."""
    if request.method != "GET" or request.path.startswith("/api/"):
        return None
    chosen = request.args.get("lang")
    if chosen not in LANGUAGES:
        return None
    session["language"] = chosen
    rest = {k: v for k, v in request.args.to_dict(flat=False).items() if k != "lang"}
    query = urlencode(rest, doseq=True)
    return redirect(iri_to_uri(request.path) + (f"?{query}" if query else ""))


def live_origin() -> str:
    """Where this visitor's browser finds the live stream (no path)."""
    settings = config.current()
    if settings.live_url:
        parts = urlsplit(settings.live_url)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
    host = request.host.rsplit(":", 1)[0] if request.host.count(":") == 1 else request.host
    return f"{request.scheme}://{host}:{settings.live_port}"


def live_url() -> str:
    """The address of the live stream for this visitor's browser."""
    return (config.current().live_url or live_origin()).rstrip("/")


def register(app: Flask) -> None:
    """Give every page the words it needs."""
    app.config["BABEL_DEFAULT_LOCALE"] = LANGUAGES[0]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    app.config["LIVE_ORIGIN"] = live_origin
    # Python names modules application/javascript where the machine has no list of types.
    scripts = ["text/javascript", "application/javascript"]
    app.config["COMPRESS_MIMETYPES"] = ["text/html", "text/css", "application/json", "image/svg+xml", *scripts]
    Babel(app, locale_selector=_language)
    Compress(app)
    app.before_request(_remember_language)
    filters: dict[str, Callable[..., str]] = {
        "day": day, "at": at, "hour": hour, "rupiah": rupiah, "number": number, "zone_name": zone_name,
        "window": window, "last_day": last_day, "why": why, "said": said, "channel_name": channel_name,
        "how_changed": lambda change: str(CHANGES.get(change, "")),
    }  # fmt: skip
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(
        now=clock.now, live_url=live_url, language=lambda: str(get_locale()), settings=config.current,
        asset=_asset,
    )  # fmt: skip


def _asset(path: str) -> str:
    """A static file's address with its age in it, so that browsers may keep it until it changes."""
    file = config.ROOT / "static" / path
    stamp = int(file.stat().st_mtime) if file.exists() else 0
    return f"{current_app.static_url_path}/{path}?v={stamp:x}"
