"""Sheets that come in and go out: read cells, tell faults, write columns."""
