"""The variational loop: minimise, measure, check, record."""
