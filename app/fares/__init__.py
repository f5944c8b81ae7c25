"""Fares: prices of places on a day, and for whom."""
