"""Ports, ships and voyages: what goes where, and when."""
