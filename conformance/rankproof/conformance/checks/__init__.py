"""The clauses: what is asked of an implementation, one small file a family, and how a clause is run."""

from rankproof.conformance.checks.run import Settings, run_clause, run_clauses

__all__ = ["Settings", "run_clause", "run_clauses"]
