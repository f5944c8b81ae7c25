"""The administrator's doors: users, voyages with their places and times, ships' papers, and timetables coming in."""

from flask import Flask

from app.web.admin import (
    allotments,
    catalogue,
    channels,
    copies,
    decrees,
    devices,
    disruption,
    door,
    exchange,
    fares,
    limits,
    papers,
    programmes,
    quota_table,
    rule_drafts,
    rule_statistics,
    rule_trials,
    rules,
    schemes,
    times,
    timetable,
    users,
    voyage_plans,
    voyages,
)

__all__ = [
    "allotments",
    "catalogue",
    "channels",
    "copies",
    "decrees",
    "devices",
    "disruption",
    "exchange",
    "fares",
    "limits",
    "papers",
    "programmes",
    "quota_table",
    "register",
    "rule_drafts",
    "rule_statistics",
    "rule_trials",
    "rules",
    "schemes",
    "times",
    "timetable",
    "users",
    "voyage_plans",
    "voyages",
]


def register(app: Flask) -> None:
    """Hang the doors; each module has put its own on the frame."""
    app.register_blueprint(door.bp)
    rules.register(app)
