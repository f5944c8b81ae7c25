"""Telling it as it happens: from the outbox to open pages."""
