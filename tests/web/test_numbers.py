"""Each number that officials read has one definition, and opens exactly the rows that it counts."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Role
from app.boarding.actions import departure as departure_actions
from app.boarding.actions.no_show_release import release_no_shows
from app.booking.actions import payment as bookings
from app.booking.actions.cancellation import cancel_passengers
from app.booking.actions.hold import Wish, hold, hold_all
from app.booking.models import PaymentMethod
from app.config import ROOT
from app.db import db
from app.disruption.actions.voyage_changes import cancel_voyage
from app.flow.queries import board_of_port
from app.rules.actions.drafts import propose, put_rule, start_draft
from app.schedule.models import Voyage
from app.seats.models import ChannelKind, PlaceKind
from tests import factories
from tests.booking.waitlist.test_actions import a_wait
from tests.conftest import Clock, running, settings_for
from tests.rules.making import a_rule
from tests.web.test_gate import hidden, sign_in
from tests.web.test_official import Port, decisions_of, port, row_of
from tests.web.test_official import field as field_of

__all__ = ["port"]

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}

ORDINALS = {"call_number", "season_calls"}
"""Places in an order: nothing is counted that could be opened."""


@dataclass
class Node:
    """One element of a page."""

    name: str
    attributes: dict[str, str]
    parent: "Node | None" = None
    children: list["Node"] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def walk(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def text(self) -> str:
        return "".join(self.texts) + "".join(child.text for child in self.children)

    def up(self) -> Iterator["Node"]:
        node: Node | None = self
        while node:
            yield node
            node = node.parent


class Tree(HTMLParser):
    """A page as a tree of elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.root = self.here = Node("page", {})
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(node)
        if tag not in VOID:
            self.here = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.children.append(Node(tag, {name: value or "" for name, value in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        self.here = next((node.parent for node in self.here.up() if node.name == tag and node.parent), self.here)

    def handle_data(self, data: str) -> None:
        self.here.texts.append(data)


def numbers_on(tree: Tree) -> Iterator[tuple[str, int | None, str]]:
    """The numbers of a page: name, value (None for a word in its place), and the address that it opens."""
    for node in tree.root.walk():
        name = node.attributes.get("data-number")
        if name:
            link = next((up for up in node.up() if up.name == "a"), None)
            figures = re.search(r"\d[\d.]*", node.text)
            yield name, int(figures[0].replace(".", "")) if figures else None, link.attributes["href"] if link else ""


class Office:
    """The pages of an official, and what their numbers open."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self._trees: dict[str, Tree] = {}

    def tree(self, address: str) -> Tree:
        if address not in self._trees:
            db.session.expire_all()
            answer = self.client.get(address)
            assert answer.status_code == 200, address
            self._trees[address] = Tree(answer.text)
        return self._trees[address]

    def rows_of(self, name: str, address: str) -> int:
        """The sum of the rows that this address shows of a number, on all its pages."""
        page, fragment = urldefrag(address)
        whole = 0
        while page:
            root = self.tree(page).root
            part = next((n for n in root.walk() if fragment and n.attributes.get("id") == fragment), None)
            assert part or not fragment, f"{address} points to nothing"
            counts = f"data-counts-{name.replace('_', '-')}"
            whole += sum(int(n.attributes[counts]) for n in (part or root).walk() if counts in n.attributes)
            after = next((n for n in root.walk() if n.attributes.get("rel") == "next"), None)
            page = urldefrag(urljoin(page, after.attributes["href"]))[0] if after else ""
        return whole


@pytest.fixture
def busy(port: Port, client: FlaskClient) -> Port:
    """A port on which every number is something: all that can happen to people has happened to somebody."""
    free = factories.a_channel(ChannelKind.COUNTER)
    # A ship that has left: five aboard (one of them an infant), two turned away, two who never came.
    gone = port.voyage(hours=6, places=30, ceiling=25)
    departure = port.boards(gone, adults=3)
    family = factories.tickets_of(factories.a_booking(gone, 1, 1))
    late = factories.tickets_of(factories.a_booking(gone, 2))
    elsewhere = factories.tickets_of(factories.a_booking(port.voyage("Sampit", "Surabaya", hours=30), 1))
    again = [family[0], *elsewhere, *elsewhere]
    for shown in (*[t.serial for t in [*family, *again]], "0000000001", "xx"):
        port.scan(departure, shown)
    cancelled = factories.a_booking(gone, 1)
    void = factories.tickets_of(cancelled)[0].serial
    cancel_passengers(cancelled.code, [p.position for p in cancelled.passengers])
    port.scan(departure, void)
    assert late
    port.clock.forward(hours=6)
    departure_actions.depart(departure.id, port.officer.id)
    # A ship that boards, with a channel of its own, a free place without a bed, vehicles, holds, and somebody waiting.
    now = port.voyage("Sampit", "Semarang", "Surabaya", hours=2, places=12, ceiling=16)
    deck, moto = factories.a_fare_class(7, "Tanpa ranjang", PlaceKind.NON_SEAT), factories.a_motorcycle_class()
    factories.on_sale(now, deck, 4)
    factories.on_sale(now, moto, 2)
    factories.on_sale(now, factories.a_fare_class(), 3, free)
    boards = port.boards(now, adults=4)
    factories.a_booking(now, 2, 1)
    port.clock.forward(minutes=95)
    release_no_shows(boards.id, port.officer.id)
    full = port.voyage("Sampit", "Semarang", hours=48, places=2, ceiling=9)
    factories.a_booking(full, 2)
    a_wait(full, places=2, infants=1)
    factories.a_hold(port.voyage(hours=50), 3)
    off = port.voyage(hours=72)
    factories.a_booking(off, 2, 1)
    cancel_voyage(off.id, "weather", "ombak besar")
    writer = factories.a_user(Role.ADMINISTRATOR)
    draft = start_draft("Aturan uji", "Test rules", writer.id)
    put_rule(draft.id, a_rule(code="six-or-older"), writer.id)
    propose(draft.id, writer.id, None, draft.version)
    for hours in (90, 91):  # called off in some minutes
        cancel_voyage(port.voyage(hours=hours).id, "weather", "ombak besar", writer.id)
    return port


def test_each_number_on_an_officials_page_is_the_sum_of_the_rows_that_it_opens(busy: Port, client: FlaskClient) -> None:
    office, opened, seen = Office(client), set(), set()
    waiting = ["/papan", *(f"/papan/{row.departure_id}" for row in board_of_port(busy.port).rows)]
    faults = []
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        for name, value, link in numbers_on(office.tree(page)):
            opened.add(name)
            if not link or name in ORDINALS or value is None:
                continue
            address = urljoin(page, link)
            rows = office.rows_of(name, address)
            if name in ("certificate", "dispensation"):
                continue  # a limit that a paper states: the page that it opens is there
            if rows != value:
                faults.append(f"{page}: {name} {value}, but {rows} behind {address}")
            target = urldefrag(address)[0]
            if urlsplit(target).path.startswith(("/papan", "/kelola/pelayaran")) and len(seen) < 400:
                waiting.append(target)
    assert faults == []
    shown = {name for name, cells in definitions().items() if cells[-1] != "limits"}
    assert opened == shown, "docs/numbers.md names each number that is shown, and no other"


def definitions() -> dict[str, list[str]]:
    """The table of docs/numbers.md: by name, its other cells."""
    lines = (ROOT / "docs" / "numbers.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]
    return {row[0].strip("`"): row[1:] for row in rows}


def test_each_definition_says_both_names_what_it_counts_the_function_and_where() -> None:
    for name, cells in definitions().items():
        assert len(cells) == 5, name
        assert all(cells), name
        module, _, function = cells[3].strip("`").rpartition(".")
        source = (ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
        assert re.search(rf"\b(def|class) {function.partition(':')[0]}\b", source), cells[3]


def test_people_turned_away_are_people_and_showings_are_showings(busy: Port) -> None:
    gone = next(row for row in board_of_port(busy.port).rows if row.state == "left")
    assert (gone.boarded, gone.turned_away, gone.absent, gone.refused) == (5, 2, 2, 5)
    page = busy.page(f"/papan/{gone.departure_id}")
    assert "5 kali tiket ditunjukkan dan tidak diizinkan" in html.unescape(re.sub(r"<[^>]+>", "", page))


def test_quota_is_always_what_is_sold_held_kept_and_left(busy: Port) -> None:
    for row in board_of_port(busy.port).rows:
        assert row.quota == row.sold + row.held + row.kept + row.remaining, row.ship
    assert any(row.kept for row in board_of_port(busy.port).rows)


def test_people_are_counted_for_the_port_that_their_own_ticket_goes_to(port: Port) -> None:
    voyage = port.voyage("Sampit", "Semarang", "Surabaya", hours=1.5)
    booking = hold("11111111-1111-4111-8111-111111111111", voyage.id, 1, 2, to_call_id=voyage.calls[1].id)
    bookings.name_travelers(booking.code, "+6281200000009", [factories.a_traveler(f"P {n}") for n in range(2)])
    bookings.choose_payment(booking.code, PaymentMethod.COUNTER)
    paid = factories.pay(booking.code)
    for ticket in factories.tickets_of(paid):
        port.scan(factories.departure_of(voyage), ticket.serial)
    assert [(s.name, s.boarded) for s in board_of_port(port.port).destinations] == [("Semarang", 2)]


def test_calls_are_numbered_among_those_that_were_not_called_off(port: Port) -> None:
    voyages = [port.voyage(hours=hours) for hours in (10, 20, 30, 40)]
    cancel_voyage(voyages[1].id, "weather", "ombak besar")
    numbers = [(row.call_number, row.calls) for row in board_of_port(port.port).rows]
    assert numbers == [(1, 3), (0, 3), (2, 3), (3, 3)]
    page = port.page()
    assert field_of(page, "calls") == "3"


def test_when_boarding_opened_stays_so_once_the_ship_has_left(port: Port) -> None:
    voyage = port.voyage(hours=2.5)
    departure = factories.departure_of(voyage)
    before = departure.boarding_window()
    assert before
    port.clock.forward(hours=1.5)
    departure_actions.depart(departure.id, port.officer.id)
    after = departure.boarding_window()
    assert after
    assert after == (before[0], port.clock())


def test_a_draft_that_awaits_the_reader_is_among_the_decisions_and_no_others(port: Port, client: FlaskClient) -> None:
    writer, approver = factories.a_user(Role.ADMINISTRATOR), factories.a_user(Role.ADMINISTRATOR)
    draft = start_draft("Aturan uji", "Test rules", writer.id)
    put_rule(draft.id, a_rule(code="six-or-older"), writer.id)
    assert "Tidak ada yang menunggu keputusan." in decisions_of(port.page())
    propose(draft.id, writer.id, None, draft.version)
    for reader, waits in ((writer, False), (approver, True)):
        sign_in(client, reader)
        assert ("Menunggu persetujuan Anda" in decisions_of(port.page())) == waits


def test_what_waits_for_a_second_person_is_a_decision_once_and_opens_its_rows(port: Port, client: FlaskClient) -> None:
    voyage = port.voyage("Sampit", "Semarang", "Surabaya", hours=90)
    asked = cancel_voyage(voyage.id, "weather", "ombak 4 meter", factories.a_user(Role.ADMINISTRATOR).id).waits
    assert asked
    page = port.page()
    assert field_of(page, "decisions") == "1", "once, however many ports it calls at"
    assert "ombak 4 meter" in decisions_of(page)
    assert re.findall(r'data-number="requests" href="([^"]+)">1<', page) == ["/papan/permintaan"]
    opened = client.get("/papan/permintaan").text
    assert opened.count("data-counts-requests") == 1
    for words in ("batalkan pelayaran", "ombak 4 meter", "cuaca", "0 orang kehilangan tempat", "Tolak", "Konfirmasi"):
        assert words in opened
    done = client.post(f"/papan/permintaan/{asked.id}", data={**hidden(opened), "answer": "confirm"})
    assert done.status_code == 303
    assert "Tidak ada yang menunggu keputusan" in port.page()
    assert "Tidak ada yang menunggu." in client.get("/papan/permintaan").text
    db.session.expire_all()
    assert voyage.cancelled_at


def test_a_chosen_operator_narrows_the_numbers_with_the_rows_and_hides_no_decision(port: Port, clock: Clock) -> None:
    other = factories.a_ship("KM Lain", "PT Lain")
    late: Voyage = port.voyage(hours=-1)
    port.voyage(ship=other)
    page = port.page("/papan?operator=PT+Lain")
    assert field_of(page, "boarding_calls") == "0"
    assert field_of(page, "calls") == "1"
    assert field_of(page, "decisions") == "1"
    assert late.ship
    assert late.ship.name in decisions_of(page)
    assert row_of(page, factories.departure_of(db.session.scalars(db.select(Voyage).where(Voyage.ship == other)).one()))


@pytest.mark.both_engines
def test_what_limits_do_about_orders_is_counted_and_tells_nobody(database_url: str, clock: Clock) -> None:
    limits = {"unpaid_percent": 1, "address_pace": 4, "booking_limit": 2}
    with running(settings_for(database_url, **limits)) as app:
        officials = app.test_client()
        sign_in(officials, factories.a_user(Role.ADMINISTRATOR))
        assert counted_limits(officials) == {"noted": 0, "paced": 0, "too_often": 0, "at_counter": 0}
        voyage = factories.a_voyage(places=50, departs_at=clock.moment + timedelta(days=9))
        wishes = [Wish(str(uuid4()), voyage.id, 1, 1, asker="a", visitor=visitor) for visitor in "bbbcdef"]
        hold_all(wishes)
        clock.forward(hours=30)
        hold_all([Wish(str(uuid4()), voyage.id, 1, 1, asker="g", visitor="g")])
        told = counted_limits(officials)
        assert told == {"noted": 4, "paced": 3, "too_often": 1, "at_counter": 0}
        table = db.session.execute(db.text("SELECT * FROM limit_count")).all()
        assert {len(row) for row in table} == {3}, "hour, kind and number: nobody"


def counted_limits(client: FlaskClient) -> dict[str, int]:
    """The numbers of the page of limits, each of which opens the rows that it counts."""
    office = Office(client)
    told = {}
    for name, value, link in numbers_on(office.tree("/kelola/batas")):
        assert value == office.rows_of(name, urljoin("/kelola/batas", link)), name
        assert definitions()[name][-1] == "limits"
        told[name.removeprefix("orders_")] = value or 0
    return told
