"""Qiskit Aer: compiled once, bound for every energy."""
