"""Verbs of the schedule office."""
