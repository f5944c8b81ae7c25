"""Verbs at a departure: scan, open, leave, arrive, release those who did not come."""
