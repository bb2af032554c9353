"""Terminal output and plots of runs."""
