"""Verbs of a booking: hold, name, pay, cancel, move."""
