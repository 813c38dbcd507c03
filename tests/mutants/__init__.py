"""Mutation testing: small mistakes put into the compiler, and whether a test finds each of them.

mutmut makes the mutants (``make mutants`` installs it into an environment of its own, without JAX);
a seeded sample of them is run, each in a fork of one process that has collected the tests already.
"""
