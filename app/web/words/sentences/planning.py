"""Sentences about plans: ships and their papers, voyages and their times, quotas, channels and decrees."""

from typing import Any

from flask_babel import lazy_gettext as _

SENTENCES: dict[str, Any] = {
    "operator_not_found": _("Operator ini tidak ada. Pilih dari daftar."),
    "paper_not_found": _("Surat ini tidak ada (lagi). Kembali ke kapalnya dan pilih dari daftar."),
    "paper_twice": _("Kapal ini sudah punya surat jenis itu untuk hari yang sama. Betulkan surat itu saja."),
    "port_code": _("Kode pelabuhan punya 2 sampai 5 huruf besar dan angka, misalnya IDSMQ. Kosongkan bila belum tahu."),
    "code_provisional": _("Kode sementara tidak dapat dikonfirmasi. Isi dahulu kode UN/LOCODE-nya."),
    "port_code_taken": _("Kode ini sudah dipakai pelabuhan lain. Periksa di daftar UN/LOCODE."),
    "port_name_taken": _("Pelabuhan dengan nama ini sudah ada. Betulkan yang itu, atau pakai nama lain."),
    "zone": _("Pilih WIB, WITA atau WIT."),
    "operator_code": _("Kode operator punya 2 sampai 10 huruf besar dan angka, misalnya PELNI."),
    "child_age": _("Tulis umur 1 sampai 18 tahun, atau kosongkan."),
    "operator_code_taken": _("Kode ini sudah dipakai operator lain. Pilih kode lain."),
    "operator_name_taken": _("Operator dengan nama ini sudah ada. Betulkan yang itu."),
    "imo": _("Nomor IMO punya 7 angka dan angka terakhirnya tidak cocok. Periksa lagi di surat kapal."),
    "imo_taken": _("Nomor IMO ini sudah dipakai kapal lain. Periksa kedua kapal itu."),
    "ship_name_taken": _("Kapal dengan nama ini sudah ada. Betulkan yang itu."),
    "name_near": _("Maksud Anda %(near)s? Betulkan, atau centang bila nama ini memang lain."),
    "ship_leaves_then": _(
        "Kapal ini sudah berangkat dari sini pada jam yang sama di pelayaran lain. Betulkan salah satu."
    ),
    "ship_sails_then": _(
        "Kapal ini tidak dapat berangkat %(day)s: saat itu kapalnya masih menjalani pelayaran %(voyage)s. Betulkan "
        "waktunya, pilih kapal lain, atau batalkan pelayaran itu dahulu."
    ),
    "voyage_was_booked": _(
        "Sudah ada yang memesan di pelayaran ini, jadi tidak dapat dihapus. Batalkan pelayarannya: setiap pemesan lalu "
        "mendapat kabar dan jalan keluar."
    ),
    "voyage_is_used": _(
        "Pelayaran ini sudah dipakai: ada yang menunggu tempat, pindaian, atau catatan keberangkatan dan kedatangan. "
        "Batalkan pelayarannya, jangan dihapus."
    ),
    "departs_outside_tide": _(
        "Berangkat %(departs)s di luar jendela pasangnya, %(tide_from)s sampai %(tide_until)s. Betulkan jam berangkat "
        "atau jendelanya."
    ),
    "day_far": _("Benar tahun %(year)s? Betulkan, atau centang bila memang begitu."),
    "operator_differs": _("%(ship)s dijalankan %(known)s; benar %(typed)s? Betulkan, atau centang bila memang begitu."),
    "day_past": _("%(day)s sudah lewat. Betulkan, atau centang bila pelayaran ini memang sudah lewat."),
    "copy_past": _("%(day)s sudah lewat. Salinan hanya untuk hari ini dan sesudahnya."),
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
        "Sudah %(taken)s tempat terjual atau disimpan di ruas %(start)s – %(end)s, jadi rencananya tidak dapat diubah "
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
    "tariff_not_found": _("Tarif ini tidak ada. Kembali ke daftar tarif."),
    "tariff_changed": _("Orang lain mengubah tarif ini sesudah Anda membukanya. Buka lagi, lihat isinya, lalu ubah."),
    "tariff_twice": _("Rute, kelas dan penumpang ini sudah punya tarif mulai hari itu. Betulkan tarif itu saja."),
    "tariff_unusual": _(
        "Maksud Anda sekitar %(usual)s? Harga ini lebih dari tiga kali, atau kurang dari sepertiga, harga yang "
        "sekarang. Betulkan, atau centang bila memang begitu."
    ),
    "amount_or_percent": _("Isi harganya atau persennya, satu saja."),
    "tariff_amount": _("Tulis harga dalam rupiah, 0 sampai 100.000.000."),
    "tariff_percent": _("Tulis persen sebagai bilangan bulat, -99 sampai 300."),
    "tariff_free": _("Hanya bayi boleh 0. Tulis sedikitnya Rp1; tempat gratis dibuka sebagai program gratis."),
    "passenger_type": _("Pilih dewasa, anak atau bayi."),
    "same_ports": _("Pelabuhan tujuan sama dengan asalnya. Pilih yang lain."),
    "quota_changed": _("Orang lain mengubahnya menjadi %(quota)s sesudah halaman ini dibuka. Lihat, lalu simpan lagi."),
    "paper_kind": _("Pilih sertifikat atau dispensasi."),
    "letter": _("Tulis nomor surat dispensasinya, seperti tercetak di surat."),
    "affected_changed": _(
        "Ada yang memesan sesudah daftar ini dibuat. Tidak ada yang diubah; periksa daftar yang baru, lalu tekan lagi."
    ),
    "same_ship": _("Kapal ini sudah dipakai di pelayaran ini. Pilih kapal lain."),
    "no_papers": _("%(ship)s tidak punya sertifikat atau dispensasi untuk %(day)s. Masukkan dahulu suratnya."),
    "quota_not_lower": _("Kuota sekarang %(quota)s. Di sini kuota hanya diturunkan; naikkan di halaman jatah."),
    "count_missing": _("Tulis jumlah tempat, paling sedikit 1."),
    "same_channel": _("Pilih saluran yang lain dari saluran asalnya."),
    "not_free": _(
        "Hanya %(free)s tempat di saluran asal yang belum disimpan atau terjual. Pindahkan paling banyak itu."
    ),
    "flow_back_hours": _(
        "Tulis jam sebelum berangkat, 0 sampai 8760. Tempat online sendiri tidak kembali ke mana-mana."
    ),
    "channel_kind": _("Pilih jenis saluran: agen, program gratis, loket atau cadangan."),
    "sponsor_missing": _("Program gratis perlu sponsor. Tulis siapa yang membayar."),
    "programme_channel": _("Hanya saluran dengan sponsor punya program gratis. Buat saluran program gratis dahulu."),
    "programme_quota": _("Tulis kuota orang, paling sedikit 1, dan tidak kurang dari yang sudah mendapat tempat."),
    "programme_per_family": _("Tulis 1 sampai 4 orang untuk setiap Kartu Keluarga."),
    "programme_window": _("Hari terakhir harus sama dengan hari pertama atau sesudahnya. Perbaiki harinya."),
    "programme_not_found": _("Program ini belum pernah dibuka. Isi dahulu kuota dan harinya."),
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
    "plan_not_found": _("Rencana ini tidak ada. Pilih dari daftar."),
    "leg_not_found": _("Ruas ini tidak ada di pelayaran ini. Pilih dari daftar."),
    "nothing_lowered": _("Tulis kuota baru yang lebih rendah di sedikitnya satu kelas."),
    "choose_voyage": _("Pilih dahulu kapal yang lain."),
    "other_route": _("Pelayaran itu tidak di rute yang sama. Pilih dari daftar."),
    "ppkm_level": _("Pilih level PPKM: 1, 2, 3 atau 4."),
    "decree_not_found": _("Pembatasan ini tidak ada. Kembali dan pilih dari daftar."),
    "reason_missing": _("Tulis alasannya dengan sedikitnya dua kata atau 8 huruf, misalnya: ombak tinggi."),
    "cause_missing": _("Pilih sebabnya: pasang surut, cuaca, teknis, atau perintah otoritas."),
    "tide_window": _("Isi kedua ujung jendela pasang, yang awal lebih dahulu; atau kosongkan keduanya."),
    "arrived": _("Kapal sudah tiba, jadi waktunya tidak dapat diubah lagi."),
    "arrival_backwards": _("Kapal tidak dapat tiba sebelum berangkat dari %(port)s. Periksa kedua waktunya."),
    "arrival_not_yet": _("Waktu ini belum tiba. Catat kedatangan setelah kapal sandar."),
    "actual_stays": _("Yang sudah terjadi dapat dibetulkan, tidak dihapus. Tulis waktu yang benar."),
    "in_the_past": _("Waktu ini sudah lewat. Pilih waktu yang akan datang."),
    "leaving_too_early": _(
        "Ini lebih dari sehari sebelum jam berangkatnya. Bila jamnya memang berubah, administrator mengubahnya dahulu "
        "di halaman waktu pelayaran."
    ),
    "opening_too_early": _(
        "Naik kapal dibuka paling cepat sehari sebelum jam biasanya. Bila jamnya memang berubah, administrator "
        "mengubahnya dahulu di halaman waktu pelayaran."
    ),
    "needs_second_person": _(
        "Ini di luar kebiasaan, jadi perlu dua orang. Tulis alasannya, lalu rekan lain mengonfirmasi."
    ),
    "nothing_to_undo": _("Tidak ada yang dapat dibatalkan di sini. Muat ulang halaman."),
    "request_not_found": _("Permintaan ini tidak ada. Kembali dan muat ulang halaman."),
    "request_gone": _("Permintaan ini sudah dijawab atau sudah lewat dua jam. Minta lagi bila masih perlu."),
    "not_in_charge": _("Hanya pengawas yang menaikkan atau menurunkan orang tanpa tiket. Panggil pengawas."),
    "not_at_the_ship": _("Ini dicatat di tangga kapal. Pilih gerbang di tangga kapal dahulu."),
    "not_boarding": _("Naik kapal belum dibuka atau sudah ditutup, jadi tidak ada yang naik sekarang."),
    "no_room_without_ticket": _(
        "Tidak ada tempat bagi orang tanpa tiket: semua tempat di bawah batas kapal sudah dijanjikan. Arahkan ke "
        "loket, atau lepas dahulu tempat yang tidak datang."
    ),
    "walk_on_not_found": _("Orang ini tidak ada di daftar. Muat ulang halaman."),
    "name_or_description": _("Tulis namanya. Bila belum diketahui, tulis ciri-cirinya."),
    "not_your_port": _("Anda tidak bekerja di pelabuhan ini. Minta rekan di sana, atau administrator."),
    "step_reason_missing": _("Tulis alasannya dengan sedikitnya dua kata atau 8 huruf, paling panjang 300 huruf."),
    "not_yet": _("Waktu ini belum tiba. Catat keberangkatan setelah kapal berangkat."),
    "times_backwards": _("Kapal tidak dapat berangkat sebelum tiba."),
    "departed": _("Kapal sudah berangkat."),
    "left_at_another_time": _(
        "Kapal sudah dicatat berangkat pada %(stands)s waktu pelabuhan, dan itu yang berlaku. Bila salah, batalkan "
        "dulu catatan itu, lalu catat lagi."
    ),
    "over_ceiling": _(
        "Semua kelas dan saluran bersama tidak boleh melebihi %(ceiling)s orang di ruas ini; yang lain sudah memakai "
        "%(others)s. Kurangi angka ini atau salah satu yang lain."
    ),
    "below_taken": _(
        "Sudah %(taken)s tempat disimpan atau terjual. Tulis paling sedikit itu; bila harus lebih rendah, pakai "
        "Turunkan kuota di halaman pelayaran."
    ),
    "below_aboard": _("Sudah %(aboard)s orang di atas kapal. Batas tidak boleh di bawah itu."),
    "persons": _("Jumlah orang paling sedikit 1."),
    "valid_to": _("Tanggal akhir harus pada atau setelah tanggal mulai."),
}
