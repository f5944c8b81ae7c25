"""Disruptions: who loses a place when a plan changes, and the way out."""
