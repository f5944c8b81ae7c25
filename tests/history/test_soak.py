"""The short form of `make soak`, on both databases."""

import shutil
from collections.abc import Iterator

import pytest

from tests.history.soak import Soak
from tests.history.stage import Stage

pytestmark = pytest.mark.race

OPERATIONS, PER_ROUND = 1600, 800


@pytest.fixture
def stage(engine: str) -> Iterator[Stage]:
    """A fresh database of the engine at hand, durable."""
    stage = Stage(sqlite=engine == "sqlite")
    yield stage
    stage.stop()
    shutil.rmtree(stage.folder, ignore_errors=True)


def test_nothing_is_oversold_lost_or_leaked_whatever_is_killed(stage: Stage, engine: str) -> None:
    soak = Soak(stage, OPERATIONS, 1, PER_ROUND)
    try:
        figures = soak.run(lambda _: None)
    finally:
        soak.close()
    assert soak.told == []
    assert figures["operations"] >= OPERATIONS
    assert set(figures["killed"]) == {"worker", "server"} | ({"database"} if engine == "postgresql" else set())
    assert {"200", "201", "409", "410", "cut"} <= figures["answers"].keys()
