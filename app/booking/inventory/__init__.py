"""Places of voyages: lock, take, give back, count and explain them."""
