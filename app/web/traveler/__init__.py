"""The traveler's doors: looking for a ship, ordering places, and the tickets."""

from flask import Flask

from app.web.traveler import (
    affected,
    again,
    ahead,
    booking,
    calendar,
    changes,
    door,
    rules,
    search,
    ticket,
    voyage,
    waiting,
)

__all__ = [
    "affected",
    "again",
    "ahead",
    "booking",
    "calendar",
    "changes",
    "register",
    "rules",
    "search",
    "ticket",
    "voyage",
    "waiting",
]


def register(app: Flask) -> None:
    """Hang the doors; each module has put its own on the frame."""
    app.register_blueprint(door.bp)
