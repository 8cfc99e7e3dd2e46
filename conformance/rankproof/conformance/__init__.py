"""Holds an implementation of a ranking loss against its specification: loading, oracle, cases, checks, verdict."""
