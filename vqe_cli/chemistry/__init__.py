"""From a molecule to integrals: the only home of PySCF's self-consistent field."""
