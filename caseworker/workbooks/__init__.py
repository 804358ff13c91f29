"""Excel out for the finance bureau. Plain data in, .xlsx bytes out."""
