"""Verification of claimed energies: evidence computed again, bounds, null hypotheses, a verdict."""
