"""Verbs that the live process does by itself."""

from datetime import timedelta

from app import clock, outbox
from app.db import action

KEPT = timedelta(hours=1)
"""News older than this has been told by every reader."""


@action
def sweep_outbox() -> None:
    """Delete news that everybody has long had."""
    outbox.sweep(clock.now() - KEPT)
