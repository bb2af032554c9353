"""Derivatives of energies by the positions of the nuclei."""
