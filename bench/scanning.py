"""A gate at which one ticket after the other is shown: good ones, used ones, and such as nobody has sold."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain

from app import clock
from app.accounts.models import Role
from app.booking.tickets.code import new_serial
from bench.crowd import Visit
from bench.people import new_id
from bench.season import book
from bench.wire import ask_json, patiently, told
from tests import factories

COMPARED = {"identity.name_matches": True, "identity.number_matches": True}
"""What the officer says with each ticket: name and number are those of the card in the hand."""


@dataclass
class Pier:
    """A voyage that boards: its gate, officer, and tickets that wait to be shown."""

    at: dict[str, int]
    officer: str
    waiting: deque[str]
    token: str = ""
    used: deque[str] = field(default_factory=deque)

    def scan(self) -> Visit | None:
        """The next passenger is admitted; None where nobody waits."""
        return self._admit(self.waiting.popleft()) if self.waiting else None

    def scan_used(self) -> Visit | None:
        """Somebody shows a ticket with which another has gone aboard."""
        self.used.rotate()
        return self._show(self.used[0], "refuse", "already_used") if self.used else None

    def scan_unknown(self) -> Visit:
        """Somebody tells the number of no ticket."""
        return self._show(new_serial(), "refer", "unknown_ticket")

    def _admit(self, signed: str) -> Visit:
        yield from self._show(signed, "pass", "admitted")
        self.used.append(signed)

    def _show(self, shown: str, verdict: str, reason: str) -> Visit:
        scan = {"id": new_id(), "shown": shown, "said": COMPARED, **self.at}
        by = {"Authorization": f"Bearer {self.token}", "X_Forwarded_For": "10.255.255.1"}
        answer = told((yield from patiently(ask_json("POST", "/api/v1/scans", scan, **by))))
        if (answer["verdict"], answer["reason"]) != (verdict, reason):
            raise RuntimeError(answer)


def prepare(tickets: int, party: int, lanes: int) -> Pier:
    """A voyage that leaves in ninety minutes, with so many tickets of parties of that size, shown in so many lanes."""
    voyage = factories.a_voyage(places=1_000_000, departs_at=clock.now() + timedelta(minutes=90))
    departure = factories.departure_of(voyage)
    at = {"departure_id": departure.id, "gate_id": factories.a_gate(departure.call.port).id}
    waiting = _in_lanes(book(voyage, tickets // party, party), party, lanes)
    return Pier(at, factories.a_user(Role.OFFICER).username, deque(waiting))


def _in_lanes(tickets: Sequence[str], party: int, lanes: int) -> list[str]:
    """In each lane a party comes one after the other, and the next party after it."""
    parties = [tickets[at : at + party] for at in range(0, len(tickets), party)]
    rows = (zip(*parties[at : at + lanes], strict=True) for at in range(0, len(parties), lanes))
    return list(chain.from_iterable(chain.from_iterable(row) for row in rows))
