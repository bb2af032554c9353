"""Basis sets and core potentials."""
