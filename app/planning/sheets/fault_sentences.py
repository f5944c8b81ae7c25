"""A sentence for each fault of a file, in two languages."""

SENTENCES = {
    "unreadable": (
        "Berkas {value} tidak dapat dibuka. Periksa nama berkas dan izin bacanya.",
        "The file {value} cannot be opened. Check its name and the right to read it.",
    ),
    "not_text": (
        "Berkas ini bukan lembar jadwal. Simpan sebagai .xlsx, .ods atau CSV, lalu kirim lagi.",
        "This file is no sheet of a timetable. Save it as .xlsx, .ods or CSV, and send it again.",
    ),
    "unreadable_book": (
        "Buku kerja ini rusak atau terkunci kata sandi. Buka di Excel atau LibreOffice, simpan lagi tanpa kata sandi.",
        "This workbook is damaged or has a password. Open it in Excel or LibreOffice, and save it without a password.",
    ),
    "no_sheet": (
        "Tidak ada lembar di dalam arsip ini. Isi dengan berkas .csv, .xlsx atau .ods.",
        "There is no sheet in this archive. Put files .csv, .xlsx or .ods into it.",
    ),
    "empty": (
        "Berkas kosong. Isi baris judul kolom, lalu satu baris per pelayaran.",
        "The file is empty. Give a line of column names, then one line per voyage.",
    ),
    "no_rows": (
        "Berkas hanya berisi judul kolom. Tambahkan sedikitnya satu baris pelayaran.",
        "The file has column names only. Add at least one line with a voyage.",
    ),
    "not_a_timetable": (
        "Baris {line} bukan judul kolom jadwal. Tulis di satu baris: date, time_local, ship, operator, origin, "
        "destination dan kolom lainnya.",
        "Line {line} does not name the columns. Write them in one line: date, time_local, ship, operator, origin, "
        "destination and the others.",
    ),
    "not_a_sheet": (
        "Baris {line} bukan judul kolom jadwal. Unduh dahulu berkasnya dari Dermaga, lalu ubah isinya.",
        "Line {line} does not name the columns. Download the sheet from Dermaga first, and change what is in it.",
    ),
    "too_large": (
        "Berkasnya terlalu besar. Bagi menjadi beberapa berkas dan masukkan satu per satu.",
        "The files are too large. Split them and bring them in one by one.",
    ),
    "no_reference": (
        "Tidak ada lembar acuan di sini. Beri nama berkas atau lembarnya salah satu dari: {value}.",
        "There is no sheet of reference data here. Name the file or the tab one of: {value}.",
    ),
    "archive_parts": (
        "Arsip ini berisi lebih dari {value} berkas. Sisakan lembar jadwalnya saja, lalu kirim lagi.",
        "There are more than {value} files in this archive. Keep the sheets of the timetable only, and send it again.",
    ),
    "archive_large": (
        "Isi arsip ini terlalu besar, terutama {value}. Bagi menjadi beberapa berkas dan masukkan satu per satu.",
        "What is in this archive is too large, most of all {value}. Split it and bring the parts in one by one.",
    ),
    "archive_tight": (
        "{value} di dalam arsip ini hampir kosong tetapi sangat besar, seperti berkas jebakan; tidak dibuka. Salin "
        "isinya ke lembar baru, simpan sebagai .xlsx atau CSV, lalu kirim lagi.",
        "{value} in this archive is almost empty and yet very large, like a trap, and was not opened. Copy what is in "
        "it to a new sheet, save that as .xlsx or CSV, and send it again.",
    ),
    "archive_damaged": (
        "Arsip ini rusak atau terkunci kata sandi. Buat arsipnya lagi tanpa kata sandi, atau kirim lembarnya langsung.",
        "This archive is damaged or has a password. Make it again without one, or send its sheets as they are.",
    ),
    "moment": (
        "Baris {line}, kolom {column}: '{value}' bukan hari dan jam. Tulis seperti 2026-11-27 13:00, 24:00 untuk "
        "tengah malam di akhir hari itu, atau kosongkan.",
        "Line {line}, column {column}: '{value}' is not a day and time. Write 2026-11-27 13:00, 24:00 for midnight "
        "at the end of that day, or leave it empty.",
    ),
    "choice": (
        "Baris {line}, kolom {column}: {value}. Pilih salah satu yang ada di dalam kurung.",
        "Line {line}, column {column}: {value}. Choose one of those in brackets.",
    ),
    "tide_window": (
        "Baris {line}: jendela pasang hanya punya satu ujung, atau berakhir sebelum mulai. Isi tide_from dan "
        "tide_until, atau kosongkan keduanya.",
        "Line {line}: the tide window has one end only, or ends before it begins. Fill in tide_from and tide_until, "
        "or leave both empty.",
    ),
    "cause_missing": (
        "Baris {line}, kolom {column}: waktu berubah tanpa sebab. Tulis tide, weather, technical atau order.",
        "Line {line}, column {column}: a time has changed without a cause. Write tide, weather, technical or order.",
    ),
    "differs_from_first": (
        "Baris {line}, kolom {column}: '{value}' berbeda dari baris pertama pelayaran ini. Samakan, atau kosongkan.",
        "Line {line}, column {column}: '{value}' differs from the first line of this voyage. Make them the same, or "
        "leave it empty.",
    ),
    "unknown_port": (
        "Baris {line}, kolom {column}: pelabuhan '{value}' tidak dikenal. Periksa kodenya, atau masukkan "
        "pelabuhannya dahulu.",
        "Line {line}, column {column}: no port has '{value}'. Check the code, or bring the port in first.",
    ),
    "unknown_ship": (
        "Baris {line}, kolom {column}: kapal '{value}' tidak ada. Periksa ejaannya, atau masukkan kapalnya dahulu.",
        "Line {line}, column {column}: there is no ship '{value}'. Check its spelling, or bring in the ship first.",
    ),
    "unknown_operator": (
        "Baris {line}, kolom {column}: operator '{value}' tidak ada. Periksa kodenya, atau masukkan "
        "operatornya dahulu.",
        "Line {line}, column {column}: there is no operator '{value}'. Check the code, or bring the operator in first.",
    ),
    "twice": (
        "Baris {line}, kolom {column}: '{value}' sudah ada di baris lain. Sisakan satu.",
        "Line {line}, column {column}: '{value}' is in another line already. Keep one.",
    ),
    "taken": (
        "Baris {line}, kolom {column}: '{value}' sudah dipakai yang lain. Periksa kodenya, atau pakai nama lain.",
        "Line {line}, column {column}: another one has '{value}' already. Check its code, or choose another name.",
    ),
    "position_twice": (
        "Baris {line}: urutan singgah {value} tertulis dua kali di pelayaran ini. Beri nomor 1, 2, 3 dan seterusnya.",
        "Line {line}: position {value} is there twice in this voyage. Number the calls 1, 2, 3 and so on.",
    ),
    "position_gap": (
        "Baris {line}: urutan singgah {value} tidak bersambung. Beri nomor 1, 2, 3 dan seterusnya tanpa lompat.",
        "Line {line}: position {value} leaves a gap. Number the calls 1, 2, 3 and so on.",
    ),
    "same_port_again": (
        "Baris {line}: pelabuhan '{value}' sama dengan singgah sebelumnya. Perbaiki salah satunya.",
        "Line {line}: the port '{value}' is that of the call before it. Correct one of them.",
    ),
    "backwards": (
        "Baris {line}, kolom {column}: '{value}' tidak setelah waktu yang mendahuluinya. Kapal tidak dapat tiba "
        "sebelum berangkat, atau berangkat sebelum tiba; periksa keduanya.",
        "Line {line}, column {column}: '{value}' is not after the time before it. A ship cannot arrive before it "
        "left, or leave before it came; check both.",
    ),
    "ends_before": (
        "Baris {line}, kolom {column}: '{value}' sebelum tanggal mulainya. Betulkan salah satunya.",
        "Line {line}, column {column}: '{value}' is before the day that it begins. Correct one of them.",
    ),
    "persons": (
        "Baris {line}, kolom {column}: '{value}' bukan jumlah orang. Tulis bilangan bulat, sedikitnya 1.",
        "Line {line}, column {column}: '{value}' is not a number of persons. Write a whole number, at least 1.",
    ),
    "letter": (
        "Baris {line}, kolom {column}: dispensasi tanpa nomor surat. Tulis nomornya seperti tercetak di surat, atau "
        "(tidak tercetak) bila sumbernya tidak mencetaknya.",
        "Line {line}, column {column}: a dispensation without its letter. Write its number as printed, or "
        "(tidak tercetak) where the source prints none.",
    ),
    "zone": (
        "Baris {line}, kolom {column}: zona waktu '{value}' tidak dikenal. Tulis WIB, WITA atau WIT.",
        "Line {line}, column {column}: the time zone '{value}' is not known. Write WIB, WITA or WIT.",
    ),
    "child_age": (
        "Baris {line}: umur {value} bukan 1 sampai 18 tahun. Betulkan, atau kosongkan.",
        "Line {line}: the age {value} is not 1 to 18 years. Correct it, or leave it empty.",
    ),
    "port_code": (
        "Baris {line}, kolom {column}: '{value}' bukan kode pelabuhan. Tulis 2 sampai 5 huruf besar dan angka, atau "
        "kode sementara seperti ?1.",
        "Line {line}, column {column}: '{value}' is not a port's code. Write 2 to 5 capitals and digits, or a "
        "provisional code such as ?1.",
    ),
    "imo": (
        "Baris {line}, kolom {column}: '{value}' bukan nomor IMO; angka terakhirnya tidak cocok. Periksa suratnya.",
        "Line {line}, column {column}: '{value}' is not an IMO number; its check digit is wrong. Look at the papers.",
    ),
    "cancel_here": (
        "Baris {line}, kolom {column}: pembatalan tidak diubah lewat berkas. Batalkan di halaman pelayarannya, supaya "
        "penumpangnya diurus.",
        "Line {line}, column {column}: a voyage is not called off by file. Do it on its page, so that its passengers "
        "are looked after.",
    ),
    "day_differs": (
        "Baris {line}, kolom {column}: hari '{value}' bukan hari salah satu waktunya. Samakan, atau kosongkan.",
        "Line {line}, column {column}: the day '{value}' is that of none of its times. Make them agree, or leave the "
        "column day empty.",
    ),
    "below_aboard": (
        "Baris {line}, kolom {column}: {value} yang sudah di atas kapal. Batas tidak boleh di bawah itu.",
        "Line {line}, column {column}: {value} who are aboard already. The limit cannot be below that.",
    ),
    "told_at_pier": (
        "Baris {line}, kolom {column}: pelayaran ini sudah dipesan atau dicatat di dermaga, jadi sel ini tidak diubah "
        "lewat berkas. Kembalikan isinya, lalu ubah di halaman waktu pelayaran.",
        "Line {line}, column {column}: this voyage has been booked or acted on at the pier, so this cell is not "
        "changed by file. Put back what stood there, and change it on the page of the voyage's times.",
    ),
    "actual_to_come": (
        "Baris {line}, kolom {column}: '{value}' belum terjadi. Kosongkan; perkiraan ditulis di halaman waktu "
        "pelayaran.",
        "Line {line}, column {column}: '{value}' has not happened yet. Leave it empty; what is expected is put on the "
        "page of the voyage's times.",
    ),
    "time_is_sold": (
        "Baris {line}, kolom {column}: pelayaran ini sudah dipesan, jadi jam rencananya ({value}) tetap. Kembalikan "
        "jamnya, lalu tulis waktu barunya di halaman waktu pelayaran.",
        "Line {line}, column {column}: this voyage has been booked, so its planned hour ({value}) stays. Put it back, "
        "and write the new time on the page of the voyage's times.",
    ),
    "capacity_is_sold": (
        "Baris {line}, kolom {column}: pelayaran ini sudah dipesan, jadi batas {value} orang tidak diturunkan lewat "
        "berkas. Kembalikan angkanya, lalu turunkan kuota atau ganti kapal di halaman pelayarannya.",
        "Line {line}, column {column}: this voyage has been booked, so its limit of {value} people is not lowered by "
        "file. Put the number back, and lower the quota or swap the ship on the voyage's page.",
    ),
    "above_paper": (
        "Baris {line}, kolom {column}: surat kapal untuk hari itu mengizinkan {value} orang. Kurangi angkanya, atau "
        "betulkan dahulu suratnya di halaman kapal.",
        "Line {line}, column {column}: the ship's paper for that day allows {value} people. Make the number smaller, "
        "or put the paper right on the ship's page first.",
    ),
    "fare_free": (
        "Baris {line}, kolom {column}: '{value}' membuat tempatnya gratis. Tulis sedikitnya Rp1 atau -99 persen; hanya "
        "bayi boleh 0, dan tempat gratis dibuka sebagai program gratis.",
        "Line {line}, column {column}: '{value}' makes the place free. Write at least Rp1, or -99 per cent; only "
        "infants may be 0, and free places are opened as a free programme.",
    ),
    "sold_on_leg": (
        "Baris {line}: sudah ada tempat terjual di ruas ini, jadi singgah dan waktu rencananya tetap. Tulis waktu "
        "barunya di halaman waktu pelayaran, dengan sebabnya.",
        "Line {line}: places on this stretch are sold, so its calls and planned times stay. Put the new time on the "
        "page of the voyage's times, with its cause.",
    ),
    "ship_is_sold": (
        "Baris {line}: sudah ada tempat terjual, jadi kapalnya diganti di halaman pelayarannya, bukan di sini.",
        "Line {line}: places are sold, so the ship is not changed by file. Do it on the voyage's page.",
    ),
    "call_is_used": (
        "Baris {line}: singgah yang hilang dari berkas disebut di pesanan atau pindaian lama. Kembalikan barisnya.",
        "Line {line}: a call that the file leaves out is named by old bookings or scans. Put its line back.",
    ),
    "too_many_calls": (
        "Baris {line}: pelayaran ini singgah terlalu banyak. Bagi menjadi dua pelayaran.",
        "Line {line}: this voyage has too many calls. Make two voyages of it.",
    ),
    "refused": ("Baris {line}: {value}", "Line {line}: {value}"),
    "missing_column": (
        "Kolom {column} tidak ada. Tambahkan ke baris {line}; isinya boleh kosong bila tidak diketahui.",
        "The column {column} is missing. Add it to line {line}; leave a cell empty where nothing is known.",
    ),
    "unknown_column": (
        "Baris {line}: kolom '{column}' tidak dikenal. Hapus kolom itu atau perbaiki namanya.",
        "Line {line}: the column '{column}' is not known. Remove it or correct its name.",
    ),
    "duplicate_column": (
        "Baris {line}: kolom {column} tertulis lebih dari sekali. Sisakan satu.",
        "Line {line}: the column {column} is there more than once. Keep one.",
    ),
    "cell_count": (
        "Baris {line} berisi {value} sel, tidak sama dengan judul kolom. "
        "Apit teks yang mengandung koma dengan tanda kutip.",
        "Line {line} has {value} cells, not as many as there are columns. Put text with a comma in quotes.",
    ),
    "quoting": (
        "Baris {line} tidak dapat dibaca. Periksa tanda kutip yang terbuka atau sel yang terlalu panjang.",
        "Line {line} cannot be read. Look for a quote that is not closed or a cell that is too long.",
    ),
    "control_character": (
        "Baris {line}, kolom {column}: sel berisi ganti baris atau karakter tak terlihat. "
        "Hapus karakter itu dan periksa tanda kutipnya.",
        "Line {line}, column {column}: the cell holds a line break or an invisible character. "
        "Remove it and check the quotes.",
    ),
    "too_long": (
        "Baris {line}, kolom {column}: isi sel terlalu panjang. Persingkat.",
        "Line {line}, column {column}: the cell is too long. Shorten it.",
    ),
    "required": ("Baris {line}: kolom {column} wajib diisi.", "Line {line}: the column {column} must be filled in."),
    "date": (
        "Baris {line}, kolom {column}: '{value}' bukan tanggal. Tulis tanggal yang ada sebagai TTTT-BB-HH, "
        "misalnya 2024-04-07.",
        "Line {line}, column {column}: '{value}' is not a date. Write a day that exists as YYYY-MM-DD, "
        "for example 2024-04-07.",
    ),
    "time": (
        "Baris {line}, kolom {column}: '{value}' bukan jam. Tulis JJ:MM dari 00:00 sampai 23:59, 24:00 untuk "
        "tengah malam di akhir hari itu, atau kosongkan.",
        "Line {line}, column {column}: '{value}' is not a time. Write HH:MM from 00:00 to 23:59, 24:00 for "
        "midnight at the end of that day, or leave it empty.",
    ),
    "count": (
        "Baris {line}, kolom {column}: '{value}' bukan bilangan bulat 0 sampai 99999. Tulis angka saja, "
        "tanpa titik, koma, atau kata; kosongkan bila tidak diketahui.",
        "Line {line}, column {column}: '{value}' is not a whole number from 0 to 99999. Write digits only, "
        "no separators or words; leave it empty when unknown.",
    ),
    "no_port": (
        "Baris {line}: origin dan destination kosong. Isi sedikitnya salah satu.",
        "Line {line}: origin and destination are empty. Give at least one of them.",
    ),
    "same_port": (
        "Baris {line}: origin dan destination sama ('{value}'). Perbaiki salah satunya.",
        "Line {line}: origin and destination are the same ('{value}'). Correct one of them.",
    ),
    "lebaran_day": (
        "Baris {line}, kolom {column}: '{value}' bukan hari Lebaran. Tulis H, H-11, H+4, atau kosongkan.",
        "Line {line}, column {column}: '{value}' is not a Lebaran day. Write H, H-11, H+4 or nothing.",
    ),
    "unknown_port_name": (
        "Baris {line}, kolom {column}: pelabuhan '{value}' tidak dikenal. Periksa ejaannya, atau masukkan "
        "pelabuhannya dahulu.",
        "Line {line}, column {column}: there is no port '{value}'. Check its spelling, or bring in the port first.",
    ),
    "near_port": (
        "Baris {line}, kolom {column}: pelabuhan '{value}' tidak dikenal. Maksud Anda {near}?",
        "Line {line}, column {column}: there is no port '{value}'. Did you mean {near}?",
    ),
    "near_name": (
        "Baris {line}, kolom {column}: maksud Anda {near}, bukan '{value}'? Betulkan, atau masukkan lagi dengan "
        "pilihan bahwa nama baru memang lain.",
        "Line {line}, column {column}: did you mean {near} and not '{value}'? Correct it, or send the file again with "
        "the choice that new names are meant as typed.",
    ),
    "ship_twice": (
        "Baris {line}: kapal ini sudah tertulis dengan pelabuhan dan jam yang sama di baris {value}. Hapus "
        "salah satunya.",
        "Line {line}: this ship is there already at that port and minute in line {value}. Remove one of them.",
    ),
    "ship_leaves_then": (
        "Baris {line}: kapal ini sudah berangkat pada jam itu dari pelabuhan yang sama di pelayaran {value}. Betulkan "
        "jam atau kapalnya.",
        "Line {line}: this ship leaves that port at that minute already on voyage {value}. Correct the hour or "
        "the ship.",
    ),
    "ship_sails_then": (
        "Baris {line}, kolom {column}: saat itu kapal ini masih menjalani pelayaran {value}. Betulkan waktu atau "
        "kapalnya, atau batalkan pelayaran itu dahulu.",
        "Line {line}, column {column}: at that time this ship is still on voyage {value}. Correct the times or the "
        "ship, or call that voyage off first.",
    ),
    "departs_outside_tide": (
        "Baris {line}, kolom {column}: berangkat di luar jendela pasangnya ({value}). Betulkan jam berangkat atau "
        "jendelanya; bila kapalnya menunggu, isi revised_departure.",
        "Line {line}, column {column}: it leaves outside of its tide window ({value}). Correct the hour of departure "
        "or the window; if the ship waits, fill in revised_departure.",
    ),
    "operator_sold": (
        "Baris {line}, kolom operator: pelayaran ini sudah dijual atas nama {value}. Operatornya tetap.",
        "Line {line}, column operator: this voyage has been sold in the name of {value}. Its operator stays.",
    ),
    "home_port": (
        "Tidak jelas jadwal ini untuk pelabuhan mana: {value}. Pilih pelabuhannya (di perintah: --port).",
        "It is not clear which port this timetable is about: {value}. Choose the port (in the command: --port).",
    ),
    "not_of_home": (
        "Baris {line}: tidak berangkat dari {value} dan tidak tiba di sana. Hapus barisnya, atau pilih pelabuhan lain.",
        "Line {line}: it neither leaves {value} nor comes there. Remove the line, or choose another port.",
    ),
    "repeated_row": (
        "Baris {line} mengulang baris {value}. Hapus salah satunya.",
        "Line {line} repeats line {value}. Remove one of them.",
    ),
}
"""A sentence for each problem, in Indonesian and in English, with its remedy."""
