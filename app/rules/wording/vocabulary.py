"""Names of facts, values and outcomes in Indonesian and in English."""

LANGUAGES = ("id", "en")

Both = tuple[str, str]
"""The same in Indonesian and in English."""

NOUNS: dict[str, Both] = {
    "stage": ("tahap pemeriksaan", "stage"),
    "voyage.day": ("hari berlayar", "day of sailing"),
    "voyage.port": ("pelabuhan naik", "port of departure"),
    "voyage.to_port": ("pelabuhan tujuan", "port of arrival"),
    "voyage.route": ("rute", "route"),
    "voyage.operator": ("operator kapal", "operator"),
    "voyage.ship": ("kapal", "ship"),
    "voyage.ship_type": ("jenis kapal", "ship's type"),
    "voyage.service": ("jenis layanan", "service"),
    "voyage.class": ("kelas", "class"),
    "voyage.minutes_to_departure": ("waktu sampai kapal berangkat", "time to departure"),
    "voyage.child_age": ("batas umur anak menurut operator", "the operator's age limit for children"),
    "voyage.ppkm_level": ("level PPKM", "PPKM level"),
    "voyage.share_percent": ("bagian tempat yang terjual", "share of places sold"),
    "voyage.souls_aboard": ("jumlah orang di atas kapal", "persons aboard"),
    "voyage.ceiling": ("batas orang menurut surat kapal", "the ceiling of the ship's papers"),
    "person.age_years": ("umur pada hari berlayar", "age on the day of sailing"),
    "person.age_months": ("umur pada hari berlayar", "age on the day of sailing"),
    "person.pregnant_weeks": ("usia kehamilan", "pregnancy"),
    "person.doses": ("vaksinasi COVID-19", "number of COVID-19 vaccinations"),
    "identity.kind": ("jenis identitas", "identity document"),
    "adult.verdict": ("putusan untuk orang dewasanya", "the adult's verdict"),
    "companions": ("teman seperjalanan", "companions"),
    "companions[].age_years": ("umurnya", "age"),
    "companions[].verdict": ("putusannya", "verdict"),
    "documents": ("dokumen", "documents"),
    "documents[].kind": ("jenisnya", "kind"),
    "documents[].issuer": ("penerbitnya", "issuer"),
    "documents[].result": ("hasilnya", "result"),
    "documents[].minutes": (
        "waktu dari sampel atau terbit sampai jadwal berangkat",
        "time from sample or issue to the scheduled departure",
    ),
    "travel.purpose": ("tujuan perjalanan", "purpose of the journey"),
    "travel.companions": ("jumlah pendamping", "number of companions"),
    "ticket.state": ("keadaan pesanan", "state of the booking"),
    "ticket.reduction": ("jenis keringanan", "kind of reduction"),
    "ticket.party": ("jumlah orang dalam pesanan", "persons in the booking"),
    "baggage.kg": ("berat bagasi", "weight of the baggage"),
    "baggage.cm3": ("ukuran bagasi", "size of the baggage"),
    "goods": ("barang terlarang yang ditemukan", "the forbidden goods found"),
    "season.name": ("musim", "season"),
    "season.day": ("hari dihitung dari hari H", "days from the feast day"),
}
"""Facts that have a value."""

TRUTHS: dict[str, tuple[str, str, str, str]] = {
    "voyage.terminal_opened": (
        "terminal dibuka lebih awal", "terminal tidak dibuka lebih awal",
        "the terminal was opened early", "the terminal was not opened early",
    ),
    "person.infant": (
        "bayi tanpa tempat sendiri", "bukan bayi tanpa tempat sendiri",
        "the person is an infant without a place", "the person is no infant without a place",
    ),
    "person.named": (
        "namanya tercatat di manifes", "namanya belum tercatat di manifes",
        "the person is named in the manifest", "the person is not named in the manifest",
    ),
    "person.unwell": ("sedang sakit", "tidak sedang sakit", "the person is unwell", "the person is not unwell"),
    "person.special_condition": (
        "punya kondisi kesehatan khusus atau komorbid", "tidak punya kondisi kesehatan khusus atau komorbid",
        "the person has a special condition or comorbidity", "the person has no special condition or comorbidity",
    ),
    "person.from_abroad": (
        "datang dari luar negeri", "tidak datang dari luar negeri",
        "the person has come from abroad", "the person has not come from abroad",
    ),
    "person.foreigner_from_abroad": (
        "orang asing yang datang dari luar negeri", "bukan orang asing yang datang dari luar negeri",
        "the person is a foreigner who came from abroad", "the person is no foreigner who came from abroad",
    ),
    "person.health_app": (
        "sudah masuk di PeduliLindungi atau SATUSEHAT", "belum masuk di PeduliLindungi atau SATUSEHAT",
        "the person has checked in with PeduliLindungi or SATUSEHAT",
        "the person has not checked in with PeduliLindungi or SATUSEHAT",
    ),
    "identity.name_matches": (
        "nama di tiket sama dengan di dokumen", "nama di tiket berbeda dari di dokumen",
        "the ticket's name is the document's", "the ticket's name is not the document's",
    ),
    "identity.number_matches": (
        "nomor di tiket sama dengan di dokumen", "nomor di tiket berbeda dari di dokumen",
        "the ticket's number is the document's", "the ticket's number is not the document's",
    ),
    "identity.person_matches": (
        "orangnya sama dengan foto di dokumen", "orangnya berbeda dari foto di dokumen",
        "the person is the one of the document", "the person is not the one of the document",
    ),
    "adult.same_voyage": (
        "orang dewasanya ikut di pelayaran yang sama", "orang dewasanya tidak ikut di pelayaran yang sama",
        "the adult is on the same voyage", "the adult is not on the same voyage",
    ),
    "companions[].carer": (
        "ia penanggung jawabnya", "ia bukan penanggung jawabnya",
        "who answers for this person", "who does not answer for this person",
    ),
    "documents[].signed": ("ditandatangani", "tidak ditandatangani", "signed", "not signed"),
    "ticket.exists": ("tiketnya ada", "tiketnya tidak ada", "there is a ticket", "there is no ticket"),
    "ticket.paid": ("tiketnya sudah dibayar", "tiketnya belum dibayar", "the ticket is paid", "the ticket is not paid"),
    "ticket.this_voyage": (
        "tiketnya untuk pelayaran ini", "tiketnya untuk pelayaran lain",
        "the ticket is for this voyage", "the ticket is for another voyage",
    ),
    "ticket.this_port": (
        "tiketnya naik dari pelabuhan ini", "tiketnya naik dari pelabuhan lain",
        "the ticket begins at this port", "the ticket begins at another port",
    ),
    "ticket.used_here": (
        "tiketnya sudah dipakai di tahap ini", "tiketnya belum dipakai di tahap ini",
        "the ticket was used at this stage", "the ticket was not used at this stage",
    ),
    "ticket.exchanged": (
        "tiketnya sudah ditukar dengan kartu naik", "tiketnya belum ditukar dengan kartu naik",
        "the ticket was exchanged for a boarding pass", "the ticket was not exchanged for a boarding pass",
    ),
    "ticket.free": (
        "tiketnya dari program gratis", "tiketnya bukan dari program gratis",
        "the ticket is of a free programme", "the ticket is of no free programme",
    ),
    "ticket.discounted": (
        "tiketnya memakai diskon pemerintah", "tiketnya tidak memakai diskon pemerintah",
        "the ticket has a government discount", "the ticket has no government discount",
    ),
}  # fmt: skip
"""Facts that are so or not: both said in Indonesian, then both in English."""

VALUES: dict[str, Both] = {
    "sale": ("penjualan", "sale"),
    "terminal": ("terminal", "terminal"),
    "quay": ("dermaga", "quay"),
    "gangway": ("tangga kapal", "gangway"),
    "ordinary": ("biasa", "ordinary"),
    "pioneer": ("perintis", "pioneer"),
    "3tp": ("3TP", "3TP"),
    "limited": ("terbatas", "limited"),
    "ktp": ("KTP", "KTP (identity card)"),
    "sim": ("SIM", "driving licence"),
    "passport": ("paspor", "passport"),
    "kk": ("Kartu Keluarga", "family card"),
    "kia": ("KIA", "KIA (child's identity card)"),
    "birth": ("surat keterangan lahir", "birth letter"),
    "other": ("lainnya", "other"),
    "pass": ("boleh lewat", "may pass"),
    "note": ("lewat dengan catatan", "passes with a note"),
    "hold": ("tahan: lengkapi, lalu pindai lagi", "hold: put it right and scan again"),
    "refer": ("rujuk ke petugas", "refer to an officer"),
    "refuse_movable": ("tolak, boleh pindah pelayaran", "refuse, may move to another voyage"),
    "refuse_void": ("tolak, tiket hangus", "refuse, the ticket is void"),
    "pcr": ("hasil tes PCR", "PCR test"),
    "antigen": ("hasil tes antigen", "antigen test"),
    "genose": ("hasil tes GeNose", "GeNose test"),
    "doctor_letter": ("surat dokter", "doctor's letter"),
    "travel_letter": ("surat izin perjalanan", "travel letter"),
    "reduction_letter": ("surat keringanan", "letter for the reduction"),
    "photo_document": ("dokumen berfoto", "document with a photo"),
    "government_hospital": ("rumah sakit pemerintah", "a government hospital"),
    "other_doctor": ("dokter lain", "another doctor"),
    "laboratory": ("laboratorium", "a laboratory"),
    "echelon_2": ("pejabat eselon II", "an official of echelon II"),
    "company_head": ("pimpinan perusahaan", "the head of a company"),
    "village_head": ("kepala desa atau lurah", "the head of a village"),
    "school": ("sekolah", "a school"),
    "negative": ("negatif", "negative"),
    "positive": ("positif", "positive"),
    "unclear": ("tidak jelas", "unclear"),
    "homecoming": ("mudik", "homecoming"),
    "logistics": ("angkutan logistik", "logistics"),
    "duty": ("dinas", "duty"),
    "sick_family": ("keluarga sakit", "sick family"),
    "family_death": ("keluarga meninggal", "a death in the family"),
    "pregnancy": ("kehamilan", "pregnancy"),
    "childbirth": ("persalinan", "childbirth"),
    "confirmed": ("dikonfirmasi", "confirmed"),
    "held": ("belum dibayar", "not paid yet"),
    "cancelled": ("dibatalkan", "cancelled"),
    "expired": ("kedaluwarsa", "expired"),
    "none": ("tanpa keringanan", "none"),
    "senior": ("lanjut usia", "senior"),
    "veteran": ("veteran", "veteran"),
    "pensioner": ("pensiunan", "pensioner"),
    "household": ("peralatan rumah tangga", "household goods"),
    "explosives": ("bahan peledak", "explosives"),
    "fireworks": ("kembang api", "fireworks"),
    "firearms": ("senjata api", "firearms"),
    "ammunition": ("amunisi", "ammunition"),
    "sharp_weapons": ("senjata tajam", "sharp weapons"),
    "narcotics": ("narkotika", "narcotics"),
    "chemicals": ("bahan kimia", "chemicals"),
    "liquor": ("minuman keras", "liquor"),
    "wildlife": ("satwa liar", "wildlife"),
}
"""The values of facts whose values are fixed."""

SHORT_OUTCOMES: dict[str, Both] = {
    "pass": ("Lewat", "Pass"),
    "note": ("Catatan", "Note"),
    "hold": ("Tahan", "Hold"),
    "refer": ("Rujuk", "Refer"),
    "refuse_movable": ("Tolak", "Refuse"),
    "refuse_void": ("Tolak, hangus", "Refuse, void"),
}
"""An outcome in a word or two."""

PLACES: dict[str, Both] = {
    "stage": ("tahap", "stage"),
    "port": ("pelabuhan", "port"),
    "route": ("rute", "route"),
    "operator": ("operator", "operator"),
    "ship": ("kapal", "ship"),
    "ship_type": ("jenis kapal", "ship's type"),
    "service": ("layanan", "service"),
    "class": ("kelas", "class"),
}
"""Where a rule may apply."""

SURENESS: dict[str, Both] = {
    "text": ("teks peraturannya dibaca", "the regulation's own text was read"),
    "press": ("pernyataan resmi atau berita", "official statement or press"),
    "operator": ("ketentuan operator", "operator's term"),
    "house": ("aturan Dermaga sendiri", "Dermaga's own rule"),
    "unconfirmed": ("belum terkonfirmasi", "not confirmed"),
}
"""How sure the source is."""

OFFICERS: dict[str, Both] = {
    "officer": ("petugas", "officer"),
    "official": ("pejabat", "official"),
    "administrator": ("administrator", "administrator"),
}
"""Users who may grant an exemption."""


def pick(both: Both, language: str) -> str:
    """Of both, the one in that language."""
    return both[LANGUAGES.index(language)]


def value_word(value: str, language: str) -> str:
    """Name a fixed value; one that is not fixed (a port's code) stays as it stands."""
    both = VALUES.get(value)
    return pick(both, language) if both else value


def fact_word(name: str, language: str) -> str:
    """Name a fact, as a heading: a truth by the sentence that holds where it is so."""
    if name in TRUTHS:
        return TRUTHS[name][0 if language == "id" else 2]
    return pick(NOUNS[name], language) if name in NOUNS else name


ENTER_FIRST = {
    "id": "Isi dahulu di halaman pesanan, lalu pilih cara membayar.",
    "en": "Enter it first on the page of the order, then choose how to pay.",
}
"""Where a fact that is not known is entered before the order is paid."""


def untrue_words(fact: str) -> dict[str, str]:
    """That a truth is not so, in each language."""
    _, indonesian, _, english = TRUTHS[fact]
    return {"id": indonesian, "en": english}


def unknown_words(fact: str) -> dict[str, str]:
    """That a fact is not known: a rule's own sentence is written for whom it fails, and would be untrue."""
    return {"id": f"Belum diketahui: {fact_word(fact, 'id')}.", "en": f"Not known yet: {fact_word(fact, 'en')}."}
