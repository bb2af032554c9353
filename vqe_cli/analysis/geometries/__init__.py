"""Geometries of molecules: energies and forces along a path, minima, saddle points, vibrations."""
