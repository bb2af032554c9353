"""What people see of inspections, estimates, diagnoses and jobs."""
