"""A batcher serves everybody once, in order, in batches, and lets nobody suffer for a neighbour."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import pytest

from app.batching import BATCH_MAX, Batcher
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
            raise Refusal("busy")
        return list(wishes)


def test_who_comes_alone_is_served_at_once_by_himself() -> None:
    clerk = Clerk()
    clerk.let.release()
    assert Batcher(clerk).ask(7) == 7
    assert clerk.batches == [[7]]


def test_those_who_come_meanwhile_are_served_together_each_with_their_own_answer() -> None:
    clerk = Clerk()
    batcher = Batcher(clerk)
    with ThreadPoolExecutor(100) as pool:
        first = pool.submit(batcher.ask, 0)
        clerk.busy.wait(5)
        others = [pool.submit(batcher.ask, number) for number in range(1, 100)]
        while len(batcher._queue) < 99:
            pass
        for _ in range(3):
            clerk.let.release()
        assert first.result(5) == 0
        assert [other.result(5) for other in others] == list(range(1, 100))
    assert [len(batch) for batch in clerk.batches] == [1, BATCH_MAX, 99 - BATCH_MAX]
    assert sorted(wish for batch in clerk.batches for wish in batch) == list(range(100)), "everybody once"


def test_one_that_cannot_be_served_fails_alone_and_the_batcher_goes_on() -> None:
    clerk = Clerk()
    batcher = Batcher(clerk)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(batcher.ask, 0)
        clerk.busy.wait(5)
        others = [pool.submit(batcher.ask, number) for number in (1, -1, 2)]
        while len(batcher._queue) < 3:
            pass
        for _ in range(10):
            clerk.let.release()
        assert first.result(5) == 0
        assert others[0].result(5) == 1
        with pytest.raises(ValueError, match="not this one"):
            others[1].result(5)
        assert others[2].result(5) == 2
        assert pool.submit(batcher.ask, 5).result(5) == 5


def test_when_the_database_is_busy_all_who_wait_are_told_at_once() -> None:
    clerk = Clerk()
    batcher = Batcher(clerk)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(batcher.ask, 0)
        clerk.busy.wait(5)
        others = [pool.submit(batcher.ask, number) for number in (1, -2, 2)]
        while len(batcher._queue) < 3:
            pass
        for _ in range(2):
            clerk.let.release()
        assert first.result(5) == 0
        for other in others:
            with pytest.raises(Refusal, match="busy"):
                other.result(5)
    assert len(clerk.batches) == 2
