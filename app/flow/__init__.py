"""Seasons: counts over days and operators, timetables coming in, a season replayed."""
