"""English says everything that Indonesian says, with the same gaps, and nothing that is said no more."""

import re
from dataclasses import asdict
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from app import config
from app.accounts.models import Role
from app.boarding.actions.departure import depart
from app.booking.models import PaymentMethod
from app.planning.actions.reference_import import found_season
from app.rules import shipped
from app.rules.actions.drafts import load_shipped, start_draft
from app.rules.queries import list_sets
from tests import factories
from tests.conftest import Clock
from tests.web.test_gate import Pier, sign_in
from tests.web.test_traveler import BUDI, SITI, Traveler, people

ENGLISH = config.ROOT / "app" / "translations" / "en" / "LC_MESSAGES" / "messages.po"

KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None}

INDONESIAN = {"yang", "dan", "dari", "tidak", "belum", "sudah", "untuk", "dengan", "atau", "Anda", "akan", "ini"}
"""Small words without which an Indonesian sentence is rarely made; none of them is English."""


def read(path: Path) -> Catalog:
    """The texts of a file, compiled or not."""
    with path.open("rb") as file:
        return read_mo(file) if path.suffix == ".mo" else read_po(file, locale="en")


def in_the_code() -> Catalog:
    """Every message of the code and the templates, found as babel.cfg says."""
    with (config.ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = Catalog(locale="en")
    for file, line, message, _, context in extract_from_dir(
        str(config.ROOT), methods, options, KEYWORDS, directory_filter=_ours
    ):
        found.add(message, locations=[(file, line)], context=context)
    return found


def _ours(folder: str) -> bool:
    return Path(folder).relative_to(config.ROOT).parts[0] in {"app", "templates"}


def texts(told: Message) -> list[str]:
    """Its English: one text, or one for each number."""
    return [told.string] if isinstance(told.string, str) else [text or "" for text in told.string]


def key(message: Message) -> str:
    """Its Indonesian; where it counts, that of one."""
    return str(message.id[0] if isinstance(message.id, tuple) else message.id)


def gaps(text: str) -> list[str]:
    """What is filled in later, each as often as it is there: `%(at)s`, `{at}`, and a per cent sign as `%%`."""
    return sorted(re.findall(r"%(?:\(\w+\))?.|\{\w+\}", text))


@pytest.fixture(scope="module")
def english() -> Catalog:
    return read(ENGLISH)


@pytest.fixture(scope="module")
def code() -> Catalog:
    return in_the_code()


def test_every_message_of_the_code_has_its_english(english: Catalog, code: Catalog) -> None:
    missing = {}
    for message in code:
        told = english.get(message.id, message.context)
        if message.id and (told is None or told.fuzzy or not all(texts(told))):
            missing[key(message)] = message.locations[0]
    assert not missing, f"translate these in {ENGLISH}"


def test_a_message_that_counts_has_one_english_text_for_one_and_one_for_more(english: Catalog, code: Catalog) -> None:
    counting = [message for message in code if isinstance(message.id, tuple)]
    assert counting
    wrong = [key(m) for m in counting if len(texts(english.get(m.id, m.context) or m)) != english.num_plurals]
    assert not wrong


def test_english_fills_in_what_indonesian_fills_in(english: Catalog) -> None:
    wrong = [key(m) for m in english if m.id and any(gaps(text) != gaps(key(m)) for text in texts(m))]
    assert not wrong


def test_nothing_is_translated_that_is_said_no_more(english: Catalog, code: Catalog) -> None:
    said = {(key(message), message.context) for message in code}
    unsaid = [key(message) for message in english if (key(message), message.context) not in said]
    assert not unsaid, f"take these out of {ENGLISH}"


NEVER_SAID = {
    "id": re.compile(r"\b(penahanan|[Dd]itahan|peramban|kahar|dipindahtangankan|dialihkan)\b|\([^)]*\b20\d\d\)"),
    "en": re.compile(r"\b(tell this number|slip of typing|slips?|give the places back)\b"),
}
"""Sources with their year, words of arrest, of the law and of no sailor: a twelve-year-old reads every sentence."""


NOBODYS_WORDS = {
    "id": re.compile(r"\b([Pp]onsel\w*|[Pp]enunjukan|flask|docs/)\b"),
    "en": re.compile(r"\b([Cc]eilings?|[Ss]ouls?|[Ss]howings|whoever|flask|docs/)\b"),
}
"""What not even the office is told: a second word for one thing (a phone is HP, a limit is a limit), a file, a tool."""


def test_nobody_is_told_a_second_word_for_one_thing_or_the_name_of_a_file(english: Catalog) -> None:
    found = []
    for message in english:
        found += [key(message)] * bool(NOBODYS_WORDS["id"].search(re.sub(r"%\(\w+\)s", "", key(message))))
        found += [text for text in texts(message) if NOBODYS_WORDS["en"].search(re.sub(r"%\(\w+\)s", "", text))]
    assert not found


def test_nobody_is_told_anything_in_words_of_arrest_or_of_the_law(english: Catalog) -> None:
    found = []
    for message in english:
        found += [key(message)] * bool(NEVER_SAID["id"].search(key(message)))
        found += [text for text in texts(message) if NEVER_SAID["en"].search(text)]
    assert not found


def test_the_application_speaks_the_texts_that_are_in_the_source(english: Catalog) -> None:
    compiled = ENGLISH.with_suffix(".mo")
    assert compiled.exists(), "compile the texts: deploy/setup.py translations"
    spoken = read(compiled)
    old = [key(m) for m in english if m.id and texts(spoken.get(m.id, m.context) or Message("")) != texts(m)]
    assert not old, "compile the texts again: deploy/setup.py translations"


# Pages


class Words(HTMLParser):
    """What a page says, to the eye or to a screen reader; what is marked as Indonesian is left out."""

    ATTRIBUTES = frozenset({"aria-label", "data-label", "placeholder", "title", "alt"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.indonesian = False
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.indonesian = dict(attributes).get("lang") == "id"
        self.said += [value or "" for name, value in attributes if name in self.ATTRIBUTES]

    def handle_endtag(self, tag: str) -> None:
        self.indonesian = False

    def handle_data(self, data: str) -> None:
        if not self.indonesian and data.strip():
            self.said.append(data.strip())


def messages_left(said: list[str], english: Catalog) -> list[str]:
    """Messages that are still Indonesian: whole ones, and the longer parts of those with gaps."""
    together = "\n".join(said)
    changed = {key(message) for message in english if message.id and key(message) not in texts(message)}
    parts = {part.strip() for message in changed for part in re.split(r"%\(\w+\)s", message)}
    return [text for text in said if text in changed] + [p for p in parts if len(p) > 25 and p in together]


def sentences_left(said: list[str]) -> list[str]:
    """What looks Indonesian, whether it is a message or was written without one."""
    return [text for text in said if INDONESIAN & set(re.findall(r"\w+", text))]


class English:
    """A browser that reads English."""

    def __init__(self, client: FlaskClient, english: Catalog) -> None:
        self.client, self.english = client, english
        self.speak()

    def speak(self) -> None:
        """Choose English, as whoever has just signed in."""
        assert self.client.get("/?lang=en").status_code == 302

    def reads(self, *paths: str) -> None:
        """Every page is there and has no Indonesian on it."""
        for path in paths:
            answer = self.client.get(path, follow_redirects=True)
            assert answer.status_code in {200, 422}, (path, answer.status_code)
            self.understands(answer.text, path)

    def is_refused(self, path: str, status: int) -> None:
        """The page says no, in English."""
        answer = self.client.get(path)
        assert answer.status_code == status
        self.understands(answer.text, path)

    def understands(self, page: str, where: str = "") -> None:
        assert '<html lang="en">' in page, where
        said = Words(page).said
        assert not messages_left(said, self.english), where
        assert not sentences_left(said), where


@pytest.fixture
def reader(client: FlaskClient, english: Catalog) -> English:
    return English(client, english)


def test_indonesian_is_found_where_it_is_left(client: FlaskClient, english: Catalog) -> None:
    said = Words(client.get("/").text).said
    assert "Cari kapal" in messages_left(said, english)
    assert "Lihat sisa tempat, ambil tempat Anda, lalu isi siapa yang berangkat." in sentences_left(said)
    assert messages_left(["Terlalu sering dicoba dari sini. Tunggu 3 detik, lalu coba lagi."], english)


def test_a_traveler_reads_english_from_the_front_page_to_the_ticket(reader: English, clock: Clock) -> None:
    voyage = factories.a_voyage()
    today = clock().date()
    found_season("Lebaran Uji", "Sampit", today, today, today, 600)
    day = voyage.calls[0].day
    reader.reads("/", f"/cari?dari=IDSMQ&ke=IDSRG&hari={day}", f"/cari?dari=IDSMQ&ke=IDSRG&hari={day.year + 1}-01-01")
    reader.reads("/cari?dari=IDSMQ&ke=IDSMQ&hari=x", "/keberangkatan", "/pesanan")
    reader.is_refused("/tidak-ada", 404)
    traveler = Traveler(reader.client, voyage)
    reader.reads(traveler.page)
    reader.understands(traveler.send_hold(adults=0).text)
    address = traveler.hold(2, 1)
    reader.reads(address, f"{address}/penumpang")
    reader.understands(traveler.send(f"{address}/penumpang", people({**SITI, "sex": "L"})).text)
    infant = {name: str(value) for name, value in asdict(factories.a_traveler(infant=True)).items()}
    three = people(SITI, BUDI, {**infant, "infant": "true"})
    assert traveler.send(f"{address}/penumpang", three).status_code == 303
    reader.reads(f"{address}/bayar")
    assert traveler.send(f"{address}/bayar", {"method": "counter"}).status_code == 303
    reader.reads(address)
    factories.pay(address)
    reader.reads(address, f"{address}?cetak=a6", f"{address}?cetak=a4")


def test_an_ended_booking_and_a_full_ship_are_told_in_english(reader: English, clock: Clock) -> None:
    voyage = factories.a_voyage(places=2)
    address = Traveler(reader.client, voyage).hold(2)
    reader.reads(f"/pelayaran/{voyage.id}", "/keberangkatan")
    clock.forward(hours=1)
    reader.reads(address)
    clock.forward(hours=23)
    reader.reads(f"/pelayaran/{voyage.id}")


def test_an_officer_reads_english_at_the_gate_and_at_the_counter(reader: English, clock: Clock) -> None:
    pier = Pier(reader.client, clock)
    reader.speak()
    later = factories.departure_of(factories.a_voyage())
    reader.reads("/gate", pier.page, "/gate", f"/gate/{later.id}/{pier.gate.id}/boarding", "/akun")
    serial = pier.a_serial()
    for shown in (serial, serial, "0000000001", "https://example.org/", " "):
        reader.understands(pier.show(shown).text, shown)
    reader.reads(pier.page, f"{pier.page}/leaving")
    unpaid, named = factories.a_hold(later.call.voyage), factories.a_booking(payment=PaymentMethod.COUNTER)
    paid = factories.a_booking(adults=2, infants=1)
    reader.reads(
        "/loket", *(f"/loket/{booking.code}" for booking in (unpaid, named, paid)), f"/loket/{paid.code}/print"
    )
    depart(pier.departure.id, pier.officer.id)
    reader.reads(pier.page, f"{pier.page}/leaving")
    reader.is_refused("/gate/999999/1", 404)
    reader.is_refused("/papan", 403)


def test_an_official_reads_english_on_the_board(reader: English, clock: Clock) -> None:
    pier = Pier(reader.client, clock)
    serial = pier.a_serial()
    for shown in (serial, serial, "https://example.org/"):
        pier.show(shown)
    clock.forward(minutes=85)
    today = clock().date()
    found_season("Lebaran Uji", "Sampit", today, today - timedelta(days=3), today + timedelta(days=3), 600)
    sign_in(reader.client, factories.a_user(Role.OFFICIAL))
    reader.reads("/papan", "/papan?tujuan=Semarang", f"/papan/{pier.departure.id}", "/akun")


def test_an_administrator_reads_english(reader: English) -> None:
    voyage = factories.a_voyage("Sampit", "Semarang", "Surabaya")
    somebody = factories.a_user(Role.OFFICER)
    sign_in(reader.client, factories.a_user(Role.ADMINISTRATOR))
    reader.reads("/kelola", "/kelola/pelayaran", "/kelola/pelayaran?hari=x", "/kelola/kapal", "/kelola/jadwal")
    reader.reads("/kelola/pengguna", "/kelola/pengguna/baru", f"/kelola/pengguna/{somebody.id}")
    page = f"/kelola/pelayaran/{voyage.id}"
    reader.reads(page, f"{page}/kuota", f"{page}/singgah/{voyage.calls[0].id}", f"/kelola/kapal/{voyage.ship_id}")


def test_whoever_signs_in_reads_english(reader: English) -> None:
    reader.reads("/masuk", "/papan")


def test_the_specification_gives_every_refusal_its_english_sentence(reader: English) -> None:
    said = Words(reader.client.get("/api/v1/").text).said
    assert "There is no such ticket. Check its number." in said
    # Its operations are named in both languages, so only the messages are looked for.
    assert not messages_left(said, reader.english)


def test_travel_rules_are_read_written_and_tried_in_english(client: FlaskClient, reader: English) -> None:
    factories.a_port()
    load_shipped(shipped.read_sets())
    admin = factories.a_user(Role.ADMINISTRATOR)
    sign_in(client, admin)
    reader.speak()
    newest, older = list_sets()[0].id, next(one.id for one in list_sets() if "47" in one.name_en)
    draft = start_draft("Uji", "Test", admin.id, older).id
    reader.reads(
        "/kelola/aturan",
        f"/kelola/aturan/{older}",
        f"/kelola/aturan/{draft}",
        f"/kelola/aturan/banding?lama={older}&baru={newest}",
        f"/kelola/aturan/{draft}/tambah",
        f"/kelola/aturan/{draft}/ubah/se47-dose-2?",
        f"/kelola/aturan/{draft}/coba",
        f"/kelola/aturan/{draft}/coba?stage=gangway&voyage.day=2022-04-20",
        f"/kelola/aturan/{draft}/coba?stage=&voyage.day=",
        f"/kelola/aturan/{draft}/lalu",
        "/kelola/aturan/statistik?dari=x",
        "/kelola/aturan/rancangan",
    )
