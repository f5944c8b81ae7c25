"""Verbs of places: quotas, allotments, schemes, programmes and capacity."""
