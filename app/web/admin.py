"""TODO"""

from flask import Flask


def register(app: Flask) -> None:
    """Hang the doors."""
