"""The officer's doors: the gate at the pier, and the counter where people pay."""

from flask import Flask

from app.web.gate import (
    application,
    boarding,
    cash,
    changes,
    counter,
    departure,
    devices,
    documents,
    groups,
    party,
    passenger_search,
    recalls,
    sale,
    self_test,
    session,
    waiting,
    walk_on,
)

__all__ = [
    "application",
    "boarding",
    "cash",
    "changes",
    "counter",
    "departure",
    "devices",
    "documents",
    "groups",
    "party",
    "passenger_search",
    "recalls",
    "register",
    "sale",
    "self_test",
    "session",
    "waiting",
    "walk_on",
]


def register(app: Flask) -> None:
    """Hang the doors."""
    app.register_blueprint(boarding.bp)
    app.register_blueprint(counter.bp)
