"""Use cases: one method, one transaction, one audit entry, plain data out."""
