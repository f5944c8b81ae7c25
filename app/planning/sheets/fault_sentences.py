"""A sentence for each fault of a file, in Indonesian; the other languages are in the catalogues of translations."""

from app.text import N_

SENTENCES = {
    "unreadable": N_("Berkas {value} tidak dapat dibuka. Periksa nama berkas dan izin bacanya."),
    "not_text": N_("Berkas ini bukan lembar jadwal. Simpan sebagai .xlsx, .ods atau CSV, lalu kirim lagi."),
    "unreadable_book": N_(
        "Buku kerja ini rusak atau terkunci kata sandi. Buka di Excel atau LibreOffice, simpan lagi tanpa kata sandi."
    ),
    "no_sheet": N_("Tidak ada lembar di dalam arsip ini. Isi dengan berkas .csv, .xlsx atau .ods."),
    "empty": N_("Berkas kosong. Isi baris judul kolom, lalu satu baris per pelayaran."),
    "no_rows": N_("Berkas hanya berisi judul kolom. Tambahkan sedikitnya satu baris pelayaran."),
    "not_a_timetable": N_(
        "Baris {line} bukan judul kolom jadwal. Tulis di satu baris: date, time_local, ship, operator, origin, "
        "destination dan kolom lainnya."
    ),
    "not_a_sheet": N_("Baris {line} bukan judul kolom jadwal. Unduh dahulu berkasnya dari Dermaga, lalu ubah isinya."),
    "too_large": N_("Berkasnya terlalu besar. Bagi menjadi beberapa berkas dan masukkan satu per satu."),
    "no_reference": N_("Tidak ada lembar acuan di sini. Beri nama berkas atau lembarnya salah satu dari: {value}."),
    "archive_parts": N_("Arsip ini berisi lebih dari {value} berkas. Sisakan lembar jadwalnya saja, lalu kirim lagi."),
    "archive_large": N_(
        "Isi arsip ini terlalu besar, terutama {value}. Bagi menjadi beberapa berkas dan masukkan satu per satu."
    ),
    "archive_tight": N_(
        "{value} di dalam arsip ini hampir kosong tetapi sangat besar, seperti berkas jebakan; tidak dibuka. Salin "
        "isinya ke lembar baru, simpan sebagai .xlsx atau CSV, lalu kirim lagi."
    ),
    "archive_damaged": N_(
        "Arsip ini rusak atau terkunci kata sandi. Buat arsipnya lagi tanpa kata sandi, atau kirim lembarnya langsung."
    ),
    "moment": N_(
        "Baris {line}, kolom {column}: '{value}' bukan hari dan jam. Tulis seperti 2026-11-27 13:00, 24:00 untuk "
        "tengah malam di akhir hari itu, atau kosongkan."
    ),
    "choice": N_("Baris {line}, kolom {column}: {value}. Pilih salah satu yang ada di dalam kurung."),
    "tide_window": N_(
        "Baris {line}: jendela pasang hanya punya satu ujung, atau berakhir sebelum mulai. Isi tide_from dan "
        "tide_until, atau kosongkan keduanya."
    ),
    "cause_missing": N_(
        "Baris {line}, kolom {column}: waktu berubah tanpa sebab. Tulis tide, weather, technical atau order."
    ),
    "differs_from_first": N_(
        "Baris {line}, kolom {column}: '{value}' berbeda dari baris pertama pelayaran ini. Samakan, atau kosongkan."
    ),
    "unknown_port": N_(
        "Baris {line}, kolom {column}: pelabuhan '{value}' tidak dikenal. Periksa kodenya, atau masukkan "
        "pelabuhannya dahulu."
    ),
    "unknown_ship": N_(
        "Baris {line}, kolom {column}: kapal '{value}' tidak ada. Periksa ejaannya, atau masukkan kapalnya dahulu."
    ),
    "unknown_operator": N_(
        "Baris {line}, kolom {column}: operator '{value}' tidak ada. Periksa kodenya, atau masukkan operatornya dahulu."
    ),
    "twice": N_("Baris {line}, kolom {column}: '{value}' sudah ada di baris lain. Sisakan satu."),
    "taken": N_(
        "Baris {line}, kolom {column}: '{value}' sudah dipakai yang lain. Periksa kodenya, atau pakai nama lain."
    ),
    "position_twice": N_(
        "Baris {line}: urutan singgah {value} tertulis dua kali di pelayaran ini. Beri nomor 1, 2, 3 dan seterusnya."
    ),
    "position_gap": N_(
        "Baris {line}: urutan singgah {value} tidak bersambung. Beri nomor 1, 2, 3 dan seterusnya tanpa lompat."
    ),
    "same_port_again": N_("Baris {line}: pelabuhan '{value}' sama dengan singgah sebelumnya. Perbaiki salah satunya."),
    "backwards": N_(
        "Baris {line}, kolom {column}: '{value}' tidak setelah waktu yang mendahuluinya. Kapal tidak dapat tiba "
        "sebelum berangkat, atau berangkat sebelum tiba; periksa keduanya."
    ),
    "ends_before": N_("Baris {line}, kolom {column}: '{value}' sebelum tanggal mulainya. Betulkan salah satunya."),
    "persons": N_("Baris {line}, kolom {column}: '{value}' bukan jumlah orang. Tulis bilangan bulat, sedikitnya 1."),
    "letter": N_(
        "Baris {line}, kolom {column}: dispensasi tanpa nomor surat. Tulis nomornya seperti tercetak di surat, atau "
        "(tidak tercetak) bila sumbernya tidak mencetaknya."
    ),
    "zone": N_("Baris {line}, kolom {column}: zona waktu '{value}' tidak dikenal. Tulis WIB, WITA atau WIT."),
    "child_age": N_("Baris {line}: umur {value} bukan 1 sampai 18 tahun. Betulkan, atau kosongkan."),
    "port_code": N_(
        "Baris {line}, kolom {column}: '{value}' bukan kode pelabuhan. Tulis 2 sampai 5 huruf besar dan angka, atau "
        "kode sementara seperti ?1."
    ),
    "imo": N_(
        "Baris {line}, kolom {column}: '{value}' bukan nomor IMO; angka terakhirnya tidak cocok. Periksa suratnya."
    ),
    "cancel_here": N_(
        "Baris {line}, kolom {column}: pembatalan tidak diubah lewat berkas. Batalkan di halaman pelayarannya, supaya "
        "penumpangnya diurus."
    ),
    "day_differs": N_(
        "Baris {line}, kolom {column}: hari '{value}' bukan hari salah satu waktunya. Samakan, atau kosongkan."
    ),
    "below_aboard": N_(
        "Baris {line}, kolom {column}: {value} yang sudah di atas kapal. Batas tidak boleh di bawah itu."
    ),
    "told_at_pier": N_(
        "Baris {line}, kolom {column}: pelayaran ini sudah dipesan atau dicatat di dermaga, jadi sel ini tidak diubah "
        "lewat berkas. Kembalikan isinya, lalu ubah di halaman waktu pelayaran."
    ),
    "actual_to_come": N_(
        "Baris {line}, kolom {column}: '{value}' belum terjadi. Kosongkan; perkiraan ditulis di halaman waktu "
        "pelayaran."
    ),
    "time_is_sold": N_(
        "Baris {line}, kolom {column}: pelayaran ini sudah dipesan, jadi jam rencananya ({value}) tetap. Kembalikan "
        "jamnya, lalu tulis waktu barunya di halaman waktu pelayaran."
    ),
    "capacity_is_sold": N_(
        "Baris {line}, kolom {column}: pelayaran ini sudah dipesan, jadi batas {value} orang tidak diturunkan lewat "
        "berkas. Kembalikan angkanya, lalu turunkan kuota atau ganti kapal di halaman pelayarannya."
    ),
    "above_paper": N_(
        "Baris {line}, kolom {column}: surat kapal untuk hari itu mengizinkan {value} orang. Kurangi angkanya, atau "
        "betulkan dahulu suratnya di halaman kapal."
    ),
    "fare_free": N_(
        "Baris {line}, kolom {column}: '{value}' membuat tempatnya gratis. Tulis sedikitnya Rp1 atau -99 persen; hanya "
        "bayi boleh 0, dan tempat gratis dibuka sebagai program gratis."
    ),
    "sold_on_leg": N_(
        "Baris {line}: sudah ada tempat terjual di ruas ini, jadi singgah dan waktu rencananya tetap. Tulis waktu "
        "barunya di halaman waktu pelayaran, dengan sebabnya."
    ),
    "ship_is_sold": N_(
        "Baris {line}: sudah ada tempat terjual, jadi kapalnya diganti di halaman pelayarannya, bukan di sini."
    ),
    "call_is_used": N_(
        "Baris {line}: singgah yang hilang dari berkas disebut di pesanan atau pindaian lama. Kembalikan barisnya."
    ),
    "too_many_calls": N_("Baris {line}: pelayaran ini singgah terlalu banyak. Bagi menjadi dua pelayaran."),
    "refused": N_("Baris {line}: {value}"),
    "missing_column": N_(
        "Kolom {column} tidak ada. Tambahkan ke baris {line}; isinya boleh kosong bila tidak diketahui."
    ),
    "unknown_column": N_("Baris {line}: kolom '{column}' tidak dikenal. Hapus kolom itu atau perbaiki namanya."),
    "duplicate_column": N_("Baris {line}: kolom {column} tertulis lebih dari sekali. Sisakan satu."),
    "cell_count": N_(
        "Baris {line} berisi {value} sel, tidak sama dengan judul kolom. "
        "Apit teks yang mengandung koma dengan tanda kutip."
    ),
    "quoting": N_("Baris {line} tidak dapat dibaca. Periksa tanda kutip yang terbuka atau sel yang terlalu panjang."),
    "control_character": N_(
        "Baris {line}, kolom {column}: sel berisi ganti baris atau karakter tak terlihat. "
        "Hapus karakter itu dan periksa tanda kutipnya."
    ),
    "too_long": N_("Baris {line}, kolom {column}: isi sel terlalu panjang. Persingkat."),
    "required": N_("Baris {line}: kolom {column} wajib diisi."),
    "date": N_(
        "Baris {line}, kolom {column}: '{value}' bukan tanggal. Tulis tanggal yang ada sebagai TTTT-BB-HH, "
        "misalnya 2024-04-07."
    ),
    "time": N_(
        "Baris {line}, kolom {column}: '{value}' bukan jam. Tulis JJ:MM dari 00:00 sampai 23:59, 24:00 untuk "
        "tengah malam di akhir hari itu, atau kosongkan."
    ),
    "count": N_(
        "Baris {line}, kolom {column}: '{value}' bukan bilangan bulat 0 sampai 99999. Tulis angka saja, "
        "tanpa titik, koma, atau kata; kosongkan bila tidak diketahui."
    ),
    "no_port": N_("Baris {line}: origin dan destination kosong. Isi sedikitnya salah satu."),
    "same_port": N_("Baris {line}: origin dan destination sama ('{value}'). Perbaiki salah satunya."),
    "lebaran_day": N_(
        "Baris {line}, kolom {column}: '{value}' bukan hari Lebaran. Tulis H, H-11, H+4, atau kosongkan."
    ),
    "unknown_port_name": N_(
        "Baris {line}, kolom {column}: pelabuhan '{value}' tidak dikenal. Periksa ejaannya, atau masukkan "
        "pelabuhannya dahulu."
    ),
    "near_port": N_("Baris {line}, kolom {column}: pelabuhan '{value}' tidak dikenal. Maksud Anda {near}?"),
    "near_name": N_(
        "Baris {line}, kolom {column}: maksud Anda {near}, bukan '{value}'? Betulkan, atau masukkan lagi dengan "
        "pilihan bahwa nama baru memang lain."
    ),
    "ship_twice": N_(
        "Baris {line}: kapal ini sudah tertulis dengan pelabuhan dan jam yang sama di baris {value}. Hapus "
        "salah satunya."
    ),
    "ship_leaves_then": N_(
        "Baris {line}: kapal ini sudah berangkat pada jam itu dari pelabuhan yang sama di pelayaran {value}. Betulkan "
        "jam atau kapalnya."
    ),
    "ship_sails_then": N_(
        "Baris {line}, kolom {column}: saat itu kapal ini masih menjalani pelayaran {value}. Betulkan waktu atau "
        "kapalnya, atau batalkan pelayaran itu dahulu."
    ),
    "departs_outside_tide": N_(
        "Baris {line}, kolom {column}: berangkat di luar jendela pasangnya ({value}). Betulkan jam berangkat atau "
        "jendelanya; bila kapalnya menunggu, isi revised_departure."
    ),
    "operator_sold": N_(
        "Baris {line}, kolom operator: pelayaran ini sudah dijual atas nama {value}. Operatornya tetap."
    ),
    "home_port": N_("Tidak jelas jadwal ini untuk pelabuhan mana: {value}. Pilih pelabuhannya (di perintah: --port)."),
    "not_of_home": N_(
        "Baris {line}: tidak berangkat dari {value} dan tidak tiba di sana. Hapus barisnya, atau pilih pelabuhan lain."
    ),
    "repeated_row": N_("Baris {line} mengulang baris {value}. Hapus salah satunya."),
}
"""A sentence for each problem, with its remedy."""
