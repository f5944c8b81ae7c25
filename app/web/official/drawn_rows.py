"""Rows of the boards, drawn once for as long as everything that they show stays the same.

A board is asked for again and again while few of its rows change, and drawing them is most of what it costs. A row is
kept by all of its values, so an old one is never shown for a new one.
"""

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from threading import Lock
from typing import Any

from flask import request
from markupsafe import Markup

from app.boarding.models import DepartureState
from app.flow.departure_rows import DepartureRow
from app.schedule.models import Port
from app.web.official.door import bp, countdown
from app.web.words.language import language

ROWS = 512
"""So many rows are kept in a process, of a few kilobytes each; the one drawn first goes."""

_OVER = (DepartureState.LEFT, DepartureState.CANCELLED)
_FIELDS = tuple(field.name for field in fields(DepartureRow))
_drawn: dict[tuple[object, ...], Markup] = {}
_drawing = Lock()


@bp.app_template_global()
def drawn(board: str, draw: Callable[..., Markup], row: DepartureRow, as_of: datetime, *more: Any) -> Markup:
    """The row as `draw` draws it: a macro of that board, which shows nothing but the row and `more`."""
    left = countdown(row.departs_at, as_of) if row.time_known and row.state not in _OVER else ""
    key = (board, language(), request.script_root, left, *more, *(_shown(getattr(row, name)) for name in _FIELDS))
    kept = _drawn.get(key)
    if kept is None:
        kept = draw(row, *more)
        with _drawing:
            _drawn[key] = kept
            while len(_drawn) > ROWS:
                del _drawn[next(iter(_drawn))]
    return kept


def _shown(value: Any) -> object:
    """The value of a field as it can be kept: of a port, all that a row tells."""
    return (value.id, value.code, value.name, value.zone) if isinstance(value, Port) else value
