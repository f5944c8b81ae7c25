"""Passages: how long ships take from port to port, as far as sources say it."""

PASSAGES = {("IDSMQ", "IDSRG"): (23, 30)}
"""Hours from port to port, the shortest and the longest reported (antaranews 899661); nobody gives an arrival."""
