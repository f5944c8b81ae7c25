"""Measurements, run by `make bench`; what they mean and what was measured is in docs/benchmarks.md."""
