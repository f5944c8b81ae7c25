"""Run a season again through the real actions, on a virtual clock: does the ledger come out at the count?

Names are invented and counts are real. Everything is drawn from one seeded generator, and the clock only
moves forward: the same file and seed give the same result.
"""

import heapq
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID

from sqlalchemy import func, select

from app import clock
from app.boarding.actions.arrival import record_arrival
from app.boarding.actions.departure import depart
from app.boarding.actions.scan import scan
from app.boarding.judgement import Showing
from app.boarding.models import Departure, Gate, Stage
from app.booking import travelers as travelers_booking
from app.booking.actions import hold, payment
from app.booking.models import Booking, BookingState, DocumentKind, Passenger, PaymentMethod, Ticket
from app.db import db
from app.errors import Refusal
from app.flow.replay_result import Replay, as_sold, refused_by_reason, result_of
from app.keys import Keyring
from app.planning.actions.timetable_import import import_timetable
from app.planning.timetable import TimetableRow, is_departure
from app.schedule.models import PortCall, Voyage
from app.seats.actions.capacity import record_capacity

SALE_DAYS = 14
"""A voyage is on sale for this long in a replay."""

ADULT_DAYS = 18 * 366
"""A traveler with a place in a replay is so old at least: children have other documents, and company."""

GIVEN = ("Siti", "Budi", "Dewi", "Agus", "Rina", "Joko", "Wati", "Eko", "Sri", "Andi", "Nur", "Hadi")
FAMILY = ("Santoso", "Wijaya", "Lestari", "Pratama", "Hidayat", "Rahayu", "Saputra", "Utami", "Kurniawan")


@dataclass
class _Party:
    """People who book together."""

    places: int
    infants: int
    plan: str
    """`soon` or `counter` (pays in minutes, in hours), `abandoned` (never), `late` or `absent` (misses the ship)."""
    code: str = ""


@dataclass
class _Call:
    """A departing voyage while it is replayed."""

    row: TimetableRow
    voyage_id: int
    departure_id: int
    gate_ids: list[int]
    leaves_at: datetime
    opens_at: datetime
    over: bool
    parties: list[_Party] = field(default_factory=list)


class _Season:
    """The replay at work: a heap of things to come, and the clock that follows it."""

    def __init__(self, rows: Sequence[TimetableRow], home: str, seed: int, keyring: Keyring, officer_id: int) -> None:
        self.rows = rows
        self.home = home
        self.random = random.Random(seed)
        self.keyring = keyring
        self.officer_id = officer_id
        self.now = datetime.min.replace(tzinfo=UTC)
        self.order = count()
        self.people = count()
        self.heap: list[tuple[datetime, int, int, Callable[[], None]]] = []
        self.refusals: dict[int, Counter[str]] = defaultdict(Counter)
        """Acts that were refused and should have been done, by the line of the file and the code."""
        self.planned: list[_Call] = []
        self.codes: dict[int, list[str]] = {}
        """Signed tickets by voyage, to be shown at the wrong ship."""

    def at(self, moment: datetime, row: TimetableRow, thing: Callable[[], None]) -> None:
        """Let `thing`, which `row` asks for, happen at `moment` (now, when that has passed)."""
        heapq.heappush(self.heap, (max(moment, self.now), next(self.order), row.line, thing))

    def plan(self, lands: dict[str, Voyage]) -> None:
        """Lay out everything that will happen."""
        for row in self.rows:
            voyage = lands[row.key]
            call = voyage.calls[0 if is_departure(row, self.home) else -1]
            if is_departure(row, self.home):
                self._plan_departure(row, voyage, call)
            elif row.passengers_off is not None and call.planned_arrival is not None:
                self.at(call.planned_arrival, row, self._arrival(call.id, row))

    def _arrival(self, call_id: int, row: TimetableRow) -> Callable[[], None]:
        return lambda: _ignore(record_arrival(call_id, row.passengers_off or 0, source_url=row.source_url))

    def _plan_departure(self, row: TimetableRow, voyage: Voyage, call: PortCall) -> None:
        departure = db.session.scalars(select(Departure).where(Departure.call_id == call.id)).one()
        window = departure.boarding_window()
        if window is None:
            raise RuntimeError("a departing row has a day, so its window is known")
        aboard = select(Gate.id).where(Gate.port_id == call.port_id, Gate.stage == Stage.GANGWAY)
        gates = list(db.session.scalars(aboard.order_by(Gate.id)))
        expected, capacity = row.passengers_on or 0, row.capacity
        planned = _Call(
            row,
            voyage.id,
            departure.id,
            gates,
            leaves_at=window[1],
            # Where only the day is known, people come in its last hours.
            opens_at=max(window[0], window[1] - timedelta(hours=3)),
            over=capacity is not None and expected > capacity,
        )
        self.planned.append(planned)
        if expected:
            planned.parties = self._parties(expected, (capacity or expected) - expected)
            self._plan_sale(planned)
            if planned.over and voyage.ship_id is not None:
                # They were sold on more than the papers allow; the papers count at the gate.
                self.at(planned.opens_at - timedelta(minutes=1), row, self._papers(voyage.ship_id, row))
            self.at(planned.opens_at, row, lambda: self._board(planned))
        # The gate closes on time; the ship casts off a little later.
        casts_off = planned.leaves_at + timedelta(minutes=15)
        self.at(casts_off, row, lambda: _ignore(depart(planned.departure_id, self.officer_id)))

    def _papers(self, ship_id: int, row: TimetableRow) -> Callable[[], None]:
        return lambda: _ignore(
            record_capacity(
                ship_id,
                valid_from=row.day,
                valid_to=row.day,
                certificate=row.capacity_standard,
                dispensation=row.capacity_dispensation,
                source_url=row.source_url,
            )
        )

    def _parties(self, expected: int, spare: int) -> list[_Party]:
        """Draw who comes (exactly `expected` souls), who misses the ship (within `spare`), and who never pays."""
        parties = []
        while expected > 0:
            souls = min(expected, self.random.choice((1, 1, 2, 2, 3, 4, 4, 5, 6, 8)))
            infants = 1 if souls > 1 and self.random.random() < 0.1 else 0
            plan = "soon" if self.random.random() < 0.5 else "counter"
            parties.append(_Party(souls - infants, infants, plan))
            expected -= souls
        for plan in ("late", "absent"):
            if spare > 0:
                parties.append(_Party(min(spare, 2), 0, plan))
                spare -= parties[-1].places
        parties += [_Party(self.random.randint(1, 4), 0, "abandoned") for _ in range(max(1, len(parties) // 30))]
        self.random.shuffle(parties)
        return parties

    def _plan_sale(self, planned: _Call) -> None:
        opens = planned.leaves_at - timedelta(days=SALE_DAYS)
        # The last day of the sale is kept free for those who found it full and try again.
        length = timedelta(days=SALE_DAYS - 2).total_seconds()
        for party in planned.parties:
            self.at(opens + timedelta(seconds=self.random.random() * length), planned.row, self._try(planned, party))

    def _try(self, planned: _Call, party: _Party) -> Callable[[], None]:
        request_id = str(UUID(int=self.random.getrandbits(128), version=4))
        return lambda: self._hold(planned, party, request_id)

    def _hold(self, planned: _Call, party: _Party, request_id: str) -> None:
        try:
            held = hold.hold(request_id, planned.voyage_id, 1, party.places, party.infants)
        except Refusal as refusal:
            if party.plan == "abandoned":
                return
            if refusal.code not in {"sold_out", "ship_full", "restricted_by_rule"}:
                raise
            # Others hold places that they may not pay for: look again in a while.
            self.at(self.now + timedelta(minutes=20), planned.row, self._try(planned, party))
            return
        party.code = held.code
        if party.plan == "abandoned" and self.random.random() < 0.5:
            return
        self.at(self.now + timedelta(minutes=3), planned.row, lambda: self._name(party, planned.row))

    def _name(self, party: _Party, row: TimetableRow) -> None:
        travelers = [self._traveler(n >= party.places, row.day) for n in range(party.places + party.infants)]
        phone = f"+628{self.random.randrange(10**8, 10**9)}"
        payment.name_travelers(party.code, phone, travelers)
        if party.plan == "abandoned":
            return
        payment.choose_payment(party.code, PaymentMethod.COUNTER)
        later = timedelta(minutes=self.random.randint(5, 600) if party.plan == "counter" else 2)
        self.at(
            self.now + later,
            row,
            lambda: _ignore(payment.confirm_payment(party.code, self.officer_id, self.keyring)),
        )

    def _traveler(self, infant: bool, sails: date) -> travelers_booking.Traveler:
        age = timedelta(days=self.random.randint(30, 500) if infant else self.random.randint(ADULT_DAYS, 25_000))
        birth, sex = sails - age, self.random.choice("LP")
        # Nobody twice: one person cannot be on two journeys at a time.
        district, serial = divmod(next(self.people), 9999)
        dd = birth.day + (40 if sex == "P" else 0)
        return travelers_booking.Traveler(
            name=f"{self.random.choice(GIVEN)} {self.random.choice(FAMILY)}",
            document_kind=DocumentKind.KK if infant else DocumentKind.KTP,
            document_number=f"62{district % 10_000:04}{dd:02}{birth:%m%y}{serial + 1:04}",
            birth_date=birth,
            sex=sex,
            infant=infant,
        )

    def _board(self, planned: _Call) -> None:
        """The queue at the gangway: everybody once, and some of what goes wrong at every gangway."""
        signed: dict[str, list[str]] = {}
        for code, text in db.session.execute(
            select(Booking.code, Ticket.signed)
            .join(Passenger, Passenger.booking_id == Booking.id)
            .join(Ticket, Ticket.passenger_id == Passenger.id)
            .where(Booking.voyage_id == planned.voyage_id, Booking.state == BookingState.CONFIRMED)
            .order_by(Booking.id, Passenger.position)
        ):
            signed.setdefault(code, []).append(text)
        self.codes[planned.voyage_id] = [text for texts in signed.values() for text in texts]
        queue, late = [], []
        for party in planned.parties:
            if party.plan in {"soon", "counter"}:
                queue += signed.get(party.code, [])
            elif party.plan == "late":
                late += signed.get(party.code, [])
        self.random.shuffle(queue)
        self._queue_up(planned, queue, self._troubles(planned, queue))
        for text in late:
            self.at(planned.leaves_at + timedelta(minutes=5), planned.row, self._show(planned, text))

    def _troubles(self, planned: _Call, queue: list[str]) -> list[str]:
        """Codes shown that must not pass: used ones, forged ones, tickets of another ship."""
        few = max(1, len(queue) // 100)
        forged = [_forge(self.random.choice(queue)) for _ in range(few)] if queue else []
        others = [c for voyage, codes in self.codes.items() if voyage != planned.voyage_id for c in codes]
        wrong = self.random.sample(others, min(few, len(others)))
        return forged + wrong

    def _queue_up(self, planned: _Call, queue: list[str], troubles: list[str]) -> None:
        length = (planned.leaves_at - planned.opens_at).total_seconds() * 0.9
        step = length / max(1, len(queue))
        for index, text in enumerate(queue):
            moment = planned.opens_at + timedelta(seconds=index * step)
            self.at(moment, planned.row, self._show(planned, text))
            if self.random.random() < 0.01:
                self.at(moment + timedelta(seconds=step / 2), planned.row, self._show(planned, text))
        for text in troubles:
            self.at(
                planned.opens_at + timedelta(seconds=self.random.random() * length),
                planned.row,
                self._show(planned, text),
            )

    def _show(self, planned: _Call, text: str) -> Callable[[], None]:
        scan_id = str(UUID(int=self.random.getrandbits(128), version=4))
        gate_id = self.random.choice(planned.gate_ids)
        return lambda: _ignore(
            scan(Showing(scan_id, text, planned.departure_id, gate_id, self.officer_id, self.now), self.keyring)
        )

    def run(self, progress: Callable[[int, int], None]) -> None:
        """Let everything happen in its order."""
        with clock.set_to(lambda: self.now):
            for done in count(1):
                if not self.heap:
                    break
                self.now, _, line, thing = heapq.heappop(self.heap)
                try:
                    thing()
                except Refusal as refusal:
                    self.refusals[line][refusal.code] += 1
                db.session.expunge_all()
                progress(done, done + len(self.heap))
            hold.expire_holds(limit=100_000)


def _ignore(_answer: object) -> None:
    """An answer that the replay does not need."""


def _forge(signed: str) -> str:
    """The text with one of its characters changed."""
    middle = len(signed) // 2
    return signed[:middle] + ("A" if signed[middle] != "A" else "B") + signed[middle + 1 :]


def replay(
    rows: Sequence[TimetableRow],
    home: str,
    *,
    seed: int,
    keyring: Keyring,
    officer_id: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Replay:
    """Run the season of `rows` at the port `home` on an empty, migrated database with reference data.

    A count above the capacity in its own row was sold by its operator all the same: it is put on sale by the count, and
    the row's papers come into force before boarding, so that the gate stops at the ceiling. A row that is refused on
    the way is noted at the call of its line, and the rest goes on. `progress` is told how many things have happened,
    and how many are known by now. Raises TimetableFaults for rows that cannot come in.
    """
    start = min(row.day for row in rows) - timedelta(days=SALE_DAYS + 2)
    season = _Season(rows, home, seed, keyring, officer_id)
    season.now = datetime.fromisoformat(f"{start}T00:00:00+00:00")
    with clock.set_to(lambda: season.now):
        import_timetable([as_sold(row, home) for row in rows], home, count_is_capacity=True, as_typed=True)
        voyages = {v.number: v for v in db.session.scalars(select(Voyage))}
        season.plan(voyages)
    season.run(progress)
    return Replay(
        calls=[result_of(row, home, season.refusals[row.line]) for row in rows],
        held=db.session.scalar(select(func.count(Booking.id))) or 0,
        expired=db.session.scalar(select(func.count(Booking.id)).where(Booking.state == BookingState.EXPIRED)) or 0,
        refused=refused_by_reason(),
    )
