"""Electrons in spatial orbitals: problems, excitations, determinants, densities."""
