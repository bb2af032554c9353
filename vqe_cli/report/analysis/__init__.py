"""Terminal output and plots of inspections, estimates, diagnoses and jobs."""
