"""The desk serves everybody once, in order, in batches, and lets nobody suffer for a neighbour."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event, Semaphore

import pytest

from app.batching import BATCH_MAX, Desk, Table
from app.errors import Refusal


class Clerk:
    """Answers a wish with itself, when it is let; keeps what it was handed."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.let = Semaphore(0)
        self.busy = Event()

    def __call__(self, wishes: Sequence[int]) -> list[int]:
        self.batches.append(list(wishes))
        self.busy.set()
        self.let.acquire()
        if -1 in wishes:
            raise ValueError("not this one")
        if -2 in wishes:
            raise Refusal("busy", 503)
        return list(wishes)


def test_who_comes_alone_is_served_at_once_by_himself() -> None:
    clerk = Clerk()
    clerk.let.release()
    assert Desk(clerk).ask(7) == 7
    assert clerk.batches == [[7]]


def test_those_who_come_meanwhile_are_served_together_each_with_their_own_answer() -> None:
    clerk = Clerk()
    desk = Desk(clerk)
    with ThreadPoolExecutor(100) as pool:
        first = pool.submit(desk.ask, 0)
        clerk.busy.wait(5)
        others = [pool.submit(desk.ask, number) for number in range(1, 100)]
        while len(desk._queue) < 99:
            pass
        for _ in range(3):
            clerk.let.release()
        assert first.result(5) == 0
        assert [other.result(5) for other in others] == list(range(1, 100))
    assert [len(batch) for batch in clerk.batches] == [1, BATCH_MAX, 99 - BATCH_MAX]
    assert sorted(wish for batch in clerk.batches for wish in batch) == list(range(100)), "everybody once"


def test_one_that_cannot_be_served_fails_alone_and_the_desk_goes_on() -> None:
    clerk = Clerk()
    desk = Desk(clerk)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(desk.ask, 0)
        clerk.busy.wait(5)
        others = [pool.submit(desk.ask, number) for number in (1, -1, 2)]
        while len(desk._queue) < 3:
            pass
        for _ in range(10):
            clerk.let.release()
        assert first.result(5) == 0
        assert others[0].result(5) == 1
        with pytest.raises(ValueError, match="not this one"):
            others[1].result(5)
        assert others[2].result(5) == 2
        assert pool.submit(desk.ask, 5).result(5) == 5


def test_when_the_database_is_busy_all_who_wait_are_told_at_once() -> None:
    clerk = Clerk()
    desk = Desk(clerk)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(desk.ask, 0)
        clerk.busy.wait(5)
        others = [pool.submit(desk.ask, number) for number in (1, -2, 2)]
        while len(desk._queue) < 3:
            pass
        for _ in range(2):
            clerk.let.release()
        assert first.result(5) == 0
        for other in others:
            with pytest.raises(Refusal, match="busy"):
                other.result(5)
    assert len(clerk.batches) == 2


def test_a_table_asks_once_for_all_who_sit_at_it_and_each_has_their_own_answer() -> None:
    clerk = Clerk()
    clerk.let.release()
    desk, told = Desk(clerk), {}

    def work(number: int) -> None:
        told[number] = desk.ask(number)

    Table().seat(partial(work, number) for number in range(20))
    assert clerk.batches == [list(range(20))]
    assert told == {number: number for number in range(20)}


def test_who_asks_another_desk_or_a_second_time_is_served_as_well() -> None:
    one, two, told = Clerk(), Clerk(), []
    for clerk in (one, two):
        clerk.let.release(10)
    first, second = Desk(one), Desk(two)

    def twice(number: int) -> None:
        told.append((first.ask(number), second.ask(number + 10)))

    def other(number: int) -> None:
        told.append(second.ask(number))

    Table().seat([partial(twice, 1), partial(other, 2), partial(twice, 3), lambda: None])
    assert one.batches == [[1, 3]]
    assert sorted(number for batch in two.batches for number in batch) == [2, 11, 13]
    assert told == [2, (1, 11), (3, 13)]


def test_a_fault_at_a_table_is_only_for_whose_wish_it_is() -> None:
    clerk = Clerk()
    clerk.let.release(10)
    desk, told = Desk(clerk), []

    def work(number: int) -> None:
        try:
            told.append(desk.ask(number))
        except ValueError as fault:
            told.append(str(fault))

    Table().seat([partial(work, 1), partial(work, -1), partial(work, 2)])
    assert told == [1, "not this one", 2]


def test_tables_and_threads_queue_at_the_same_desk() -> None:
    clerk = Clerk()
    desk, told = Desk(clerk), []

    def table(first: int) -> None:
        Table().seat(partial(lambda number: told.append(desk.ask(number)), first + each) for each in range(40))

    with ThreadPoolExecutor(4) as pool:
        alone = pool.submit(desk.ask, 0)
        clerk.busy.wait(5)
        tables = [pool.submit(table, 100), pool.submit(table, 200)]
        while len(desk._queue) < 2:
            pass
        late = pool.submit(desk.ask, 1)
        while len(desk._queue) < 3:
            pass
        for _ in range(4):
            clerk.let.release()
        assert (alone.result(5), late.result(5)) == (0, 1)
        for done in tables:
            done.result(5)
    assert [len(batch) for batch in clerk.batches] == [1, 40, 41], "a table is never parted"
    assert sorted(told) == [*range(100, 140), *range(200, 240)]
