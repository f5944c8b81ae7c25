"""Verbs that the live process does by itself."""

from datetime import timedelta

from app import clock, outbox
from app.accounts import allowances
from app.db import action

KEPT = timedelta(hours=1)
"""News older than this has been told by every reader."""


@action
def sweep() -> None:
    """Delete news that everybody has long had, and what was counted in windows that have ended."""
    outbox.sweep(clock.now() - KEPT)
    allowances.sweep()
