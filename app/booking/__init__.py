"""Bookings, their passengers and their tickets."""
