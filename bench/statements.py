"""How many SQL statements a visit sends, counted in this process on the same database."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from app import create_app
from app.db import db
from bench.crowd import Visit
from bench.wire import play
from tests.conftest import settings_for

_FRAMES = ("BEGIN", "COMMIT", "ROLLBACK")


def count_statements(url: str, visit: Callable[[], Visit | None], times: int = 1, proxies: int = 1) -> float:
    """The statements of one visit, begin and end of transactions not counted; the mean of so many.

    One visit goes before them: what a process asks only once is not counted.
    """
    app = create_app(settings_for(url, trusted_proxies=proxies))
    with app.app_context():
        engine = db.engine
    play(app, visit())
    seen: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(_FRAMES):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    try:
        for _ in range(times):
            play(app, visit())
    finally:
        event.remove(engine, "before_cursor_execute", listen)
        engine.dispose()
    return round(len(seen) / times, 1)
