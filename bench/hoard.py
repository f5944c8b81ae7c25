"""One program wants a whole ship: `python -m bench.hoard [--addresses 1] [--minutes 60]`; the last line is JSON.

The real actions on a real database, with the settings as shipped and a clock of its own. The program knows the bounds
and is always the first to ask: it invents people, comes as another browser each time, does the work that is asked above
the pace of an address, lets holds end and takes them again in the same second, and has them wait for the counter as
long as that prolongs them. Behind its first address two hundred families come during the hour, each done at the counter
within six minutes. Then it puts itself on the waiting list of a full ship before anybody else.
"""

import argparse
import json
import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import func, select

from app import clock, config
from app.booking.actions.hold import Held, Wish, hold_all
from app.booking.actions.pace import AbovePace, Work
from app.booking.actions.payment import choose_payment, confirm_payment, name_travelers
from app.booking.models import PERSONS_MAX, Booking, BookingState, PaymentMethod
from app.booking.waitlist.actions import join
from app.booking.waitlist.queries import list_entries
from app.booking.wanted_journey import WantedJourney
from app.db import db
from app.errors import Refusal
from app.schedule.models import Voyage
from app.web.pace import PUZZLES
from tests import factories
from tests.conftest import SECRET, running

PLACES = 1415
FAMILIES = 200
DONE_SECONDS = 360
"""At most so long after its hold a family has paid."""
STEP = timedelta(seconds=10)
SEARCHES = timedelta(minutes=5)
"""So often the program tries again what was refused to it."""
BATCH = 64
WAITING_PLACES = 20
WAITING_BOT = 480
WAITING_FAMILIES = 40
FIRST = 20
"""So many at the head of the waiting list are looked at."""


@dataclass
class Program:
    """What the program remembers."""

    voyage_id: int
    addresses: int
    random: Random
    mine: dict[str, list[tuple[int, datetime]]] = field(default_factory=dict)
    """Places and end of each hold, by address."""
    again: dict[str, datetime] = field(default_factory=dict)
    """When to try an address again that had no more."""
    counter_again: datetime | None = None
    browsers: int = 0
    people: int = 0
    proofs: int = 0
    hashes: int = 0

    def act(self, now: datetime) -> None:
        """Take whatever can be had, as much at once as one booking may have, then what is left."""
        for address, holds in self.mine.items():
            if any(ends <= now for _, ends in holds):
                self.mine[address] = [hold for hold in holds if hold[1] > now]
                self.again.pop(address, None)
        wanted = PERSONS_MAX
        ready = [a for a in map(str, range(self.addresses)) if self.again.get(a, now) <= now]
        while ready:
            ready = [a for start in range(0, len(ready), BATCH) for a in self._ask(ready[start:][:BATCH], wanted, now)]
            if not ready and wanted > 1:
                wanted //= 2
                ready = [a for a in map(str, range(self.addresses)) if self.again.get(a) == now + SEARCHES]

    def _ask(self, addresses: list[str], places: int, now: datetime) -> list[str]:
        """Ask from each of these; those that were given something."""
        wishes = [
            Wish(_id(self.random), self.voyage_id, 1, places, asker=f"address {a}", visitor=self._browser())
            for a in addresses
        ]
        given = []
        for address, answer in zip(addresses, self._hold(wishes), strict=True):
            if isinstance(answer, Held) and answer.state == BookingState.HELD:
                self.mine.setdefault(address, []).append((answer.places, self._prolong(answer, now)))
                given.append(address)
            else:
                self.again[address] = now + SEARCHES
        return given

    def _hold(self, wishes: list[Wish]) -> list[Held | Refusal]:
        """Hold, and do the work where some is asked: it is cheap."""
        answers = hold_all(wishes)
        paced = [place for place, answer in enumerate(answers) if isinstance(answer, AbovePace)]
        if paced:
            self.proofs += len(paced)
            self.hashes += sum(PUZZLES * 2**answer.bits for answer in answers if isinstance(answer, AbovePace))
            for place, answer in zip(paced, hold_all([worked(wishes[n], answers[n]) for n in paced]), strict=True):
                answers[place] = answer
        return answers

    def _browser(self) -> str:
        self.browsers += 1
        return f"bot {self.browsers}"

    def _prolong(self, held: Held, now: datetime) -> datetime:
        """Have it wait for the counter, as long as that has kept places before."""
        ends = held.expires_at or now
        if self.counter_again and now < self.counter_again:
            return ends
        people = [factories.a_traveler(document_number=factories.a_nik(self.people + n)) for n in range(held.places)]
        self.people += held.places
        name_travelers(held.code, f"+62813{self.people:07}", people)
        booking = choose_payment(held.code, PaymentMethod.COUNTER)
        if booking.state == BookingState.HELD:
            return booking.expires_at or ends
        self.counter_again = now + SEARCHES
        return now  # the share is full: it has lost these, and takes them again


@dataclass
class Family:
    """A household behind the program's address."""

    number: int
    places: int
    comes_at: datetime
    takes: timedelta
    code: str = ""
    pays_at: datetime | None = None
    booked: bool = False
    worked: bool = False
    """Its phone was asked for a proof of work."""

    def act(self, voyage_id: int, officer_id: int, now: datetime, random: Random) -> None:
        """Come, hold, and be done some minutes later; try again where there is nothing to be had."""
        if not self.code and self.comes_at <= now:
            wish = Wish(_id(random), voyage_id, 1, self.places, asker="address 0", visitor=f"family {self.number}")
            [answer] = hold_all([wish])
            if isinstance(answer, AbovePace):
                self.worked = True
                [answer] = hold_all([worked(wish, answer)])
            if isinstance(answer, Refusal):
                self.comes_at = now + timedelta(minutes=1)
                return
            self.code, self.pays_at = answer.code, now + self.takes
        elif self.pays_at is not None and self.pays_at <= now and not self.booked:
            first = 1_000_000 + 10 * self.number
            people = [factories.a_traveler(document_number=factories.a_nik(first + n)) for n in range(self.places)]
            try:
                name_travelers(self.code, f"+62812{self.number:07}", people)
                confirm_payment(self.code, officer_id, current_app.extensions["keyring"])
                self.booked = True
            except Refusal:
                self.code, self.comes_at = "", now


def worked(wish: Wish, asked: object) -> Wish:
    """The wish once more, with the work that was asked."""
    assert isinstance(asked, AbovePace)
    return replace(wish, work=Work(f"work {wish.request_id}", asked.bits))


def _id(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))


def kept(voyage_id: int, now: datetime) -> int:
    """The program's places on the voyage that nobody else can have."""
    return (
        db.session.scalar(
            select(func.sum(Booking.places)).where(
                Booking.voyage_id == voyage_id,
                Booking.state == BookingState.HELD,
                Booking.expires_at > now,
                Booking.visitor.like("bot %"),
            )
        )
        or 0
    )


def a_sold_out_voyage(officer_id: int, departs_at: datetime) -> Voyage:
    """A small ship whose places are all paid for."""
    voyage = factories.a_voyage(places=WAITING_PLACES, departs_at=departs_at)
    for number in range(WAITING_PLACES // 4):
        held = factories.a_hold(voyage, 4)
        name_travelers(held.code, f"+62811000000{number}", [factories.a_traveler() for _ in range(4)])
        confirm_payment(held.code, officer_id, current_app.extensions["keyring"])
    return voyage


def first_in_line(voyage: Voyage, addresses: int, random: Random) -> float:
    """The program's share of the head of the waiting list, after it was there before everybody else."""
    asked = Counter[str]()
    comers = [("bot", f"address {n % addresses}") for n in range(WAITING_BOT)]
    comers += [("family", f"home {n}") for n in range(WAITING_FAMILIES)]
    for number, (who, address) in enumerate(comers):
        phone = f"+62{814 if who == 'bot' else 815}{number:07}"
        try:
            join(_id(random), phone, 4, 0, [WantedJourney(voyage.id, 1)], asker=address)
        except Refusal as refusal:
            asked[refusal.code] += 1
    head = list_entries(voyage.id)[:FIRST]
    return sum(entry.phone.startswith("+62814") for entry in head) / max(1, len(head))


def measure(addresses: int, minutes: int, families: int = FAMILIES) -> dict[str, object]:
    """An hour of it, and what came of everybody."""
    random = Random(f"{addresses} {minutes}")
    now = began = datetime(2026, 12, 1, 1, tzinfo=UTC)
    with tempfile.TemporaryDirectory(prefix="dermaga-hoard-") as folder:
        settings = config.Settings(database_url=f"sqlite:///{folder}/hoard.db", secret_key=SECRET)
        with running(settings), clock.set_to(lambda: now):
            upgrade()
            officer_id = factories.a_user().id
            voyage = factories.a_voyage(places=PLACES, departs_at=began + timedelta(days=3))
            full = a_sold_out_voyage(officer_id, began + timedelta(days=2))
            program = Program(voyage.id, addresses, random)
            last = max(0, minutes * 60 - DONE_SECONDS - 60)
            people = [
                Family(
                    n, random.choices(range(1, 7), (10, 25, 25, 25, 10, 5))[0],
                    began + timedelta(seconds=random.randint(0, last)),
                    timedelta(seconds=random.randint(120, DONE_SECONDS)),
                )
                for n in range(families)
            ]  # fmt: skip
            most = 0
            while now < began + timedelta(minutes=minutes):
                program.act(now)
                most = max(most, kept(voyage.id, now))
                for family in people:
                    family.act(voyage.id, officer_id, now, random)
                now += STEP
            share = first_in_line(full, addresses, random)
    return {
        "places": PLACES,
        "places_kept_from_others_max": most,
        "places_kept_share": round(most / PLACES, 4),
        "honest_families": families,
        "honest_booked": sum(family.booked for family in people),
        "waiting_first_share": round(share, 4),
        "addresses": addresses,
        "minutes": minutes,
        "browsers": program.browsers,
        "proofs": program.proofs,
        "hashes": program.hashes,
        "families_asked_for_work": sum(family.worked for family in people),
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--addresses", type=int, default=1)
    parser.add_argument("--minutes", type=int, default=60)
    arguments = parser.parse_args()
    print(json.dumps(measure(max(1, arguments.addresses), max(1, arguments.minutes))))


if __name__ == "__main__":
    main()
