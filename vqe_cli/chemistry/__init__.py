"""From a molecule to integrals; only this package runs PySCF's self-consistent field."""
