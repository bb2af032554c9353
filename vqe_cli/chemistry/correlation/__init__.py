"""Correlated methods of PySCF: amplitudes, densities, diagnostics."""
