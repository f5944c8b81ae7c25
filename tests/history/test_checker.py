"""The checker finds each kind of fault in a history that was forged to have it, and none in one that may be."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.history.checker import check
from tests.history.records import COUNTER_SECONDS, HOLD_SECONDS, Facts, Record, Row, ServerClock, Tables

START = 1000.0
END = START + HOLD_SECONDS


class Forgery:
    """Two people on a voyage of two legs with three beds; one pays, one lets the hold end."""

    def __init__(self) -> None:
        self.fact = Facts(
            7,
            [1, 2, 3],
            [11, 12],
            {(leg, kind, channel): 3 for leg in (0, 1) for kind in (1, 2) for channel in (1, 2)},
            [5, 5],
            {1: "bed", 2: "bed"},
        )
        self.records: list[Record] = []
        self.rows: dict[str, Row] = {}
        self.hold("a", START, "AAAA", places=2, souls=3)
        self.say("name", "a", START + 10)
        self.say("pay", "a", START + 20, method="paid", state="confirmed", until=None)
        self.say("tickets", "a", START + 30, serials=["1", "2", "3"])
        self.hold("b", START + 1, "BBBB")
        self.row("a", "confirmed", tickets=("1", "2", "3"))
        self.row("b", "expired")

    def hold(self, rid: str, at: float, code: str = "", status: int | None = 201, **more: Any) -> Record:
        """Somebody asks for a place and is answered a tenth of a second later."""
        wish: Record = {"op": "hold", "rid": rid, "voyage": 7, "first": 0, "last": 2, "class": 1, "channel": 1}
        wish |= {"places": 1, "souls": 1, "code": code, "state": "held", "until": at + 0.05 + HOLD_SECONDS}
        return self._add(wish, at, status, more)

    def refuse(self, rid: str, at: float, refusal: str = "sold_out", **more: Any) -> None:
        """Somebody asks and there is no room."""
        for name in ("code", "state", "until"):
            self.hold(rid, at, status=409, refusal=refusal, **more).pop(name)

    def say(self, op: str, rid: str, at: float, status: int | None = 200, **more: Any) -> Record:
        """Something else about it."""
        return self._add({"op": op, "rid": rid, "code": rid.upper() * 4}, at, status, more)

    def read(self, at: float, left: int, kind: int = 1) -> None:
        """Somebody looks."""
        self._add({"op": "read", "voyage": 7, "left": {str(kind): left}}, at, 200, {})

    def jump(self, at: float, offset: float) -> None:
        """The servers' clocks are set."""
        self.records.append({"op": "jump", "at": at, "offset": offset})

    def _add(self, record: Record, at: float, status: int | None, more: Record) -> Record:
        got = None if status is None else at + 0.1
        record |= {"sent": at, "got": got, "status": status, "lo": at, "hi": at + 0.1, **more}
        self.records.append(record)
        return record

    def row(self, rid: str, state: str, **changes: Any) -> None:
        """What became of it in the tables."""
        wish = next(r for r in self.records if r["op"] == "hold" and r["rid"] == rid)
        values: dict[str, Any] = {"code": rid.upper() * 4, "voyage_id": 7, "first": wish["first"], "last": wish["last"]}
        values |= {"kind": wish["class"], "channel": wish["channel"], "places": wish["places"], "souls": wish["souls"]}
        self.rows[rid] = Row(**{"request_id": rid, "state": state, **values, **changes})

    def tables(self) -> Tables:
        """With counters that agree with the rows."""
        sold = dict.fromkeys(self.fact.quotas, 0)
        promised = [0, 0]
        for row in self.rows.values():
            if row.state == "confirmed":
                for leg in range(row.first, row.last):
                    sold[leg, row.kind, row.channel] = sold.get((leg, row.kind, row.channel), 0) + row.places
                    promised[leg] += row.souls
        return Tables(list(self.rows.values()), {7: {s: (0, n) for s, n in sold.items()}}, {7: promised})

    def found(self, tables: Tables | None = None) -> set[str]:
        """The kinds of what is wrong with it."""
        records = sorted(self.records, key=lambda r: r.get("sent", r.get("at")))
        return {violation.kind for violation in check(records, [self.fact], tables or self.tables())}


@pytest.fixture
def forged() -> Forgery:
    return Forgery()


def test_a_history_that_may_be_is_believed(forged: Forgery) -> None:
    forged.hold("a", START + 5, "AAAA", 200, places=2, souls=3, until=START + 0.05 + HOLD_SECONDS)
    forged.refuse("c", START + 40)
    forged.read(START + 50, 0)
    forged.read(END + 60, 1)
    forged.say("pay", "b", END + 1.2, 410, method="paid")
    forged.hold("d", END + 30, status=None)
    forged.row("d", "expired")
    forged.hold("e", END + 30, status=None)
    forged.hold("f", END + 40, "FFFF", channel=2)
    forged.say("release", "f", END + 50, state="cancelled", until=END)
    forged.row("f", "cancelled")
    assert forged.found() == set()


def test_the_counter_moves_the_end_once(forged: Forgery) -> None:
    for at in (5, 15):
        forged.say("pay", "b", START + at, method="counter", state="held", until=START + 5.05 + COUNTER_SECONDS)
    assert forged.found() == set()


def test_a_hold_may_end_early_when_the_clock_had_been_ahead(forged: Forgery) -> None:
    forged.jump(START + 100, 1000)
    forged.jump(START + 200, 0)
    forged.say("name", "b", START + 300, 410)
    assert forged.found() == set()


def too_many_on_a_leg(forged: Forgery) -> None:
    forged.hold("c", START + 2, "CCCC", first=1)
    forged.row("c", "expired")


def too_many_sold(forged: Forgery) -> None:
    for rid in "cd":
        forged.hold(rid, END + 10, rid.upper() * 4)
        forged.say("pay", rid, END + 20, method="paid", state="confirmed", until=None)
        forged.row(rid, "confirmed", tickets=("x",))


def too_many_in_a_channel(forged: Forgery) -> None:
    forged.hold("c", START + 2, "CCCC", channel=2, places=4, souls=4, first=1)
    forged.fact.ceilings[:] = [20, 20]
    forged.row("c", "expired")


def too_many_souls(forged: Forgery) -> None:
    forged.hold("c", START + 2, "CCCC", **{"class": 2}, places=1, souls=2)
    forged.row("c", "expired")


def a_confirmed_one_is_gone(forged: Forgery) -> None:
    forged.row("a", "expired")


def an_answered_one_is_not_there(forged: Forgery) -> None:
    del forged.rows["b"]


def a_ticket_has_changed(forged: Forgery) -> None:
    forged.row("a", "confirmed", tickets=("1", "2", "9"))


def a_soul_without_a_ticket(forged: Forgery) -> None:
    forged.row("a", "confirmed", tickets=("1", "2"))


def not_found_any_more(forged: Forgery) -> None:
    forged.say("name", "b", START + 10, 404)


def told_to_be_confirmed_and_is_not(forged: Forgery) -> None:
    forged.say("name", "b", START + 10, 409, refusal="already_confirmed")


def held_for_ever(forged: Forgery) -> None:
    forged.row("b", "held")


def refused_with_room(forged: Forgery) -> None:
    for number in range(10):
        forged.refuse(f"n{number}", END + 100 + number)


def two_bookings(forged: Forgery) -> None:
    forged.hold("b", START + 5, "ZZZZ", 200)


def an_old_request_is_a_new_booking(forged: Forgery) -> None:
    forged.hold("old", START + 5, "ZZZZ", 201, carried="OLD1")


def longer_than_told(forged: Forgery) -> None:
    forged.hold("b", START + 5, "BBBB", 200, until=START + 5.05 + HOLD_SECONDS)


def the_counter_moves_it_again(forged: Forgery) -> None:
    for at in (5, 15):
        forged.say("pay", "b", START + at, method="counter", state="held", until=START + at + 0.05 + COUNTER_SECONDS)


def a_wrong_end(forged: Forgery) -> None:
    forged.hold("c", START + 40, "CCCC", until=START + 940 + 60)
    forged.row("c", "expired")
    forged.fact.quotas.update({(0, 1, 1): 9, (1, 1, 1): 9})


def used_after_its_end(forged: Forgery) -> None:
    forged.say("name", "b", END + 10)


def paid_after_its_end(forged: Forgery) -> None:
    forged.say("pay", "b", END + 10, method="paid", state="confirmed", until=None)
    forged.row("b", "confirmed", tickets=("x",))


def refused_before_its_end(forged: Forgery) -> None:
    forged.say("name", "b", START + 100, 410)


def nobody_asked(forged: Forgery) -> None:
    forged.rows["x"] = Row("x", "XXXX", 7, 0, 1, 1, 1, 1, 1, "expired")


def nobody_paid(forged: Forgery) -> None:
    forged.row("b", "confirmed", tickets=("x",))


def nobody_gave_it_back(forged: Forgery) -> None:
    forged.row("b", "cancelled")


def given_back_and_sold(forged: Forgery) -> None:
    forged.say("release", "a", START + 25, state="cancelled", until=END)


def another_journey(forged: Forgery) -> None:
    forged.row("b", "expired", last=1)


def a_promise_of_what_is_gone(forged: Forgery) -> None:
    forged.read(START + 100, 2)


def less_than_nothing(forged: Forgery) -> None:
    forged.read(START + 100, -1)


def broken(forged: Forgery) -> None:
    forged.say("name", "b", START + 10, 500)


FORGERIES: list[tuple[str, Callable[[Forgery], None]]] = [
    ("oversold", too_many_on_a_leg),
    ("oversold", too_many_sold),
    ("oversold", too_many_in_a_channel),
    ("oversold", too_many_souls),
    ("lost", a_confirmed_one_is_gone),
    ("lost", an_answered_one_is_not_there),
    ("lost", a_ticket_has_changed),
    ("lost", a_soul_without_a_ticket),
    ("lost", not_found_any_more),
    ("lost", told_to_be_confirmed_and_is_not),
    ("leaked", held_for_ever),
    ("leaked", refused_with_room),
    ("two_bookings", two_bookings),
    ("two_bookings", an_old_request_is_a_new_booking),
    ("extended", longer_than_told),
    ("extended", the_counter_moves_it_again),
    ("wrong_end", a_wrong_end),
    ("held_too_long", used_after_its_end),
    ("held_too_long", paid_after_its_end),
    ("ended_too_early", refused_before_its_end),
    ("uncalled", nobody_asked),
    ("uncalled", nobody_paid),
    ("uncalled", nobody_gave_it_back),
    ("contradiction", given_back_and_sold),
    ("changed", another_journey),
    ("stale", a_promise_of_what_is_gone),
    ("stale", less_than_nothing),
    ("broken", broken),
]


@pytest.mark.parametrize(("kind", "forge"), FORGERIES, ids=[forge.__name__ for _, forge in FORGERIES])
def test_a_forged_history_is_found_out(forged: Forgery, kind: str, forge: Callable[[Forgery], None]) -> None:
    forge(forged)
    assert kind in forged.found()


@pytest.mark.parametrize("what", ["held", "sold", "promised"])
def test_counters_that_do_not_agree_with_the_rows_are_found_out(forged: Forgery, what: str) -> None:
    tables = forged.tables()
    if what == "promised":
        tables.promised[7][1] += 1
    else:
        held, sold = tables.counters[7][0, 1, 1]
        tables.counters[7][0, 1, 1] = (held + (what == "held"), sold + (what == "sold"))
    assert forged.found(tables) == {"leaked"}


def test_a_clock_that_jumps_is_read_rightly() -> None:
    clock = ServerClock()
    clock.jump(100, 50)
    clock.jump(200, -10)
    assert clock.span(90, 110) == (90, 160)
    assert clock.span(190, 210) == (190, 250)
    assert clock.highest(99) == 99
    assert clock.highest(300) == 290
    assert clock.highest(210) == 250
    assert [clock.reaches(moment, 0) for moment in (60, 120, 240, 260)] == [60, 100, 190, 270]
    assert clock.reaches(60, 150) == 150
