"""Sentences about orders, from the places to the money, at home and at the counter."""

from typing import Any

from flask_babel import lazy_gettext as _

SENTENCES: dict[str, Any] = {
    "party_size": _("Satu pesanan untuk 1 sampai %(maximum)s orang."),
    "infants_on_laps": _(
        "Satu orang memangku satu bayi. Bayi kembar dengan satu orang tua: tambah satu di Orang dan kurangi satu di "
        "Bayi di pangkuan; bayi kedua mendapat tempat sendiri dengan tarif penuh."
    ),
    "infants_on_laps_at_counter": _(
        "Satu orang memangku satu bayi. Bayi kedua mendapat tempat sendiri dengan tarif dewasa: tambah satu di Orang, "
        "kurangi satu di Bayi di pangkuan, lalu tulis tanggal lahirnya seperti penumpang lain."
    ),
    "name_letters": _("Tulis nama dengan huruf, seperti di dokumen. Angka atau tanda saja bukan nama."),
    "name_signs": _("Tulis nama dengan huruf saja, seperti di dokumen. Hapus dari nama: %(signs)s"),
    "name_meant": _("Nama ditulis dengan huruf, tanpa angka. Maksud Anda %(name)s? Betulkan, lalu kirim lagi."),
    "other_person": _(
        "Nomor dan tanggal lahirnya sama-sama lain: ini orang lain, dan tiket tidak boleh dipakai orang lain. Batalkan "
        "orang ini, lalu jual tiket baru."
    ),
    "nik_of_a_card": _(
        "Angka ini tampaknya nomor Kartu Keluarga, bukan NIK orang ini. NIK tertulis di baris namanya di kartu."
    ),
    "birth_number": _(
        "Tulis nomor surat keterangan lahir, seperti tercetak: 3 sampai 20 huruf, angka dan garis miring."
    ),
    "document_of_adults": _(
        "KTP dan SIM baru ada mulai umur %(years)s tahun. Pilih KK atau KIA: di situ ada NIK-nya. Sudah menikah dan "
        "punya KTP? Pesan di loket."
    ),
    "document_of_infants": _("Surat keterangan lahir hanya untuk bayi di bawah %(months)s bulan. Pilih KK atau KIA."),
    "child_alone": _(
        "Anak di bawah %(years)s tahun berangkat bersama orang berumur 17 tahun ke atas di pesanan yang sama. Tiket "
        "anak yang berangkat sendiri hanya dijual di loket: datang dengan orang tua atau walinya."
    ),
    "voyage_cancelled": _("Pelayaran ini dibatalkan. Cari pelayaran lain."),
    "already_settled": _("Jalan keluar untuk pesanan ini sudah dipilih. Muat ulang halaman untuk melihatnya."),
    "already_refunded": _("Uangnya sudah dikembalikan, jadi tidak dapat pindah kapal lagi."),
    "nothing_owed": _("Tidak ada uang yang harus dikembalikan untuk pesanan ini."),
    "vehicle_plate": _("Tulis nomor polisi kendaraannya, misalnya KH 1234 AB."),
    "not_a_vehicle_class": _("Kelas ini untuk orang. Pilih kelas kendaraan, atau kosongkan nomor polisinya."),
    "channel_not_open": _("Dari saluran ini hanya petugas loket yang menjual. Pesan tanpa menyebut saluran."),
    "channel_not_found": _("Saluran penjualan ini tidak ada. Pilih dari daftar."),
    "programme_not_open": _(
        "Program gratis ini tidak dibuka, atau sudah berakhir. Pilih tempat biasa, atau tanyakan di loket."
    ),
    "programme_full": _("Kuota program gratis ini sudah habis. Pilih tempat biasa, atau tanyakan di loket."),
    "programme_family": _(
        "Program gratis memberi tempat untuk paling banyak %(maximum)s orang dari satu Kartu Keluarga. "
        "Kurangi orangnya; yang lain membayar tempat biasa."
    ),
    "programme_person": _(
        "Seseorang di pesanan ini sudah mendapat tempat di program gratis ini. Satu orang hanya satu kali: batalkan "
        "pesanan ini, lalu pesan lagi tanpa orang itu."
    ),
    "family_card": _("Nomor Kartu Keluarga punya 16 angka. Salin lagi dari bagian atas kartunya."),
    "family_card_missing": _("Tulis nomor Kartu Keluarga. Program gratis memberi tempat menurut kartu itu."),
    "family_card_is_nik": _(
        "Nomor ini sama dengan NIK seorang penumpang. Tulis nomor kartunya sendiri, di bagian atas Kartu Keluarga."
    ),
    "sale_closed": _("Penjualan untuk keberangkatan ini sudah ditutup. Pilih keberangkatan berikutnya."),
    "sale_paused": _(
        "Penjualan pelayaran ini dijeda selama diputuskan apakah kapalnya jadi berangkat. Coba lagi nanti, atau pilih "
        "kapal lain."
    ),
    "closed_by_rule": _("Tidak dijual sekarang. %(sentence)s %(next)s"),
    "refused_by_rule": _("Untuk orang ini tidak dijual. %(sentence)s %(next)s"),
    "not_on_sale": _("Tempat di pelayaran ini belum dijual: belum ada surat berapa orang boleh naik."),
    "sold_out": _("Tempat di kelas ini tidak cukup lagi. Kurangi jumlah orang atau pilih pelayaran lain."),
    "restricted_by_rule": _(
        "Karena pembatasan pemerintah hanya sebagian tempat yang boleh dijual, dan itu sudah habis. Pilih pelayaran "
        "lain, atau tunggu di daftar tunggu."
    ),
    "set_aside": _(
        "Tempat yang tersisa disisihkan untuk rombongan pertama di daftar tunggu, paling lama %(minutes)s menit lagi. "
        "Masuk daftar tunggu, atau coba lagi sesudah itu."
    ),
    "places_taken_back": _(
        "Kapal atau jadwalnya diubah, dan tempat Anda tidak ada lagi; bukan karena Anda terlambat. Anda belum membayar "
        "apa pun. Cari tempat di kapal lain."
    ),
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
    "group_above_share": _(
        "Lewat internet kami menyimpan paling banyak %(places)s tempat yang belum dibayar untuk satu rombongan di "
        "kelas ini. Pilih “Tawarkan juga yang kurang”, masuk daftar dalam rombongan yang lebih kecil, atau minta "
        "petugas loket mencatat rombongan Anda."
    ),
    "newer_offer": _(
        "Rombongan ini sudah mendapat tawaran baru dari daftar tunggu: pesanan %(offer)s. Terima uang untuk pesanan "
        "itu."
    ),
    "choices": _("Pilih paling sedikit satu pelayaran, dan paling banyak lima."),
    "no_list_for_vehicles": _("Untuk kendaraan belum ada daftar tunggu. Tanyakan di loket pelabuhan."),
    "waiting_not_found": _("Tidak ada daftar tunggu dengan kode dan nomor telepon itu. Periksa keduanya."),
    "order_moved": _("Pesanan ini sudah dipindah. Yang berlaku sekarang pesanan %(moved_to)s."),
    "order_cancelled": _("Pesanan ini sudah dibatalkan. Tidak ada yang perlu dibayar."),
    "hold_expired": _("Waktunya habis, jadi tempatnya dijual lagi. Cari lagi dari awal."),
    "refund_paid": _("Uang ini sudah tercatat dikembalikan dengan cara lain. Jangan bayar lagi; muat ulang halaman."),
    "already_confirmed": _("Pesanan ini sudah dikonfirmasi. Tiketnya ada di “Pesanan saya”."),
    "wrong_party": _("Isi data untuk tepat %(places)s orang dan %(infants)s bayi, sama dengan jumlah yang dipesan."),
    "vehicle_party": _("Isi data semua %(persons)s orang di kendaraan; paling banyak separuhnya bayi."),
    "infant_too_old": _(
        "Pada hari berlayar sudah %(months)s bulan atau lebih: perlu tempat sendiri. Periksa tanggal lahirnya, "
        "atau batalkan dan pesan lagi dengan satu orang lebih."
    ),
    "infant_needs_adult": _(
        "Bayi tidak dapat berangkat tanpa orang dewasa. Pilih juga bayinya, atau biarkan orangnya."
    ),
    "already_travels": _(
        "Orang ini sudah punya perjalanan lain pada waktu itu. Periksa nomornya; bila benar, pilih waktu lain atau "
        "batalkan dahulu perjalanan yang lain."
    ),
    "at_the_counter": _(
        "Pemesanan ini tidak dapat diselesaikan secara daring. Datang ke loket pelabuhan dengan kartu identitas semua "
        "penumpang; petugas menyelesaikannya di sana."
    ),
    "contact_limit": _(
        "Satu nomor telepon untuk paling banyak %(limit)s orang yang belum berangkat. Pakai nomor orang lain yang "
        "ikut, atau pesan di loket pelabuhan."
    ),
    "not_confirmed": _(
        "Pesanan ini belum dibayar, jadi belum ada tiket yang diubah. Betulkan datanya, atau batalkan pesanannya."
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
        "Ini nama lain, bukan salah ketik. Tiket tidak boleh dipakai orang lain; kalau namanya memang salah, "
        "bawa dokumennya ke loket."
    ),
    "document_corrected_before": _(
        "Dokumen ini sudah %(maximum)s kali dibetulkan, jadi tidak dapat lagi. Batalkan tiketnya dan jual yang baru."
    ),
    "corrected_before": _("Nama ini sudah pernah dibetulkan. Bila masih salah, bawa dokumen ke loket."),
    "receipt_not_found": _("Kuitansi ini tidak ada. Kembali dan pilih dari daftar."),
    "refund_not_found": _("Pengembalian uang ini tidak ada. Kembali dan pilih dari daftar."),
    "refund_amount": _("Tulis jumlah yang dibayarkan: tidak kurang dari yang tercatat, tidak lebih dari harga tiket."),
    "travelers_missing": _("Isi dahulu data semua yang berangkat."),
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
}
