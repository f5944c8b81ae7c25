"""Rules as sentences."""
