"""Curves: the energy along a coordinate of the molecule, or over any number of the input."""
