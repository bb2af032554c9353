"""PySCF's correlated methods: amplitudes, densities, diagnostics."""
