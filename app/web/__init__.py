"""The doors: one module or package per visitor."""

from importlib import import_module

from flask import Flask

DOORS = ("health", "account", "traveler", "gate", "official", "admin", "api")
"""Modules with `register(app)`, in the order in which they are hung."""


def register(app: Flask) -> None:
    """Hang every door, and what they share: words, guard, forms, error pages."""
    for name in (
        "request_bounds",
        "words",
        "judging.rule_sets",
        "departure_steps",
        "roles",
        "guard",
        "language_switch",
        "errors",
        *DOORS,
    ):
        import_module(f"app.web.{name}").register(app)
