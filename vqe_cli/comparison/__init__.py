"""Comparison of methods for one problem: energies, errors, and what each of them costs."""
