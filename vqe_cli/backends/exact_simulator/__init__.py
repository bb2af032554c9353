"""Noiseless simulation: the particle-number sector, and the statevector."""
