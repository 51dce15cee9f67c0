"""Every SQL statement, by hand, and nothing else: rows to domain values and back."""
