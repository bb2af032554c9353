"""One-body densities of all electrons in space: populations, bond orders, multipole moments."""
