"""Everything that people and the house can do, one after the other in any order, beside a ledger of plain lists.

After every step all counters are counted again, and every booking, every passenger, every ticket and everybody who
waits is what the ledger remembers (scene.py). What they do stands in travelers.py and office.py.
"""

from collections.abc import Callable
from random import Random

from hypothesis import note
from hypothesis.stateful import rule

from app.booking.models import PaymentMethod
from tests.booking.office import Office
from tests.booking.scene import NUMBERS
from tests.booking.travelers import Travelers


class Port(Travelers, Office):
    """Three voyages, those who want to travel on them, and the office."""

    def first_sales(self) -> None:
        """And then a busy day, so that no example is one of a few idle people."""
        super().first_sales()
        self.much_happens(self.random.getrandbits(16), 8)

    @rule(seed=NUMBERS)
    def a_busy_hour(self, seed: int) -> None:
        """Rules are drawn evenly, and some not at all in an example: here is what matters most, close together."""
        self.much_happens(seed, 4)

    def much_happens(self, seed: int, times: int) -> None:
        """So many of the deeds that free places or gives them to somebody else."""
        random = Random(seed)
        for deed in random.choices(DEEDS, k=times):
            self.the_tables_and_the_ledger_agree()
            note(f"{deed.__name__} ({seed})")
            deed(self, random)


def _stays_at_home(port: Port, random: Random) -> None:
    if any(port.is_wanted(party) for party in port.ledger.parties):
        port.stay_at_home(random.randrange(256), random.random() < 0.5)


def _waits(port: Port, random: Random) -> None:
    trip, other = random.choices(range(3), k=2)
    port.wait(trip, other, random.getrandbits(16), partial=random.random() < 0.3, standby=random.random() < 0.3)


def _asks(port: Port, random: Random) -> None:
    port.ask_for_places(random.randrange(3), random.getrandbits(16) | 1, 2)


def _lets_time_pass(port: Port, random: Random) -> None:
    port.time_goes_on(random.choice((16, 61, 61)))


def _buys(port: Port, random: Random) -> None:
    port.all_buy(offered=random.random() < 0.5)


def _moves(port: Port, random: Random) -> None:
    if port.ledger.parties:
        port.take_another_ship(random.randrange(256), random.randrange(3), random.getrandbits(16), officer=True)


def _loses_places(port: Port, random: Random) -> None:
    if random.random() < 0.4 and not any(trip.world.called_off for trip in port.trips):
        port.call_off(random.randrange(3), 0)
    else:
        port.swap_the_ship(random.randrange(3), random.choice((0, 0, 1, 2)))


def _sells_fewer(port: Port, random: Random) -> None:
    port.sell_fewer(random.randrange(3), random.getrandbits(16), random.randrange(4))


def _finds_a_way_out(port: Port, random: Random) -> None:
    if any(party.way_out == "" for party in port.ledger.parties):
        port.give_another_voyage(random.randrange(256) | 1, random.randrange(3))


def _pays_later(port: Port, random: Random) -> None:
    if port.ledger.parties:
        port.choose_how_to_pay(random.randrange(256), PaymentMethod.COUNTER)


def _sweeps(port: Port, random: Random) -> None:
    port.do_the_chores(set(random.sample(range(3), random.randrange(4))))


DEEDS: list[Callable[[Port, Random], None]] = [
    *(_stays_at_home, _stays_at_home, _waits, _asks, _asks, _lets_time_pass, _lets_time_pass, _buys, _moves),
    *(_loses_places, _sells_fewer, _finds_a_way_out, _finds_a_way_out, _pays_later, _sweeps),
]
"""Some more often than others."""
