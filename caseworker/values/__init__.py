"""Pure values: money, spans, identifiers, amounts in words. No I/O, no database, no screen."""
