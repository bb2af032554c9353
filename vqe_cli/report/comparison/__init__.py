"""What people see of a comparison: terminal, pictures, page."""
