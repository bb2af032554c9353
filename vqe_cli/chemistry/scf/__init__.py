"""Mean fields: found, checked, described."""
