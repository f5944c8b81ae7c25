"""Write and check travel rules."""
