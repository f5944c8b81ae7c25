"""Sequence numbers: a small number for each ticket of a voyage, by which gate phones tell each other who is aboard."""
