"""The official's doors, and the board of departures for everybody."""

from flask import Flask

from app.web.official import board, departures, door, drawn_rows, explanation, passengers, requests, scan

__all__ = ["board", "departures", "drawn_rows", "explanation", "passengers", "register", "requests", "scan"]


def register(app: Flask) -> None:
    """Hang the doors; each module has put its own on the frame."""
    app.register_blueprint(door.bp)
