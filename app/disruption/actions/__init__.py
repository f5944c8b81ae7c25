"""Change a voyage, confirm what waits for a second person, and rebook those who lost a place."""
