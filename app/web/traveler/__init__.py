"""The traveler's doors: looking for a ship, ordering places, and the tickets."""

from flask import Flask

from app.web.traveler import (
    calendar,
    changes,
    documents,
    door,
    hold_again,
    order,
    rebooking,
    rules,
    search,
    ticket,
    voyage,
    waiting,
)

__all__ = [
    "calendar",
    "changes",
    "documents",
    "hold_again",
    "order",
    "rebooking",
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
