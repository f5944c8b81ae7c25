"""The pace of orders from one address, beyond which each costs a little work, or a turn in a slower lane.

A phone network, a village and a program that changes its cookies look alike, so an address is never closed. A browser
that keeps its cookie is refused beyond its own limit; an address only pays: the work doubles with its pace, and
through the slower lane go as many orders again as are free. So a program spends work or time, and its neighbours go on.
"""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from sqlalchemy import select

from app import config
from app.accounts import allowances
from app.accounts.limit_counts import count_limit
from app.accounts.models import Limit
from app.booking.models import Booking
from app.db import action, db
from app.errors import Refusal

BITS = (10, 11, 12, 13)
"""Zero bits of each puzzle: from the pace on, from twice, four times and eight times the pace on."""


@dataclass(frozen=True)
class Work:
    """The price of ordering above the pace, paid: puzzles that were solved, or a turn that was waited for."""

    used: str
    """The bucket in which its use is counted: once only."""
    bits: int = 0
    """Zero bits of each puzzle that was solved; 0: the turn has come in the slower lane."""
    lane: str = ""
    """The bucket of that lane."""


class Asking(Protocol):
    """The person who orders, as far as the pace is concerned; an officer's order has no address."""

    @property
    def request_id(self) -> str:
        """The order's own id."""

    @property
    def asker(self) -> str:
        """From which address."""

    @property
    def visitor(self) -> str:
        """By which browser."""

    @property
    def cookie(self) -> bool:
        """Whether that browser keeps a cookie; else each of its orders is by another."""

    @property
    def opened(self) -> Sequence[str]:
        """The codes of orders that this browser has opened before."""

    @property
    def work(self) -> Work | None:
        """The work that was done for the order."""


@dataclass(frozen=True)
class Asker:
    """The person who joins a waiting list, as `Asking`."""

    request_id: str
    asker: str
    visitor: str
    cookie: bool = True
    opened: Sequence[str] = ()
    work: Work | None = None


class AbovePace(Refusal):
    """So many order from this address that each further one is asked for work, or to wait for its turn."""

    def __init__(self, bits: int, turn_at: datetime | None = None) -> None:
        super().__init__("proof_of_work")
        self.bits = bits
        self.turn_at = turn_at
        """When the slower lane has room again, where it is full."""


def bits_asked(orders: int) -> int:
    """Zero bits asked of each puzzle for the latest of so many orders from one address; 0 within the pace."""
    pace = config.current().address_pace
    return 0 if orders <= pace else BITS[min(len(BITS), (orders // pace).bit_length()) - 1]


def too_fast(wishes: Sequence[Asking], answered: Container[str]) -> dict[int, Refusal]:
    """The refusals of those who order too often or too fast, by the place of the wish; each wish is counted.

    TooMany for a browser beyond `booking_limit`, AbovePace for an address beyond `address_pace` without work. A wish in
    `answered` is no order, and a browser that has opened an order that an officer saw does no work.
    """
    counted = allowances.count(Counter(bucket for wish in wishes for bucket in _buckets(wish)))
    refused: dict[int, Refusal] = {}
    asked: dict[int, AbovePace] = {}
    for place in reversed(range(len(wishes))):
        wish = wishes[place]
        ranks = {bucket: _rank(counted, bucket) for bucket in _buckets(wish)}
        if wish.cookie and wish.visitor and ranks[wish.visitor] > config.current().booking_limit:
            refused[place] = allowances.TooMany(counted[wish.visitor][1])
        elif wish.asker and wish.request_id not in answered:
            bits = bits_asked(ranks[wish.asker])
            if bits and not _is_done(wish.work, bits, ranks):
                lane = wish.work.lane if wish.work else ""
                full = lane and ranks[lane] > config.current().address_pace
                asked[place] = AbovePace(bits, counted[lane][1] if full else None)
    seen = _seen({code for place in asked for code in wishes[place].opened})
    asked = {place: pace for place, pace in asked.items() if not seen.intersection(wishes[place].opened)}
    count_limit(Limit.TOO_OFTEN, len(refused))
    count_limit(Limit.PACED, len(asked))
    return refused | asked


@action
def spend_pace(asker: Asker) -> None:
    """Count one more order of another kind than a hold. Raises what `too_fast` gives."""
    for refusal in too_fast([asker], ()).values():
        limit = Limit.PACED if isinstance(refusal, AbovePace) else Limit.TOO_OFTEN
        refusal.leaves = partial(count_limit, limit)
        raise refusal


def give_work_back(works: Iterable[Work | None]) -> None:
    """Let work be used again, or a turn be taken, whose order was refused; inside the running transaction."""
    allowances.give_back([bucket for work in works if work for bucket in (work.used, work.lane) if bucket])


@action
def return_work(work: Work | None) -> None:
    """Let work be used again that was spent for an order of another kind than a hold."""
    give_work_back([work])


def _buckets(wish: Asking) -> list[str]:
    work = (wish.work.used, wish.work.lane) if wish.work else ()
    return [bucket for bucket in (wish.visitor if wish.cookie else "", wish.asker, *work) if bucket]


def _rank(counted: dict[str, tuple[int, datetime]], bucket: str) -> int:
    """How manieth the latest attempt in this bucket is; the next time, that of the one before."""
    spent, until = counted[bucket]
    counted[bucket] = (spent - 1, until)
    return spent


def _is_done(work: Work | None, bits: int, ranks: dict[str, int]) -> bool:
    """Whether the work is enough; one step less will do, for the pace rises while a phone computes."""
    if work is None or ranks[work.used] > 1:
        return False
    if work.lane:
        return ranks[work.lane] <= config.current().address_pace
    return work.bits >= bits - 1


def _seen(codes: set[str]) -> set[str]:
    """Those of these orders that an officer has seen."""
    if not codes:
        return set()
    seen = select(Booking.code).where(Booking.code.in_(codes), Booking.confirmed_by.is_not(None))
    return set(db.session.scalars(seen))
