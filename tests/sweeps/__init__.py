"""Slow sweeps over the whole catalogue, each a command that prints a table, and a share of each in
the tests: pairs of layers and links, recovery, calibration."""
