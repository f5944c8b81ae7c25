"""Share the open streams among addresses, and keep a part of them for people who are signed in.

A page that gets none polls (static/js/lib/live.mjs). When room is short a stream of the public ends for a signed-in
one.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Any

from app import config
from app.live.inbox import Inbox

NETWORK_BITS = 64
"""One visitor of IPv6 has a network of this many bits, and any address in it."""

RESERVED_SHARE = 5
"""At most a fifth of all streams is kept for signed-in people, however few there are."""

GOODBYE_SECONDS = 1.0
"""So long a stream that has to end may take to say so; one whose reader takes nothing is cut."""


@dataclass(eq=False)
class Seat:
    """The room of one open stream."""

    address: str
    signed_in: bool
    inbox: Inbox | None = None
    limit: asyncio.Timeout | None = None

    def end(self) -> None:
        """Let the stream end now, whatever it waits for."""
        if self.inbox is not None:
            self.inbox.close()
        if self.limit is not None:
            self.limit.reschedule(asyncio.get_running_loop().time() + GOODBYE_SECONDS)


class Shares:
    """The open streams by address. All its methods belong to the event loop."""

    def __init__(self) -> None:
        self._public: dict[Seat, None] = {}
        """In the order in which they came."""
        self._signed_in: set[Seat] = set()
        self._by_address: Counter[str] = Counter()

    def take(self, address: str, *, signed_in: bool, most: int) -> Seat | None:
        """Room for one more stream of `most` together, or None for one that has to poll."""
        seat, settings = Seat(address, signed_in), config.current()
        if signed_in:
            if len(self._signed_in) >= most:
                return None
            if len(self._public) + len(self._signed_in) >= most:
                self._end_one()
            self._signed_in.add(seat)
            return seat
        room = most - max(len(self._signed_in), min(settings.live_reserved, most // RESERVED_SHARE))
        if len(self._public) >= room or self._by_address[address] >= settings.live_per_address:
            return None
        self._public[seat] = None
        self._by_address[address] += 1
        return seat

    def give_back(self, seat: Seat) -> None:
        """The stream has ended. A second time nothing more happens."""
        self._signed_in.discard(seat)
        if seat in self._public:
            del self._public[seat]
            self._by_address[seat.address] -= 1
            if not self._by_address[seat.address]:
                del self._by_address[seat.address]

    def _end_one(self) -> None:
        """End the oldest stream of the address that has most; the next one takes its room at once."""
        most = max(self._by_address.values())
        seat = next(seat for seat in self._public if self._by_address[seat.address] == most)
        self.give_back(seat)
        seat.end()


def address_of(scope: Mapping[str, Any], forwarded: str) -> str:
    """Under which name a visitor's streams are counted: their address, of IPv6 its network.

    `forwarded` (X-Forwarded-For) is believed as far as there are proxies of ours.
    """
    told = [part.strip() for part in forwarded.split(",")]
    trusted = config.current().trusted_proxies
    client = scope.get("client") or ("",)
    text = told[-trusted] if 0 < trusted <= len(told) else str(client[0])
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return f"{IPv6Address(int(address) >> NETWORK_BITS << NETWORK_BITS)}/{NETWORK_BITS}"
    return str(address)
