"""What people see of a scan."""
