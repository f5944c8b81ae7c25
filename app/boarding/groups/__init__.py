"""Boarding groups: who is called aboard together, so that not everybody stands at the gate at once."""
