"""Benchmarks: `python -m tests.bench`, or `make bench`. None of them is a test."""
