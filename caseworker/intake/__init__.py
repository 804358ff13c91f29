"""Workbooks in: read, map, validate, report bad rows. Knows no database."""
