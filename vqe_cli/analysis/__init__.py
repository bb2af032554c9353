"""Analyses beside a run: inspection, estimates, diagnosis, exports."""
