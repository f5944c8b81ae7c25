"""Gates, scans and departures: who is on board."""
