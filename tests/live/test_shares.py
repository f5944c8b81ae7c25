"""Open streams are shared: no address has them all, and people who are signed in always find room."""

import asyncio

import pytest

from app import config
from app.live.inbox import Inbox
from app.live.shares import Seat, Shares, address_of
from tests.conftest import settings_for

MOST = 20


@pytest.fixture
def shares() -> Shares:
    config.use(settings_for("sqlite://", live_per_address=3, live_reserved=4))
    return Shares()


def listen(shares: Shares, address: str, *, signed_in: bool = False) -> Seat | None:
    return shares.take(address, signed_in=signed_in, most=MOST)


def test_one_address_has_its_share_and_no_more(shares: Shares) -> None:
    seats = [listen(shares, "a") for _ in range(4)]
    assert [seat is not None for seat in seats] == [True, True, True, False]
    assert listen(shares, "b")
    assert seats[0]
    for _ in range(2):
        shares.give_back(seats[0])
    assert listen(shares, "a")
    assert listen(shares, "a") is None, "given back twice is one"


def test_a_part_is_kept_for_people_who_are_signed_in(shares: Shares) -> None:
    public = [listen(shares, str(number)) for number in range(MOST)]
    assert sum(seat is not None for seat in public) == MOST - 4
    assert all(listen(shares, "x", signed_in=True) for _ in range(4))


def test_streams_of_the_public_end_first_when_room_is_short(shares: Shares) -> None:
    async def crowd() -> None:
        crowded = [listen(shares, "crowded") for _ in range(3)]
        alone = [listen(shares, str(number)) for number in range(13)]
        assert all((*crowded, *alone))
        for seat in (*crowded, *alone):
            assert seat
            seat.inbox = Inbox()
        officials = [listen(shares, "office", signed_in=True) for _ in range(MOST + 1)]
        assert [seat is not None for seat in officials] == [True] * MOST + [False]
        ended = [seat.inbox.closed for seat in (*crowded, *alone) if seat and seat.inbox]
        assert ended == [True] * 16, "all of the public, and no official"
        assert listen(shares, "late") is None

    asyncio.run(crowd())


def test_the_address_with_most_streams_loses_one_first(shares: Shares) -> None:
    async def crowd() -> None:
        alone = [listen(shares, str(number)) for number in range(13)]
        crowded = [listen(shares, "crowded") for _ in range(3)]
        for seat in (*alone, *crowded):
            assert seat
            seat.inbox = Inbox()
        for _ in range(5):
            assert listen(shares, "office", signed_in=True)
        assert [seat.inbox.closed for seat in crowded if seat and seat.inbox] == [True, False, False]
        assert not any(seat.inbox.closed for seat in alone if seat and seat.inbox)

    asyncio.run(crowd())


def test_a_stream_whose_reader_takes_nothing_is_cut(shares: Shares) -> None:
    async def stuck() -> bool:
        seat = listen(shares, "a")
        assert seat
        try:
            async with asyncio.timeout(60) as seat.limit:
                seat.end()
                await asyncio.Event().wait()
        except TimeoutError:
            return True
        return False

    assert asyncio.run(stuck())


@pytest.mark.parametrize(
    ("client", "forwarded", "proxies", "counted"),
    [
        ("203.0.113.7", "", 0, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", 0, "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1", 1, "198.51.100.1"),
        ("127.0.0.1", "10.0.0.1, 198.51.100.1", 1, "198.51.100.1"),
        ("127.0.0.1", "", 2, "127.0.0.1"),
        ("127.0.0.1", "nonsense", 1, ""),
        ("2001:db8:1:2:3:4:5:6", "", 0, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "", 0, "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "", 0, "203.0.113.7"),
    ],
)
def test_a_visitor_is_counted_by_address_and_of_ipv6_by_network(
    client: str, forwarded: str, proxies: int, counted: str
) -> None:
    config.use(settings_for("sqlite://", trusted_proxies=proxies))
    assert address_of({"client": (client, 1)}, forwarded) == counted
